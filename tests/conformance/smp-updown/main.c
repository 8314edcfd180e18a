// SPDX-License-Identifier: MIT
/*
 * A vCPU that takes itself down and one that is taken down by another, hundreds
 * of times, while a third one starts them again as soon as it may: each goes on
 * where it was, none is lost, and while one is down it does not run.
 *
 * conform: reference dom0 domU
 * requires: VCPU-4 VCPU-9 VCPU-10 SMP-5
 * vcpus: 3
 * cpus: 2
 */
#include "conform.h"

#define ROUNDS 300

static volatile unsigned int downs, counts, moved;
static volatile bool over;

static void take_itself_down(unsigned int number)
{
    while (downs < ROUNDS) {
        downs++;
        hypercall_vcpu_op(VCPUOP_down, (int)number, NULL);
    }
}

static void count(unsigned int number)
{
    (void)number;
    while (!over)
        counts++;
}

static bool is_up(int number)
{
    return hypercall_vcpu_op(VCPUOP_is_up, number, NULL) == 1;
}

/* How much is counted during 20 turns? */
static unsigned int counted(void)
{
    unsigned int before = counts;

    for (int i = 0; i < 20; i++)
        hypercall_sched_op(SCHEDOP_yield, NULL);
    return counts - before;
}

/*
 * It counts again once it is up; down, the count stands still. Who is taken
 * down by another stops soon, not at once: it may finish what it is at.
 */
static bool down_and_up(void)
{
    unsigned int before;
    uint64_t end = now() + 5000000000;

    if (hypercall_vcpu_op(VCPUOP_down, 2, NULL))
        return false;
    while (counted() && now() < end)
        continue;
    moved += counted();
    before = counts;
    if (hypercall_vcpu_op(VCPUOP_up, 2, NULL))
        return false;
    while (counts == before && now() < end)
        hypercall_sched_op(SCHEDOP_yield, NULL);
    return counts != before;
}

void test(void)
{
    unsigned int rounds = 0, ups = 0;
    uint64_t end = now() + 30000000000;

    vcpu_start(1, take_itself_down);
    vcpu_start(2, count);
    while (downs < ROUNDS && now() < end) {
        if (!is_up(1) && !hypercall_vcpu_op(VCPUOP_up, 1, NULL))
            ups++;
        hypercall_sched_op(SCHEDOP_yield, NULL);
    }
    check_equal(downs, ROUNDS, "it took itself down each time");
    check(ups >= ROUNDS - 1, "and was started again (%u times)", ups);
    while (rounds < ROUNDS && down_and_up())
        rounds++;
    check_equal(rounds, ROUNDS, "taken down, it goes on when it is up again");
    check(moved < ROUNDS, "while it is down it does not run (%u)", moved);
    over = true;
    check(vcpu_goes_down(2, 5000000000), "and ends");
}
