// SPDX-License-Identifier: MIT
/*
 * Two, three and four vCPUs want one frame as different things at the same
 * time: writable, and as a page table of three levels. One at a time gets it,
 * and each gets it now and then.
 *
 * conform: reference domU
 * requires: MMU-1 SMP-7
 * vcpus: 4
 * cpus: 2
 * seconds: 180
 */
#include "conform.h"

#define VCPUS 4
#define TIMES 100 /* that each shall have it */

static char *page; /* mapped here by who has it writable, else by nobody */
static xen_pfn_t mfn;
static unsigned int members; /* of this round */
static volatile unsigned int got[VCPUS], both;
static volatile uint32_t has; /* a bit for each that has it */

/* vCPU 0 maps it, the others pin it as a table of level NUMBER. */
static bool take(unsigned int number)
{
    if (!number)
        return !hypercall_update_va_mapping(
            (unsigned long)page, xen_make_pte(mfn, PTE_PRESENT | PTE_WRITE),
            UVMF_INVLPG);
    return !mmuext_one(MMUEXT_PIN_L1_TABLE + number - 1, mfn, 0);
}

static bool give_back(unsigned int number)
{
    if (!number)
        return !hypercall_update_va_mapping((unsigned long)page, 0,
                                            UVMF_INVLPG);
    return !mmuext_one(MMUEXT_UNPIN_TABLE, mfn, 0);
}

static bool all_have_had_it(void)
{
    for (unsigned int i = 0; i < members; i++)
        if (got[i] < TIMES)
            return false;
    return true;
}

/* Between take() and give_back() it is ours; what HAS says lies within. */
static void work(unsigned int number)
{
    uint64_t end = now() + 30000000000;
    uint32_t own = 1u << number;

    while (!all_have_had_it() && now() < end) {
        if (!take(number)) {
            hypercall_sched_op(SCHEDOP_yield, NULL);
            continue;
        }
        if (__atomic_fetch_or(&has, own, __ATOMIC_SEQ_CST))
            both++;
        for (unsigned int i = 0; i < 20; i++)
            __asm__ volatile("pause");
        if (__atomic_fetch_and(&has, ~own, __ATOMIC_SEQ_CST) != own)
            both++;
        if (!give_back(number))
            return;
        got[number]++;
    }
}

void test(void)
{
    page = page_new();
    mfn = page_mfn(page);
    works(hypercall_update_va_mapping((unsigned long)page, 0, UVMF_INVLPG),
          "nobody has the frame");
    for (members = 2; members <= VCPUS; members++) {
        for (unsigned int i = 0; i < members; i++)
            got[i] = 0;
        check(team_run(members, work), "%u vCPUs are through", members);
        for (unsigned int i = 0; i < members; i++)
            check(got[i] >= TIMES, "vCPU %u had it often enough (%u times)", i,
                  got[i]);
        check_equal(both, 0, "never two at once");
    }
}
