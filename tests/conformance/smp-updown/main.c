// SPDX-License-Identifier: MIT
/*
 * vCPUs that take themselves down (1 and 3) and one that is taken down by
 * another (2), hundreds of times, while vCPU 0 starts them again as soon as it
 * may: with two, three and four vCPUs, each goes on where it was, none is lost,
 * and while one is down it does not run. The first RACES times they are started
 * while they are about to go down.
 *
 * conform: reference dom0 domU
 * requires: VCPU-4 VCPU-9 VCPU-10 SMP-5
 * vcpus: 4
 * cpus: 2
 * seconds: 180
 */
#include "conform.h"

#define VCPUS   4
#define RACES   400
#define ROUNDS  600 /* of those that take themselves down */
#define TIMES   200 /* that the other one is taken down */
#define CALLS   100 /* before others run */
#define COUNTER 2

static volatile unsigned int downs[VCPUS], ups[VCPUS];
static unsigned int raced[VCPUS]; /* of its downs */
static volatile unsigned int counts, moved;
static volatile bool over;
static unsigned int members; /* of this round */

static void take_itself_down(unsigned int number)
{
    while (downs[number] < ROUNDS) {
        downs[number]++;
        hypercall_vcpu_op(VCPUOP_down, (int)number, NULL);
    }
}

static void count(unsigned int number)
{
    (void)number;
    while (!over)
        counts++;
}

static bool is_up(unsigned int number)
{
    return hypercall_vcpu_op(VCPUOP_is_up, (int)number, NULL) == 1;
}

static bool all_were_down(unsigned int times)
{
    for (unsigned int i = 1; i < members; i++)
        if (i != COUNTER && downs[i] < times)
            return false;
    return true;
}

static void start_those_that_are_down(void)
{
    for (unsigned int i = 1; i < members; i++)
        if (i != COUNTER && downs[i] < ROUNDS && !is_up(i) &&
            !hypercall_vcpu_op(VCPUOP_up, (int)i, NULL))
            ups[i]++;
    hypercall_sched_op(SCHEDOP_yield, NULL);
}

static void start_until_all_are_through(void)
{
    uint64_t end = now() + 30000000000;

    while (!all_were_down(ROUNDS) && now() < end)
        start_those_that_are_down();
}

/*
 * Without a look: who is up stays up. So one that goes down is started while
 * its processor still has it, and is busy with taking another one.
 */
static void race(void)
{
    uint64_t end = now() + 30000000000;

    while (!all_were_down(RACES) && now() < end) {
        for (unsigned int i = 1; i < members; i++)
            for (int calls = 0; i != COUNTER && calls < CALLS; calls++)
                hypercall_vcpu_op(VCPUOP_up, (int)i, NULL);
        hypercall_sched_op(SCHEDOP_yield, NULL);
    }
    for (unsigned int i = 1; i < members; i++)
        raced[i] = downs[i];
}

/* How much is counted during 20 turns? */
static unsigned int counted(void)
{
    unsigned int before = counts;

    for (int i = 0; i < 20; i++)
        start_those_that_are_down();
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

    if (hypercall_vcpu_op(VCPUOP_down, COUNTER, NULL))
        return false;
    while (counted() && now() < end)
        continue;
    moved += counted() != 0;
    before = counts;
    if (hypercall_vcpu_op(VCPUOP_up, COUNTER, NULL))
        return false;
    while (counts == before && now() < end)
        start_those_that_are_down();
    return counts != before;
}

static void take_counter_down(void)
{
    unsigned int rounds = 0;

    while (rounds < TIMES && down_and_up())
        rounds++;
    check_equal(rounds, TIMES, "taken down, it goes on when it is up again");
    check(moved < TIMES / 10, "while it is down it does not run (%u)", moved);
    over = true;
    check(vcpu_goes_down(COUNTER, 5000000000), "and ends");
}

static void begin(void)
{
    over = false;
    moved = 0;
    for (unsigned int i = 1; i < members; i++) {
        downs[i] = ups[i] = 0;
        vcpu_start(i, i == COUNTER ? count : take_itself_down);
    }
}

void test(void)
{
    for (members = 2; members <= VCPUS; members++) {
        uint64_t end;

        print("# %u vCPUs\n", members);
        begin();
        race();
        if (members > COUNTER)
            take_counter_down();
        start_until_all_are_through();
        end = now() + 30000000000;
        for (unsigned int i = 1; i < members; i++) {
            if (i == COUNTER)
                continue;
            check_equal(downs[i], ROUNDS, "vCPU %u took itself down each time",
                        i);
            check(ups[i] + raced[i] >= ROUNDS - 1,
                  "and was started again (%u times)", ups[i]);
            while (!vcpu_goes_down(i, 1000000) && now() < end)
                continue;
        }
    }
}
