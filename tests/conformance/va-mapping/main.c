// SPDX-License-Identifier: MIT
/*
 * update_va_mapping: an entry by its address, with its flush; and its refusals.
 *
 * conform: reference dom0 domU
 * requires: MMU-14 MMU-15 MMU-16 MMU-17
 */
#include "conform.h"

static long map(const void *va, xen_pte_t pte, unsigned long flags)
{
    return hypercall_update_va_mapping((unsigned long)va, pte, flags);
}

void test(void)
{
    char *page = page_new(), *other = page_new();
    volatile char *seen = page;
    xen_pte_t to_page = xen_make_pte(page_mfn(page), 7),
              to_other = xen_make_pte(page_mfn(other), 7);
    unsigned long here[1] = {1};

    page[0] = 1;
    other[0] = 2;
    works(map(page, to_other, UVMF_INVLPG), "with INVLPG");
    check_equal(*seen, 2, "the new page is seen");
    works(map(page, to_page, UVMF_TLB_FLUSH), "with TLB_FLUSH");
    check_equal(*seen, 1, "the old page is seen");
    works(map(page, to_other, UVMF_INVLPG | UVMF_ALL), "with INVLPG on all");
    check_equal(*seen, 2, "the new page is seen");
    works(map(page, to_page, UVMF_TLB_FLUSH | (unsigned long)here),
          "with TLB_FLUSH on a mask of vCPUs");
    check_equal(*seen, 1, "the old page is seen");
    works(map(page, to_page, UVMF_NONE), "the same entry, no flush");

    refused(map(page, xen_make_pte(pte_machine(page, 1) >> 12, 7), 0),
            XEN_EBUSY, "a writable mapping of a page table");
    check(map(page, xen_make_pte(0xffffffff, 7), 0) < 0, "a frame that is not");
    refused(map((void *)(5UL << 39), to_page, 0), XEN_EINVAL,
            "an address without tables");
    refused(map((void *)HYPERVISOR_VIRT_START, to_page, 0), XEN_EINVAL,
            "an address of the hypervisor's");
    refused(map((void *)0x8000000000000000, to_page, 0), XEN_EINVAL,
            "an address that is not canonical");
    refused(map(page, to_page, UVMF_INVLPG | 0x10), XEN_EFAULT,
            "a mask of vCPUs that is not mapped");
    check_equal(*seen, 1, "after all that the page is what it was");
    refused(hypercall_update_va_mapping_otherdomain((unsigned long)page,
                                                    to_page, 0, 0x7fe0),
            XEN_ESRCH, "for a domain that is not");
}
