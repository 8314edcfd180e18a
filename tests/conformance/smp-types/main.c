// SPDX-License-Identifier: MIT
/*
 * A page becomes a page table while another vCPU may still remember that it
 * could write there: from the moment that the pin is granted, no write of its
 * arrives any more; and it is not pinned while it can be written. One vCPU
 * writes; one, two and three others change the types of a page each.
 *
 * conform: reference dom0 domU
 * requires: MMU-1 SMP-4
 * vcpus: 4
 * cpus: 2
 * seconds: 180
 */
#include "conform.h"

#define VCPUS  4
#define ROUNDS 60

/* Entries without "present": whatever is written leaves a harmless table. */
#define NOT_PRESENT 0x1000

/* The page of each that changes types; vCPU 0 has none. */
static struct {
    volatile uint64_t *page;      /* mapped or not, as the test goes */
    volatile uint64_t *read_only; /* the same page, elsewhere */
    volatile unsigned int writes, rounds, refused_pins, changed;
    volatile bool over;
} own[VCPUS];
static unsigned int members; /* of this round */

static bool all_over(void)
{
    for (unsigned int i = 1; i < members; i++)
        if (!own[i].over)
            return false;
    return true;
}

/* Write all the time; where that faults, wait. */
static void write_on(void)
{
    static unsigned int i; /* a trap leaves the statement: not in a register */
    struct caught caught;

    for (i = 1; !all_over(); i = i % (members - 1) + 1) {
        own[i].writes++;
        if (traps(&caught, *own[i].page = (uint64_t)own[i].writes *
                                          NOT_PRESENT * 2))
            hypercall_sched_op(SCHEDOP_yield, NULL);
    }
}

static bool is_written(unsigned int i)
{
    unsigned int before = own[i].writes;
    uint64_t first = *own[i].read_only, end = now() + 5000000000;

    while ((own[i].writes - before < 10 || *own[i].read_only == first) &&
           now() < end)
        hypercall_sched_op(SCHEDOP_yield, NULL);
    return *own[i].read_only != first;
}

/* false: something was refused, or the writer does not write. */
static bool change_types_once(unsigned int i)
{
    unsigned long page = (unsigned long)own[i].page;
    uint64_t mfn = page_mfn((void *)own[i].read_only), word;

    if (hypercall_update_va_mapping(page, mfn << 12 | PTE_PRESENT | PTE_WRITE,
                                    UVMF_INVLPG))
        return false;
    if (!is_written(i))
        return false;
    /* Writable: the pin must be refused. */
    own[i].refused_pins += mmuext_one(MMUEXT_PIN_L1_TABLE, mfn, 0) != 0;
    /* Unmapped, without a flush: the writer may still write. */
    if (hypercall_update_va_mapping(page, 0, UVMF_NONE))
        return false;
    if (mmuext_one(MMUEXT_PIN_L1_TABLE, mfn, 0))
        return false;
    word = *own[i].read_only;
    for (unsigned int turn = 0; turn < 200; turn++) {
        own[i].changed += *own[i].read_only != word;
        if (turn % 50 == 0)
            hypercall_sched_op(SCHEDOP_yield, NULL);
    }
    return !mmuext_one(MMUEXT_UNPIN_TABLE, mfn, 0);
}

static void work(unsigned int number)
{
    if (!number) {
        write_on();
        return;
    }
    while (own[number].rounds < ROUNDS && change_types_once(number))
        own[number].rounds++;
    own[number].over = true;
}

/* One page, twice: read-only at the one address, nothing at the other. */
static void make_page(unsigned int i)
{
    own[i].read_only = page_new();
    own[i].page = page_new();
    works(hypercall_update_va_mapping((unsigned long)own[i].page, 0,
                                      UVMF_INVLPG), "one address is empty");
    page_read_only((void *)own[i].read_only);
}

void test(void)
{
    for (unsigned int i = 1; i < VCPUS; i++)
        make_page(i);
    for (members = 2; members <= VCPUS; members++) {
        for (unsigned int i = 1; i < members; i++) {
            own[i].writes = own[i].rounds = own[i].refused_pins = 0;
            own[i].over = false;
        }
        check(team_run(members, work), "%u vCPUs are through", members);
        for (unsigned int i = 1; i < members; i++) {
            check_equal(own[i].rounds, ROUNDS, "vCPU %u: all rounds", i);
            check_equal(own[i].refused_pins, ROUNDS,
                        "no pin of what can be written");
            check_equal(own[i].changed, 0, "no write to a page table");
            check(own[i].writes > ROUNDS, "and there were writes");
        }
    }
}
