// SPDX-License-Identifier: MIT
/*
 * The other operations of mmuext_op: flushes, clearing and copying pages, many
 * in one call, and refusals.
 *
 * conform: reference dom0 domU
 * requires: MMU-29 MMU-30 MMU-31 MMU-32
 */
#include "conform.h"

void test(void)
{
    unsigned char *page = page_new(), *other = page_new();
    unsigned long mask[1] = {1};
    struct mmuext_op ops[3] = {
        {.cmd = MMUEXT_TLB_FLUSH_LOCAL},
        {.cmd = 77},
        {.cmd = MMUEXT_TLB_FLUSH_ALL},
    };
    unsigned int done = 99;

    works(mmuext_one(MMUEXT_TLB_FLUSH_LOCAL, 0, 0), "TLB_FLUSH_LOCAL");
    works(mmuext_one(MMUEXT_INVLPG_LOCAL, (unsigned long)page, 0),
          "INVLPG_LOCAL");
    works(mmuext_one(MMUEXT_INVLPG_LOCAL, 0x8000000000000000, 0),
          "INVLPG_LOCAL of an address that is not canonical");
    works(mmuext_one(MMUEXT_INVLPG_LOCAL, HYPERVISOR_VIRT_START, 0),
          "INVLPG_LOCAL of the hypervisor's");
    works(mmuext_one(MMUEXT_TLB_FLUSH_MULTI, 0, (unsigned long)mask),
          "TLB_FLUSH_MULTI");
    works(mmuext_one(MMUEXT_INVLPG_MULTI, (unsigned long)page,
                     (unsigned long)mask),
          "INVLPG_MULTI");
    refused(mmuext_one(MMUEXT_TLB_FLUSH_MULTI, 0, 1), XEN_EINVAL,
            "a mask that is not mapped");
    works(mmuext_one(MMUEXT_TLB_FLUSH_ALL, 0, 0), "TLB_FLUSH_ALL");
    works(mmuext_one(MMUEXT_INVLPG_ALL, (unsigned long)page, 0), "INVLPG_ALL");
    /* For who drives devices: domain 0 does, a plain domU has none. */
    if (start->flags & SIF_INITDOMAIN) {
        works(mmuext_one(MMUEXT_FLUSH_CACHE, 0, 0), "FLUSH_CACHE");
        works(mmuext_one(MMUEXT_FLUSH_CACHE_GLOBAL, 0, 0),
              "FLUSH_CACHE_GLOBAL");
    } else {
        refused(mmuext_one(MMUEXT_FLUSH_CACHE, 0, 0), XEN_EACCES,
                "FLUSH_CACHE without a device");
        refused(mmuext_one(MMUEXT_FLUSH_CACHE_GLOBAL, 0, 0), XEN_EINVAL,
                "FLUSH_CACHE_GLOBAL without a device");
    }

    page[0] = page[4095] = 1;
    works(mmuext_one(MMUEXT_CLEAR_PAGE, page_mfn(page), 0), "CLEAR_PAGE");
    check(!page[0] && !page[4095], "clears it");
    other[0] = 7;
    other[4095] = 9;
    works(mmuext_one(MMUEXT_COPY_PAGE, page_mfn(page), page_mfn(other)),
          "COPY_PAGE");
    check(page[0] == 7 && page[4095] == 9, "copies it");
    works(mmuext_one(MMUEXT_CLEAR_PAGE, page_mfn(page), 0), "cleared again");
    page_read_only(page);
    works(mmuext_one(MMUEXT_PIN_L1_TABLE, page_mfn(page), 0),
          "it can be a table: copying and clearing keep no use of it");
    works(mmuext_one(MMUEXT_UNPIN_TABLE, page_mfn(page), 0), "unpinned");
    works(page_protect(page, PTE_PRESENT | PTE_WRITE), "writable again");
    refused(mmuext_one(MMUEXT_CLEAR_PAGE, pte_machine(page, 1) >> 12, 0),
            XEN_EINVAL, "a page table is not cleared");
    check(mmuext_one(MMUEXT_CLEAR_PAGE, ~0UL >> 12, 0) < 0,
          "nor a frame that is not");

    refused(hypercall_mmuext_op(ops, 3, &done, DOMID_SELF), XEN_ENOSYS,
            "three operations, the second is none");
    check_equal(done, 1, "one was done");
    works(hypercall_mmuext_op(ops, 0, &done, DOMID_SELF), "no operation");
    check_equal(done, 0, "none done");
    refused(hypercall_mmuext_op((void *)1, 1, NULL, DOMID_SELF), XEN_EFAULT,
            "operations that are not mapped");
    refused(hypercall_mmuext_op(ops, 1, NULL, 0x7fe0), XEN_ESRCH,
            "a domain that is not");
}
