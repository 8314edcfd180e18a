// SPDX-License-Identifier: MIT
/*
 * Frames of Xen's own (the grant table) that take the place of a page of the
 * image. By the p2m list the page's physical address means the foreign frame
 * from then on, in whatever tables the kernel makes, and its M2P entry, which
 * is not this guest's, is not asked.
 */
#include "xenpv.h"

struct pv_foreign pv_foreign[PV_FOREIGN];

bool pv_map_foreign(void *page, unsigned long mfn)
{
    unsigned long pfn, va = (unsigned long)page;
    unsigned long direct;
    uint64_t raw = mfn << PAGE_SHIFT | PTE_P | PTE_W | PTE_A | PTE_D;
    unsigned slot = 0;

    if (!pv_frame_of(page, &pfn))
        return false;
    while (slot < PV_FOREIGN && pv_foreign[slot].mfn &&
           pv_foreign[slot].pfn != pfn)
        slot++;
    if (slot == PV_FOREIGN)
        return false;
    direct = (unsigned long)pv_table_of(pfn);
    if (!pv_xen_ok(hypercall_update_va_mapping(va, raw,
                                               UVMF_INVLPG | UVMF_ALL),
                   "update_va_mapping of a frame of Xen's", va, raw,
                   "the page is not mapped by the tables that are loaded"))
        return false;
    if (direct != va && pv_find_l1_entry(direct))
        pv_xen_ok(hypercall_update_va_mapping(direct, raw,
                                              UVMF_INVLPG | UVMF_ALL),
                  "update_va_mapping of a frame of Xen's", direct, raw,
                  "the direct map is not what phys_to_virt says");
    pv_foreign[slot] = (struct pv_foreign){ mfn, pfn };
    pv_xen_p2m[pfn] = mfn;
    return true;
}
