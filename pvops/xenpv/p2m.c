// SPDX-License-Identifier: MIT
/*
 * Pseudo-physical to machine and back. The p2m list is the guest's own, the
 * M2P table Xen's. The rule: a present entry that leaves the kernel holds a
 * machine address of this guest's memory, or it is not written at all.
 */
#include "xenpv.h"

unsigned long *pv_xen_p2m;
unsigned long pv_xen_nr_pages;

unsigned long pv_pfn_to_mfn(unsigned long pfn)
{
    return pfn < pv_xen_nr_pages ? pv_xen_p2m[pfn] : NO_FRAME;
}

unsigned long pv_mfn_to_pfn(unsigned long mfn)
{
    unsigned long pfn;

    if (mfn >= MACH2PHYS_NR_ENTRIES)
        return NO_FRAME;
    pfn = machine_to_phys_mapping[mfn];
    if (pv_pfn_to_mfn(pfn) == mfn)
        return pfn;
    /* The shared information page is nobody's in the M2P. */
    if (mfn == pv_xen_start->shared_info >> PAGE_SHIFT)
        return pv_kernel.virt_to_phys(pv_xen_shared) >> PAGE_SHIFT;
    for (unsigned i = 0; i < PV_FOREIGN && pv_foreign[i].mfn; i++)
        if (pv_foreign[i].mfn == mfn)
            return pv_foreign[i].pfn;
    return NO_FRAME;
}

uint64_t pv_entry_to_machine(uint64_t value)
{
    unsigned long pfn = (value & PTE_ADDRESS) >> PAGE_SHIFT, mfn;

    if (!(value & PTE_P))
        return value;
    mfn = pv_pfn_to_mfn(pfn);
    if (mfn == NO_FRAME) {
        pv_report("an entry names physical address %x, and memory ends at %x "
                  "or has a hole there: entry %x is not written",
                  pfn << PAGE_SHIFT, pv_xen_nr_pages << PAGE_SHIFT, value);
        return 0;
    }
    return mfn << PAGE_SHIFT | (value & ~PTE_ADDRESS);
}

/* It holds no machine frame, but the guest's own. */
static bool is_guard(uint64_t raw)
{
    return pv_kernel.guard_pages && !(raw & PTE_P) && raw & PTE_GUARD;
}

/* In a kernel's page Xen sets U, and bit 52 to remember that it was clear. */
uint64_t pv_entry_to_physical(uint64_t raw)
{
    unsigned long pfn = pv_mfn_to_pfn((raw & PTE_ADDRESS) >> PAGE_SHIFT);

    if (is_guard(raw))
        return (raw & ~PTE_GUARD) | PTE_P;
    if (!(raw & PTE_P))
        return raw;
    if (raw & PTE_XEN_KERNEL)
        raw &= ~(PTE_XEN_KERNEL | PTE_U);
    if (pfn == NO_FRAME)
        return raw & ~(PTE_ADDRESS | PTE_P);
    return pfn << PAGE_SHIFT | (raw & ~PTE_ADDRESS);
}

void *pv_xen_page(unsigned long frame)
{
    unsigned long pfn;

    if (pv_boot_info.world == PV_WORLD_XEN_PVH)
        return pv_xenpvh_page(frame);
    pfn = pv_mfn_to_pfn(frame);
    return pfn == NO_FRAME ? NULL : pv_table_of(pfn);
}

uint64_t pv_machine_address(const void *va)
{
    unsigned long pa = pv_kernel.virt_to_phys(va);

    if (pv_boot_info.world == PV_WORLD_XEN_PVH)
        return pa;
    return pv_pfn_to_mfn(pa >> PAGE_SHIFT) << PAGE_SHIFT |
           (pa & (PAGE_SIZE - 1));
}

unsigned long pv_xenpv_phys_to_entry(unsigned long value)
{
    unsigned long mfn = pv_pfn_to_mfn(value >> PAGE_SHIFT);

    if (mfn == NO_FRAME)
        return 0;
    return mfn << PAGE_SHIFT | (value & (PAGE_SIZE - 1));
}

unsigned long pv_xenpv_entry_to_phys(unsigned long value)
{
    unsigned long pfn = pv_mfn_to_pfn((value & PTE_ADDRESS) >> PAGE_SHIFT);

    if (is_guard(value))
        return value & PTE_ADDRESS;
    return pfn == NO_FRAME ? 0 : pfn << PAGE_SHIFT;
}

pv_mfn pv_machine_frame(pv_pfn pfn)
{
    bool paged = pv_boot_info.world == PV_WORLD_XEN_PV;

    return (pv_mfn){ paged ? pv_pfn_to_mfn(pfn.number) : pfn.number };
}

pv_pfn pv_physical_frame(pv_mfn mfn)
{
    bool paged = pv_boot_info.world == PV_WORLD_XEN_PV;

    return (pv_pfn){ paged ? pv_mfn_to_pfn(mfn.number) : mfn.number };
}
