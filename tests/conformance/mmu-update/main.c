// SPDX-License-Identifier: MIT
/*
 * mmu_update writes entries of live tables, counts what it has done, stops at
 * the first request that fails, and keeps accessed and dirty bits if asked.
 *
 * conform: reference dom0 domU
 * requires: MMU-1 MMU-2 MMU-3 MMU-4 MMU-5
 */
#include "conform.h"

static long update(struct mmu_update *r, unsigned int n, unsigned int *done)
{
    return hypercall_mmu_update(r, n, done, DOMID_SELF);
}

void test(void)
{
    char *page = page_new(), *other = page_new();
    uint64_t ptr = pte_machine(page, 1), next = pte_machine(other, 1);
    xen_pte_t to_page = xen_make_pte(page_mfn(page), 7),
              to_other = xen_make_pte(page_mfn(other), 7);
    struct mmu_update three[3] = {
        {ptr, to_other}, {next, to_page}, {ptr, to_page}};
    unsigned int done = 99;
    uint32_t *word = (uint32_t *)page;

    page[0] = 1;
    other[0] = 2;
    works(mmu_update_one(ptr, to_other, DOMID_SELF), "one request");
    check_equal(xen_pte_mfn(*pte_of(page, 1)), page_mfn(other),
                "the entry is new");
    mmuext_one(MMUEXT_INVLPG_LOCAL, (unsigned long)page, 0);
    check_equal(page[0], 2, "and translates by it");
    three[0].val = to_page;
    three[1].val = to_other;
    works(update(three, 3, &done), "three requests");
    check_equal(done, 3, "all done");
    mmuext_one(MMUEXT_TLB_FLUSH_LOCAL, 0, 0);
    check_equal(page[0], 1, "the page is back");

    done = 99;
    works(update(three, 0, &done), "no request");
    check_equal(done, 0, "none done");
    works(update(three, 2, NULL), "done may be NULL");

    three[0] = (struct mmu_update){ptr, xen_make_pte(page_mfn(other), 1)};
    three[1] = (struct mmu_update){next, xen_make_pte(~0UL >> 24, 7)};
    three[2] = (struct mmu_update){ptr, to_other};
    check(update(three, 3, &done) < 0, "the second of three is bad");
    check_equal(done, 1, "one was done");
    check_equal(xen_pte_mfn(*pte_of(page, 1)), page_mfn(other),
                "the first holds");
    check_equal(*pte_of(page, 1) & PTE_WRITE, 0, "the third was not reached");
    works(mmu_update_one(ptr, to_page, DOMID_SELF), "back");

    works(
        mmu_update_one(ptr, to_page & ~(PTE_ACCESSED | PTE_DIRTY), DOMID_SELF),
        "without accessed and dirty");
    mmuext_one(MMUEXT_INVLPG_LOCAL, (unsigned long)page, 0);
    *(volatile char *)page = 1;
    check_equal(*pte_of(page, 1) & (PTE_ACCESSED | PTE_DIRTY),
                PTE_ACCESSED | PTE_DIRTY, "the processor sets them");
    works(mmu_update_one(ptr | MMU_PT_UPDATE_PRESERVE_AD,
                         xen_make_pte(page_mfn(page), 1), DOMID_SELF),
          "PRESERVE_AD without them");
    check_equal(*pte_of(page, 1) & (PTE_ACCESSED | PTE_DIRTY),
                PTE_ACCESSED | PTE_DIRTY, "keeps them");
    check_equal(*pte_of(page, 1) & PTE_WRITE, 0, "and takes the rest");
    check_equal(*pte_of(page, 1) & PTE_USER, PTE_USER,
                "every present entry has the user bit");
    works(mmu_update_one(ptr, to_page, DOMID_SELF), "back");
    works(mmu_update_one(ptr, 0, DOMID_SELF), "an entry that is not present");
    check_equal(*pte_of(page, 1), 0, "is written as it is");
    works(mmu_update_one(ptr, 0xabcd000, DOMID_SELF), "with any contents");
    check_equal(*pte_of(page, 1), 0xabcd000, "is written as it is");
    works(mmu_update_one(ptr, to_page, DOMID_SELF), "back");

    works(mmu_update_one(((uint64_t)page_mfn(page) << 12) + 16,
                         0x1122334455667788, DOMID_SELF),
          "a request for a page that is no table");
    check_equal(word[4], 0x55667788, "is a plain store");
}
