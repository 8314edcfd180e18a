// SPDX-License-Identifier: MIT
/*
 * Pages of the image. VIRT_BASE is 0, so a page's address is its pseudo-physical
 * one, and page tables, which lie behind the image, are found the same way.
 */
#include "bench.h"

#include <pvsdk/p2m.h>

xen_pfn_t mfn_of(const void *va)
{
    return p2m[(unsigned long)va >> XEN_PAGE_BITS];
}

static void *at_mfn(xen_pfn_t mfn)
{
    return (void *)(xen_own_mfn_to_pfn(mfn) << XEN_PAGE_BITS);
}

xen_pte_t *entry_of(const void *va)
{
    xen_pte_t *table = (xen_pte_t *)start->pt_base;

    for (int level = 4; level > 1; level--) {
        xen_pte_t entry = table[xen_pt_index((unsigned long)va, level)];

        if (!(entry & PTE_PRESENT))
            give_up("a table that is missing", level);
        table = at_mfn(xen_pte_mfn(entry));
    }
    return &table[xen_pt_index((unsigned long)va, 1)];
}

uint64_t entry_machine(const void *va)
{
    xen_pte_t *entry = entry_of(va);

    return (mfn_of(entry) << XEN_PAGE_BITS) |
           ((unsigned long)entry & ~XEN_PAGE_MASK);
}

void make_read_only(const void *va)
{
    need("making a page read-only",
         hypercall_update_va_mapping((unsigned long)va,
                                     xen_make_pte(mfn_of(va), PTE_PRESENT),
                                     UVMF_INVLPG));
}

long mmuext(unsigned int command, unsigned long argument)
{
    struct mmuext_op op = {.cmd = command};

    op.arg1.linear_addr = argument; /* or a frame: a union */
    return hypercall_mmuext_op(&op, 1, NULL, DOMID_SELF);
}
