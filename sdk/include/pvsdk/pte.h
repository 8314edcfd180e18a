/* SPDX-License-Identifier: MIT */
/*
 * Page-table entries: bits, indices, and what a PV guest must know of them.
 *
 * An entry holds a MACHINE address. The hypervisor sets PTE_USER in every
 * present entry of a guest's (guest kernel and user both run in ring 3), so an
 * entry read back can have more bits than were written; pages are kept from
 * user mode by leaving them out of user mode's top table. Bits 5 and 6 are set
 * by the processor at any time.
 */
#ifndef PVSDK_PTE_H
#define PVSDK_PTE_H

#include <xen/xen.h>

#define XEN_PAGE_BITS 12
#define XEN_PAGE_SIZE (xen_mk_ulong(1) << XEN_PAGE_BITS)
#define XEN_PAGE_MASK (~(XEN_PAGE_SIZE - 1))

#define PTE_PRESENT  (xen_mk_ulong(1) << 0)
#define PTE_WRITE    (xen_mk_ulong(1) << 1)
#define PTE_USER     (xen_mk_ulong(1) << 2)
#define PTE_PWT      (xen_mk_ulong(1) << 3)
#define PTE_PCD      (xen_mk_ulong(1) << 4)
#define PTE_ACCESSED (xen_mk_ulong(1) << 5)
#define PTE_DIRTY    (xen_mk_ulong(1) << 6)
#define PTE_LARGE    (xen_mk_ulong(1) << 7) /* L2, L3; PAT in an L1 */
#define PTE_GLOBAL   (xen_mk_ulong(1) << 8)
#define PTE_AVAIL    (xen_mk_ulong(7) << 9) /* the kernel's own */
#define PTE_NX       (xen_mk_ulong(1) << 63)

#define PTE_FRAME_MASK xen_mk_ulong(0x000ffffffffff000)

#define XEN_PT_ENTRIES 512

#ifndef __ASSEMBLY__

typedef uint64_t xen_pte_t;

static inline xen_pte_t xen_make_pte(xen_pfn_t mfn, uint64_t flags)
{
    return ((xen_pte_t)mfn << XEN_PAGE_BITS) | flags;
}

static inline xen_pfn_t xen_pte_mfn(xen_pte_t pte)
{
    return (xen_pfn_t)((pte & PTE_FRAME_MASK) >> XEN_PAGE_BITS);
}

static inline uint64_t xen_pte_flags(xen_pte_t pte)
{
    return pte & ~PTE_FRAME_MASK;
}

/* Which of the 512 entries of a table of level 1 to 4 translates va. */
static inline unsigned int xen_pt_index(unsigned long va, int level)
{
    return (va >> (XEN_PAGE_BITS + 9 * (level - 1))) & (XEN_PT_ENTRIES - 1);
}

/* Top-table slots that are the hypervisor's: 256 to 271. */
static inline int xen_l4_slot_is_reserved(unsigned int slot)
{
    return slot >= 256 && slot < 272;
}

#endif /* !__ASSEMBLY__ */

#endif
