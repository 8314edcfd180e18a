// SPDX-License-Identifier: MIT
/*
 * A domain ends while its other vCPU is in the middle of long calls: big page
 * tables are pinned and unpinned without a pause. (That all its frames come
 * back is seen from outside: tests/system/test-cycles makes it many times.)
 *
 * conform: reference dom0 domU
 * requires: SMP-6
 * vcpus: 2
 * cpus: 2
 */
#include "conform.h"

#define TABLES 16

static xen_pte_t l1[TABLES][512] __attribute__((aligned(4096)));
static xen_pte_t l2[512] __attribute__((aligned(4096)));
static volatile unsigned int rounds;
static volatile long failed;

static void pin_for_ever(void)
{
    xen_pfn_t mfn = page_mfn(l2);

    while (!failed) {
        failed = mmuext_one(MMUEXT_PIN_L2_TABLE, mfn, 0);
        if (!failed)
            failed = mmuext_one(MMUEXT_UNPIN_TABLE, mfn, 0);
        rounds++;
    }
}

/* Each table has a page of ours, often. */
static void make_tables(void)
{
    xen_pte_t entry = xen_make_pte(page_mfn(page_new()), PTE_PRESENT);

    for (unsigned int t = 0; t < TABLES; t++) {
        for (unsigned int i = 0; i < 512; i++)
            l1[t][i] = entry;
        page_read_only(l1[t]);
        l2[t] = xen_make_pte(page_mfn(l1[t]), 7);
    }
    page_read_only(l2);
}

void test(void)
{
    uint64_t end = now() + 30000000000;

    make_tables();
    second_start(pin_for_ever);
    while (rounds < 5 && !failed && now() < end)
        hypercall_sched_op(SCHEDOP_yield, NULL);
    check(rounds >= 5, "tables are pinned and unpinned");
    check_equal(failed, 0, "and none is refused");
    conclude();
    /* At another point of it each time. */
    for (uint64_t i = 0; i < (now() >> 10) % 65536; i++)
        __asm__ volatile("");
    shut_down(SHUTDOWN_poweroff);
}
