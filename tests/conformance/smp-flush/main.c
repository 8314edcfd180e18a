// SPDX-License-Identifier: MIT
/*
 * Flushes for other vCPUs: what MULTI and ALL, and update_va_mapping with a
 * mask, promise. Another vCPU reads a page again and again; what is mapped
 * there changes, and once the flush has returned it sees the new page.
 *
 * conform: reference dom0 domU
 * requires: SMP-20 SMP-21
 * vcpus: 3
 * cpus: 2
 */
#include "conform.h"

#define ROUNDS 60

static volatile unsigned int round, seen_round[3];
static volatile uint64_t seen[3];
static volatile bool over;
static volatile uint64_t *window;
static char *pages[2];

/* The round is read first: what is read then is of that round or a later. */
static void look(unsigned int number)
{
    while (!over) {
        unsigned int r = round;

        xen_mb();
        seen[number] = *window;
        xen_mb();
        seen_round[number] = r;
    }
}

enum how { TLB_MULTI, INVLPG_MULTI, TLB_ALL, INVLPG_ALL, VA_TLB, VA_INVLPG,
           VA_TLB_ALL, VA_INVLPG_ALL, HOWS };
static const char *const name[HOWS] = {
    "TLB_FLUSH_MULTI", "INVLPG_MULTI", "TLB_FLUSH_ALL", "INVLPG_ALL",
    "UVMF_TLB_FLUSH of a mask", "UVMF_INVLPG of a mask",
    "UVMF_TLB_FLUSH of all", "UVMF_INVLPG of all"};
static unsigned long mask[1];

static long change(enum how how, xen_pte_t pte)
{
    static const unsigned long flags[HOWS] = {
        [VA_TLB] = UVMF_TLB_FLUSH, [VA_INVLPG] = UVMF_INVLPG,
        [VA_TLB_ALL] = UVMF_TLB_FLUSH | UVMF_ALL,
        [VA_INVLPG_ALL] = UVMF_INVLPG | UVMF_ALL};
    static const unsigned int ops[HOWS] = {
        MMUEXT_TLB_FLUSH_MULTI, MMUEXT_INVLPG_MULTI, MMUEXT_TLB_FLUSH_ALL,
        MMUEXT_INVLPG_ALL};
    struct mmuext_op op = {.cmd = ops[how]};
    unsigned long at = 0;
    long rc;

    mask[0] = 7;
    if (how == VA_TLB || how == VA_INVLPG)
        at = (unsigned long)mask;
    if (flags[how])
        return hypercall_update_va_mapping((unsigned long)window, pte,
                                           flags[how] | at);
    rc = mmu_update_one(pte_machine((void *)window, 1), pte, DOMID_SELF);
    op.arg1.linear_addr = (unsigned long)window;
    if (how == TLB_MULTI || how == INVLPG_MULTI)
        set_xen_guest_handle(op.arg2.vcpumask, (void *)mask);
    return rc ? rc : hypercall_mmuext_op(&op, 1, NULL, DOMID_SELF);
}

/* Both others have looked since round NUMBER began. */
static bool both_look(unsigned int number)
{
    uint64_t end = now() + 5000000000;

    while ((seen_round[1] != number || seen_round[2] != number) && now() < end)
        hypercall_sched_op(SCHEDOP_yield, NULL);
    return seen_round[1] == number && seen_round[2] == number;
}

static void rounds(enum how how)
{
    unsigned int stale = 0, failed = 0, lost = 0;

    for (unsigned int i = 1; i <= ROUNDS; i++) {
        failed += change(how, xen_make_pte(page_mfn(pages[i % 2]), 5)) != 0;
        xen_mb();
        round++;
        lost += !both_look(round);
        stale += seen[1] != i % 2 || seen[2] != i % 2;
    }
    check_equal(failed, 0, "%s works", name[how]);
    check_equal(lost, 0, "the others go on");
    check_equal(stale, 0, "and see what is new");
}

static void masks(void)
{
    struct mmuext_op op = {.cmd = MMUEXT_TLB_FLUSH_MULTI};

    set_xen_guest_handle(op.arg2.vcpumask, (void *)mask);
    mask[0] = 0;
    works(hypercall_mmuext_op(&op, 1, NULL, DOMID_SELF), "a mask of none");
    mask[0] = ~0UL;
    works(hypercall_mmuext_op(&op, 1, NULL, DOMID_SELF),
          "a mask of more than there are");
    set_xen_guest_handle(op.arg2.vcpumask, (void *)1);
    refused(hypercall_mmuext_op(&op, 1, NULL, DOMID_SELF), XEN_EINVAL,
            "a mask that cannot be read");
    op.cmd = MMUEXT_INVLPG_MULTI;
    refused(hypercall_mmuext_op(&op, 1, NULL, DOMID_SELF), XEN_EINVAL,
            "of one page, too");
    set_xen_guest_handle(op.arg2.vcpumask, (void *)mask);
    op.arg1.linear_addr = HYPERVISOR_VIRT_START;
    works(hypercall_mmuext_op(&op, 1, NULL, DOMID_SELF),
          "a page of the hypervisor's");
    op.arg1.linear_addr = 0x8000000000000000;
    works(hypercall_mmuext_op(&op, 1, NULL, DOMID_SELF),
          "an address that is not canonical");
}

void test(void)
{
    window = page_new();
    for (unsigned int i = 0; i < 2; i++) {
        pages[i] = page_new();
        *(uint64_t *)pages[i] = i;
    }
    vcpu_start(1, look);
    vcpu_start(2, look);
    for (unsigned int how = 0; how < HOWS; how++)
        rounds(how);
    masks();
    over = true;
    check(vcpu_goes_down(1, 5000000000) && vcpu_goes_down(2, 5000000000),
          "the others go down");
    masks();
}
