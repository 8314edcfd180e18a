// SPDX-License-Identifier: MIT
/*
 * A section __xen_guest in place of notes: entry from the ELF file, hypercall
 * page as a frame number.
 *
 * conform: reference dom0 domU
 * requires: NOTE-6 NOTE-7
 */
#include "conform.h"

extern char hypercall_page[];

void test(void)
{
    check_equal(page_pfn(hypercall_page), 0x100, "(the page is frame 0x100)");
    check_equal(*(uint32_t *)(hypercall_page + 32 * 17 + 4), 17,
                "the hypercall page is filled");
    check_equal(xen_pte_mfn(*pte_of(hypercall_page, 1)),
                page_mfn(hypercall_page), "VIRT_BASE is as the section says");
    check(start->nr_pages > 0, "start_info is there");
}
