// SPDX-License-Identifier: MIT
/*
 * The initial page tables: in a row from pt_base, read-only in their own
 * mapping, all else writable; the L4 first; the order of what lies behind the
 * image.
 *
 * conform: reference dom0 domU
 * requires: START-6 START-7 START-8 START-9 START-10
 */
#include "conform.h"

extern char image_end[];

void test(void)
{
    const char *table = (const char *)start->pt_base;
    uint64_t end = start->pt_base + start->nr_pt_frames * 4096;
    unsigned long writable_tables = 0, read_only_pages = 0, unmapped = 0,
                  large = 0, wrong = 0;
    uint64_t cr3;

    __asm__ volatile("mov %%cr3, %0" : "=r"(cr3));
    check_equal(cr3 >> 12, page_mfn(table), "pt_base is the L4 in use");
    check_equal(start->pt_base & 4095, 0, "and begins a page");
    check(start->nr_pt_frames >= 4, "there are tables of four levels");
    for (const char *va = VIRT_BASE; (uint64_t)va < end; va += 4096) {
        const xen_pte_t *entry;

        if (va == (const char *)shared)
            continue; /* lib has mapped shared_info there */
        entry = pte_of(va, 1);
        if (!entry || !(*entry & PTE_PRESENT)) {
            unmapped++;
            continue;
        }
        large += !!(*pte_of(va, 2) & PTE_LARGE);
        wrong += xen_pte_mfn(*entry) != page_mfn(va);
        if ((uint64_t)va >= start->pt_base)
            writable_tables += !!(*entry & PTE_WRITE);
        else
            read_only_pages += !(*entry & PTE_WRITE);
    }
    check_equal(unmapped, 0, "all from VIRT_BASE to the tables' end is mapped");
    check_equal(wrong, 0, "pseudo-physical 0 is at VIRT_BASE, in order");
    check_equal(large, 0, "by small pages");
    check_equal(writable_tables, 0, "tables are mapped read-only");
    check_equal(read_only_pages, 0, "everything else writable, the text too");
    check((uint64_t)p2m >= (uint64_t)image_end,
          "the p2m lies behind the image");
    check((uint64_t)start >= (uint64_t)(p2m + start->nr_pages),
          "start_info behind the p2m");
    check(start->pt_base > (uint64_t)start, "the tables behind start_info");
    check_equal(start_rsp, end + 4096, "and then the stack of one page");
    check(pte_of((void *)(end + 512 * 1024), 1) &&
              *pte_of((void *)(end + 512 * 1024), 1) & PTE_PRESENT,
          "at least 512 KiB more are mapped");
}
