/* SPDX-License-Identifier: MIT */
/*
 * Page-table entries of the processor, and what guests may put into theirs.
 */
#ifndef HV_PTE_H
#define HV_PTE_H

#include "core/types.h"

#define PTE_P    (1UL << 0)
#define PTE_RW   (1UL << 1)
#define PTE_US   (1UL << 2)
#define PTE_PWT  (1UL << 3)
#define PTE_PCD  (1UL << 4)
#define PTE_A    (1UL << 5)
#define PTE_D    (1UL << 6)
#define PTE_PSE  (1UL << 7) /* L2, L3: a large page; in an L1 it is PAT */
#define PTE_G    (1UL << 8)
#define PTE_NX   (1UL << 63)
#define PTE_ADDR 0x000ffffffffff000UL

/* Bits 9 to 11 and 52 to 62 are software's. */
#define PTE_AVAIL 0x7ff0000000000e00UL
/* Bit 52: the guest left PTE_US clear here. The hypervisor sets both. */
#define PTE_GUEST_KERNEL (1UL << 52)

#define PT_ENTRIES 512

/* Guests choose neither caching nor large pages; G is for leaves alone. */
#define PTE_REFUSED_L1 (PTE_PWT | PTE_PCD | PTE_PSE)
#define PTE_REFUSED_L2 (PTE_REFUSED_L1 | PTE_G) /* … L4 */

/* What may change in a present entry without a new check of its target. */
#define PTE_HARMLESS (PTE_NX | PTE_AVAIL | PTE_G | PTE_D | PTE_A | PTE_US)

static inline mfn_t pte_mfn(uint64_t entry)
{
    return MFN((entry & PTE_ADDR) >> PAGE_SHIFT);
}

/* Which entry of a table of LEVEL translates VA. */
static inline unsigned int pt_index(uint64_t va, int level)
{
    return (va >> (PAGE_SHIFT + 9 * (level - 1))) & (PT_ENTRIES - 1);
}

/*
 * Kernel and user mode of a guest share ring 3: every entry needs US. A page
 * that is for user mode is global, since it is the same under both of the
 * guest's top-level tables.
 */
static inline uint64_t adjust_l1(uint64_t entry)
{
    if (!(entry & PTE_US))
        return entry | PTE_US | PTE_GUEST_KERNEL;
    if (!(entry & PTE_GUEST_KERNEL))
        return entry | PTE_G;
    return entry;
}

static inline uint64_t adjust_upper(uint64_t entry, int level)
{
    return entry | PTE_US | (level == 4 ? PTE_A : 0);
}

#endif
