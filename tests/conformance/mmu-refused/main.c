// SPDX-License-Identifier: MIT
/*
 * What mmu_update refuses: no guest gets a writable mapping of a table, a
 * mapping of a frame that is not its own, a bit that it may not set.
 *
 * conform: reference dom0 domU
 * requires: MMU-6 MMU-7 MMU-8 MMU-9 MMU-10 MMU-11
 */
#include "conform.h"

static uint64_t l1_ptr, l2_ptr, l4_page;
static xen_pte_t l1_was;

/* A frame of the machine that is not in our p2m. */
static xen_pfn_t foreign_mfn(void)
{
    struct xen_machphys_mapping m;
    xen_pfn_t mfn;

    hypercall_memory_op(XENMEM_machphys_mapping, &m);
    for (mfn = 0x200; mfn < m.max_mfn; mfn++)
        if (xen_mfn_to_pfn(p2m, start->nr_pages, m.max_mfn, mfn) ==
            XEN_NO_FRAME)
            return mfn;
    error("every frame of the machine is ours");
}

static void l1(uint64_t value, int errno, const char *what)
{
    refused(mmu_update_one(l1_ptr, value, DOMID_SELF), errno, "L1: %s", what);
    check_equal(xen_pte_mfn(*pte_of(mfn_va(xen_pte_mfn(l1_was)), 1)),
                xen_pte_mfn(l1_was), "and the entry is as it was");
}

void test(void)
{
    char *page = page_new();
    xen_pfn_t mfn = page_mfn(page), table;

    l1_ptr = pte_machine(page, 1);
    l2_ptr = pte_machine(page, 2);
    l4_page = page_mfn((void *)start->pt_base) << 12;
    l1_was = *pte_of(page, 1);
    table = l1_ptr >> 12;

    l1(xen_make_pte(table, 7), XEN_EBUSY, "a writable mapping of an L1");
    works(mmu_update_one(l1_ptr, xen_make_pte(table, 1), DOMID_SELF),
          "a read-only one is fine");
    refused(mmu_update_one(l1_ptr, xen_make_pte(table, 3), DOMID_SELF),
            XEN_EBUSY, "which cannot be made writable");
    works(mmu_update_one(l1_ptr, l1_was, DOMID_SELF), "back");
    l1(xen_make_pte(l4_page >> 12, 7), XEN_EBUSY,
       "a writable mapping of the L4");
    l1(xen_make_pte(l2_ptr >> 12, 7), XEN_EBUSY, "a writable mapping of an L2");
    l1(xen_make_pte(foreign_mfn(), 7), XEN_EBUSY, "a frame of another's");
    l1(xen_make_pte(foreign_mfn(), 1), XEN_EBUSY, "even read-only");
    l1(xen_make_pte(mfn, 7 | 1UL << 51), XEN_EPERM, "a frame that cannot be");
    if (!is_dom0()) { /* domain 0 may use devices, and say how to cache */
        l1(xen_make_pte(0xfee00, 7), XEN_EPERM, "the local APIC");
        l1(xen_make_pte(mfn, 7 | PTE_PCD | PTE_PWT), XEN_EINVAL,
           "a cache attribute");
    }
    works(
        mmu_update_one(l1_ptr | MMU_PT_UPDATE_NO_TRANSLATE, l1_was, DOMID_SELF),
        "NO_TRANSLATE is as NORMAL to a PV guest");
    refused(mmu_update_one(l1_ptr, l1_was,
                           (0x7fe0 + 1) << 16 | DOMID_SELF), XEN_ESRCH,
            "the tables of a domain that is not");
    refused(mmu_update_one(l1_ptr, l1_was,
                           (DOMID_IO + 1) << 16 | DOMID_SELF), XEN_ESRCH,
            "device memory has no tables");
    refused(mmu_update_one(l1_ptr, l1_was, 0x7fe0), XEN_ESRCH,
            "no such domain");
    check(mmu_update_one(~0UL << 12 & ~(0xfffUL << 52), 0, DOMID_SELF) < 0,
          "an entry in a frame that is not");

    refused(mmu_update_one(l2_ptr, *pte_of(page, 2) | PTE_LARGE, DOMID_SELF),
            XEN_EINVAL, "L2: a large page");
    refused(mmu_update_one(l2_ptr, xen_make_pte(mfn, 7), DOMID_SELF),
            XEN_EINVAL, "L2: a writable page as a table");
    refused(mmu_update_one(l2_ptr, xen_make_pte(l4_page >> 12, 7), DOMID_SELF),
            XEN_EINVAL, "L2: the L4 as a table");
    refused(mmu_update_one(l2_ptr, *pte_of(page, 2) | PTE_GLOBAL, DOMID_SELF),
            XEN_EINVAL, "L2: the global bit");

    for (unsigned int slot = 256; slot < 272; slot += 5) {
        refused(mmu_update_one(l4_page + 8 * slot, 0, DOMID_SELF), XEN_EINVAL,
                "L4: slot %u is the hypervisor's", slot);
    }
    works(mmu_update_one(l4_page + 8 * 255, 0, DOMID_SELF),
          "255 is the guest's");
    works(mmu_update_one(l4_page + 8 * 272, 0, DOMID_SELF), "so is 272");
    refused(mmu_update_one(l4_page + 8 * 272, xen_make_pte(l1_ptr >> 12, 7),
                           DOMID_SELF),
            XEN_EINVAL, "L4: an L1 as a table");
    refused(hypercall_mmu_update((void *)1, 1, NULL, DOMID_SELF), XEN_EFAULT,
            "requests that are not mapped");
    refused(hypercall_mmu_update((void *)HYPERVISOR_VIRT_START, 1, NULL,
                                 DOMID_SELF),
            XEN_EFAULT, "requests in the hypervisor's memory");
}
