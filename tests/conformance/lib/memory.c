// SPDX-License-Identifier: MIT
/*
 * Pages and their entries. The builder maps pseudo-physical memory from
 * VIRT_BASE on, so that every frame of the image, its tables among them, has a
 * virtual address.
 */
#include "conform.h"

#include <xen/grant_table.h>

/* What compilers may call. */
void *memset(void *at, int byte, size_t size);
void *memcpy(void *to, const void *from, size_t size);

void *memset(void *at, int byte, size_t size)
{
    char *p = at;

    while (size--)
        *p++ = byte;
    return at;
}

void *memcpy(void *to, const void *from, size_t size)
{
    char *t = to;
    const char *f = from;

    while (size--)
        *t++ = *f++;
    return to;
}

void fill(void *at, uint8_t byte, size_t size)
{
    memset(at, byte, size);
}

bool same_bytes(const void *a, const void *b, size_t size)
{
    const char *x = a, *y = b;

    while (size--)
        if (*x++ != *y++)
            return false;
    return true;
}

void *page_new(void)
{
    static char store[64][4096] __attribute__((aligned(4096)));
    static unsigned int used;

    if (used == 64)
        error("the test uses more than 64 pages");
    return store[used++];
}

xen_pfn_t page_pfn(const void *va)
{
    return ((uintptr_t)va - (uintptr_t)VIRT_BASE) >> XEN_PAGE_BITS;
}

xen_pfn_t page_mfn(const void *va)
{
    return p2m[page_pfn(va)];
}

void *pfn_va(xen_pfn_t pfn)
{
    return VIRT_BASE + (pfn << XEN_PAGE_BITS);
}

void *mfn_va(xen_pfn_t mfn)
{
    return pfn_va(xen_own_mfn_to_pfn(mfn));
}

/* The entry for va in its table of that level, or NULL where a higher one has
 * nothing. */
xen_pte_t *pte_of(const void *va, int level)
{
    xen_pte_t *table = (xen_pte_t *)start->pt_base;

    for (int at = 4;; at--) {
        xen_pte_t *entry = &table[xen_pt_index((unsigned long)va, at)];

        if (at == level)
            return entry;
        if (!(*entry & PTE_PRESENT))
            return NULL;
        table = mfn_va(xen_pte_mfn(*entry));
    }
}

uint64_t pte_machine(const void *va, int level)
{
    xen_pte_t *entry = pte_of(va, level);

    if (!entry)
        error("no table of level %d for %p", level, (void *)va);
    return ((uint64_t)page_mfn(entry) << XEN_PAGE_BITS) |
           ((uintptr_t)entry & ~XEN_PAGE_MASK);
}

long page_protect(const void *va, uint64_t flags)
{
    return hypercall_update_va_mapping(
        (unsigned long)va, xen_make_pte(page_mfn(va), flags), UVMF_INVLPG);
}

void page_read_only(const void *va)
{
    if (page_protect(va, PTE_PRESENT))
        error("%p could not be made read-only", (void *)va);
}

void page_writable(const void *va)
{
    if (page_protect(va, PTE_PRESENT | PTE_WRITE))
        error("%p could not be made writable", (void *)va);
}

long mmu_update_one(uint64_t ptr, uint64_t val, unsigned int domain)
{
    struct mmu_update request = {ptr, val};

    return hypercall_mmu_update(&request, 1, NULL, domain);
}

long mmuext_one(unsigned int cmd, unsigned long arg1, unsigned long arg2)
{
    struct mmuext_op op = {.cmd = cmd};

    op.arg1.linear_addr = arg1;
    op.arg2.src_mfn = arg2;
    return hypercall_mmuext_op(&op, 1, NULL, DOMID_SELF);
}

void grant_table_show(void *va)
{
    struct gnttab_setup_table s = {.dom = DOMID_SELF, .nr_frames = 1};
    xen_pfn_t frame = 0;

    set_xen_guest_handle(s.frame_list, &frame);
    if (hypercall_grant_table_op(GNTTABOP_setup_table, &s, 1) || s.status)
        error("the grant table cannot be set up");
    if (hypercall_update_va_mapping((unsigned long)va, xen_make_pte(frame, 7),
                                    UVMF_INVLPG))
        error("the grant table cannot be mapped");
}
