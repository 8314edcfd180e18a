// SPDX-License-Identifier: MIT
/*
 * Recursive entries: a table may map itself at its own level, read-only, and
 * never writable by any way.
 *
 * conform: reference dom0 domU
 * requires: MMU-12 MMU-13
 */
#include "conform.h"

void test(void)
{
    uint64_t l4 = page_mfn((void *)start->pt_base);
    uint64_t slot = (l4 << 12) + 8 * 300;
    const xen_pte_t *self =
        (const xen_pte_t *)(0xffff000000000000 | 300UL << 39 | 300UL << 30 |
                            300UL << 21 | 300UL << 12);
    struct caught c;
    uint64_t seen;

    refused(mmu_update_one(slot, xen_make_pte(l4, 7), DOMID_SELF), XEN_EINVAL,
            "the L4 in itself, writable");
    works(mmu_update_one(slot, xen_make_pte(l4, PTE_PRESENT), DOMID_SELF),
          "the L4 in itself, read-only");
    check(!traps(&c, seen = *(volatile const xen_pte_t *)&self[300]),
          "its entries can be read through it");
    check_equal(xen_pte_mfn(((const xen_pte_t *)start->pt_base)[300]), l4,
                "(and the slot has it)");
    refused(mmu_update_one(slot, xen_make_pte(l4, PTE_PRESENT | PTE_WRITE),
                           DOMID_SELF),
            XEN_EINVAL, "it cannot be made writable afterwards");
    works(mmu_update_one(slot, 0, DOMID_SELF), "taking it out");
    (void)seen;
}
