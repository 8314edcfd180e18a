// SPDX-License-Identifier: MIT
/*
 * A page becomes a page table while another vCPU may still remember that it
 * could write there: from the moment that the pin is granted, no write of its
 * arrives any more; and it is not pinned while it can be written.
 *
 * conform: reference dom0 domU
 * requires: MMU-1 SMP-4
 * vcpus: 2
 * cpus: 2
 * seconds: 120
 */
#include "conform.h"

#define ROUNDS 300

/* Entries without "present": whatever is written leaves a harmless table. */
#define NOT_PRESENT 0x1000

static volatile uint64_t *page;      /* mapped or not, as the test goes */
static volatile uint64_t *read_only; /* the same page, elsewhere */
static volatile bool mapped, over;
static volatile unsigned int writes, rounds, refused_pins, changed;

/* Write all the time; where that faults, wait. */
static void write_on(void)
{
    struct caught caught;

    while (!over) {
        if (traps(&caught, *page = (uint64_t)++writes * NOT_PRESENT * 2))
            hypercall_sched_op(SCHEDOP_yield, NULL);
    }
}

static bool is_written(void)
{
    unsigned int before = writes;
    uint64_t first = *read_only, end = now() + 5000000000;

    while ((writes - before < 10 || *read_only == first) && now() < end)
        hypercall_sched_op(SCHEDOP_yield, NULL);
    return *read_only != first;
}

static void change_types(void)
{
    uint64_t mfn = page_mfn((void *)read_only);
    uint64_t entry = mfn << 12;

    for (rounds = 0; rounds < ROUNDS; rounds++) {
        uint64_t word;

        if (hypercall_update_va_mapping((unsigned long)page,
                                        entry | PTE_PRESENT | PTE_WRITE,
                                        UVMF_INVLPG))
            break;
        if (!is_written())
            break;
        /* Writable: the pin must be refused. */
        refused_pins += mmuext_one(MMUEXT_PIN_L1_TABLE, mfn, 0) != 0;
        /* Unmapped, without a flush: the other vCPU may still write. */
        if (hypercall_update_va_mapping((unsigned long)page, 0, UVMF_NONE))
            break;
        if (mmuext_one(MMUEXT_PIN_L1_TABLE, mfn, 0))
            break;
        word = *read_only;
        for (unsigned int i = 0; i < 200; i++) {
            changed += *read_only != word;
            if (i % 50 == 0)
                hypercall_sched_op(SCHEDOP_yield, NULL);
        }
        if (mmuext_one(MMUEXT_UNPIN_TABLE, mfn, 0))
            break;
    }
    over = true;
}

void test(void)
{
    char *data = page_new();

    page = page_new();
    read_only = (volatile uint64_t *)data;
    /* One page, twice: read-only at the one address, nothing at the other. */
    works(hypercall_update_va_mapping((unsigned long)page, 0, UVMF_INVLPG),
          "one address is empty");
    page_read_only(data);
    second_start(change_types);
    write_on();
    check(vcpu_goes_down(1, 10000000000), "the other vCPU is through");
    check_equal(rounds, ROUNDS, "all rounds");
    check_equal(refused_pins, ROUNDS, "no pin of what can be written");
    check_equal(changed, 0, "no write to a page table");
    check(writes > ROUNDS, "and there were writes");
}
