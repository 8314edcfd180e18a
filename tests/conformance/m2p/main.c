// SPDX-License-Identifier: MIT
/*
 * p2m and M2P lead to each other, the guest corrects its M2P entries by
 * MMU_MACHPHYS_UPDATE, and only those.
 *
 * conform: reference dom0 domU
 * requires: M2P-1 M2P-2 M2P-3 M2P-4 M2P-5
 */
#include "conform.h"

void test(void)
{
    struct xen_machphys_mapping m = {0, 0, 0};
    char *page = page_new();
    xen_pfn_t mfn = page_mfn(page), pfn = page_pfn(page);
    unsigned long wrong = 0, holes = 0;
    struct caught c;

    works(hypercall_memory_op(XENMEM_machphys_mapping, &m), "machphys_mapping");
    check_equal(m.v_start, MACH2PHYS_VIRT_START, "the M2P begins at slot 256");
    check(m.v_end > m.v_start && m.v_end <= MACH2PHYS_VIRT_END,
          "and ends there");
    check(mfn <= m.max_mfn, "our frames are in it");
    for (xen_pfn_t n = 0; n < start->nr_pages; n++) {
        if (p2m[n] == XEN_NO_FRAME)
            holes++;
        else if (machine_to_phys_mapping[p2m[n]] != n)
            wrong++;
    }
    check_equal(wrong, 0, "M2P of p2m is the pfn, for all %lu pages",
                start->nr_pages);
    check_equal(holes, 0, "and there is no hole");

    works(
        mmu_update_one((mfn << 12) | MMU_MACHPHYS_UPDATE, 0x123456, DOMID_SELF),
        "an M2P entry of our own");
    check_equal(machine_to_phys_mapping[mfn], 0x123456, "is changed");
    works(mmu_update_one((mfn << 12) | MMU_MACHPHYS_UPDATE, pfn, DOMID_SELF),
          "and changed back");
    check(mmu_update_one(((uint64_t)m.max_mfn << 12) | MMU_MACHPHYS_UPDATE, 1,
                         DOMID_SELF) < 0 ||
              machine_to_phys_mapping[m.max_mfn] == 1,
          "one of another's is refused");
    check(mmu_update_one((~0UL >> 12 << 12 & ~(0xfffUL << 52)) |
                             MMU_MACHPHYS_UPDATE,
                         1, DOMID_SELF) < 0,
          "one beyond the machine is refused");
    check(traps(&c, *(volatile unsigned long *)(MACH2PHYS_VIRT_END - 8)),
          "the part behind the machine's memory is not mapped");
    check_equal(c.entry, 14, "and faults as any other");
    check_equal(c.cr2, MACH2PHYS_VIRT_END - 8, "with its address");
    refused(hypercall_memory_op(XENMEM_machphys_mapping, (void *)1), XEN_EFAULT,
            "machphys_mapping to memory that is not mapped");
}
