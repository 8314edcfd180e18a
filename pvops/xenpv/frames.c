// SPDX-License-Identifier: MIT
/*
 * What the library knows of each page, and how the kernel's own mapping of a
 * page is made read-only or writable. Xen's rule behind it: a page that is a
 * table or holds descriptors has no writable mapping anywhere.
 */
#include "xenpv.h"

struct frame *pv_xen_frames;
unsigned long pv_xen_l4_of[PV_MAX_CPUS];

struct frame *pv_frame_of(const void *va, unsigned long *pfn)
{
    *pfn = pv_kernel.virt_to_phys(va) >> PAGE_SHIFT;
    return *pfn < pv_xen_nr_pages ? &pv_xen_frames[*pfn] : NULL;
}

uint64_t *pv_table_of(unsigned long pfn)
{
    return pv_kernel.phys_to_virt(pfn << PAGE_SHIFT);
}

/* The entry of level 1 for `va` in the tables that are loaded, or null. */
uint64_t *pv_l1_entry(unsigned long va)
{
    unsigned long pfn = pv_xen_l4;

    pv_batch_settle_above();
    for (int shift = 39;; shift -= 9) {
        uint64_t *entry = &pv_table_of(pfn)[va >> shift & (ENTRIES - 1)];

        if (shift == PAGE_SHIFT)
            return entry;
        if (!(*entry & PTE_P))
            return NULL;
        pfn = pv_mfn_to_pfn((*entry & PTE_ADDRESS) >> PAGE_SHIFT);
        if (pfn == NO_FRAME)
            return NULL;
    }
}

/* The same if it maps something. */
uint64_t *pv_find_l1_entry(unsigned long va)
{
    uint64_t *entry = pv_l1_entry(va);

    return entry && *entry & PTE_P ? entry : NULL;
}

static void set_writable(unsigned long va, unsigned long pfn, bool writable)
{
    uint64_t *entry = pv_find_l1_entry(va), raw;

    if (entry)
        pv_batch_settle(entry);
    if (!entry || (*entry & PTE_ADDRESS) >> PAGE_SHIFT != pv_pfn_to_mfn(pfn))
        return; /* not a mapping of this page */
    raw = writable ? *entry | PTE_W : *entry & ~PTE_W;
    if (raw == *entry)
        return;
    /* Xen puts these two back; with them it would take the entry for user
     * mode's. */
    if (raw & PTE_XEN_KERNEL)
        raw &= ~(PTE_XEN_KERNEL | PTE_U);
    pv_batch_map(va, entry, raw);
}

/* A page can be mapped twice: in the direct map and in the image. */
static void set_all_writable(unsigned long pfn, bool writable)
{
    unsigned long pa = pfn << PAGE_SHIFT;
    unsigned long direct = (unsigned long)pv_kernel.phys_to_virt(pa);
    unsigned long image = pv_kernel.virt_base + pa;

    set_writable(direct, pfn, writable);
    if (image != direct)
        set_writable(image, pfn, writable);
}

void pv_page_make_read_only(unsigned long pfn)
{
    set_all_writable(pfn, false);
}

void pv_page_make_writable(unsigned long pfn)
{
    set_all_writable(pfn, true);
}
