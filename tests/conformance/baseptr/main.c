// SPDX-License-Identifier: MIT
/*
 * NEW_BASEPTR and NEW_USER_BASEPTR switch top tables; only an L4 will do, and
 * the one in use is held.
 *
 * conform: reference dom0 domU
 * requires: MMU-26 MMU-27 MMU-28
 */
#include "conform.h"

void test(void)
{
    const xen_pte_t *old = (const xen_pte_t *)start->pt_base;
    xen_pte_t *new = page_new();
    volatile char *seen = page_new();
    struct caught c;
    uint64_t cr3;

    for (unsigned int slot = 0; slot < XEN_PT_ENTRIES; slot++)
        if (!xen_l4_slot_is_reserved(slot))
            new[slot] = old[slot];
    refused(mmuext_one(MMUEXT_NEW_BASEPTR, page_mfn(new), 0), XEN_EINVAL,
            "a page that is mapped writable is no top table");
    page_read_only(new);
    works(mmuext_one(MMUEXT_NEW_BASEPTR, page_mfn(new), 0),
          "a copy of the top table, not pinned");
    *seen = 5;
    check_equal(*seen, 5, "is in use");
    __asm__ volatile("mov %%cr3, %0" : "=r"(cr3));
    check_equal(cr3 >> 12, page_mfn(new), "reading cr3 gives it");
    refused(page_protect(new, PTE_PRESENT | PTE_WRITE), XEN_EBUSY,
            "it cannot be made writable");
    works(mmuext_one(MMUEXT_NEW_BASEPTR, page_mfn(old), 0),
          "the old one again");
    works(page_protect(new, PTE_PRESENT | PTE_WRITE),
          "the copy is an ordinary page again");
    works(mmuext_one(MMUEXT_NEW_BASEPTR, page_mfn(old), 0),
          "the one that is in use");
    refused(
        mmuext_one(MMUEXT_NEW_BASEPTR, pte_machine((void *)seen, 1) >> 12, 0),
        XEN_EINVAL, "an L1 is no top table");
    check(mmuext_one(MMUEXT_NEW_BASEPTR, ~0UL >> 12, 0) < 0,
          "nor is a frame that is not");
    page_read_only(new);
    works(mmuext_one(MMUEXT_NEW_USER_BASEPTR, page_mfn(new), 0),
          "the copy for user mode");
    refused(page_protect(new, PTE_PRESENT | PTE_WRITE), XEN_EBUSY,
            "is held too");
    refused(mmuext_one(MMUEXT_NEW_USER_BASEPTR,
                       pte_machine((void *)seen, 1) >> 12, 0),
            XEN_EINVAL, "an L1 is none for user mode either");
    works(mmuext_one(MMUEXT_NEW_USER_BASEPTR, 0, 0), "none for user mode");
    works(page_protect(new, PTE_PRESENT | PTE_WRITE), "and it is free");
    cr3 = (uint64_t)page_mfn(old) << 12;
    check(!traps(&c, __asm__ volatile("mov %0, %%cr3" ::"r"(cr3))),
          "writing cr3 switches too");
    cr3 = pte_machine((void *)seen, 1);
    check(traps(&c, __asm__ volatile("mov %0, %%cr3" ::"r"(cr3))),
          "writing an L1 to cr3 traps");
    check_equal(c.entry, 13, "to vector 13");
}
