// SPDX-License-Identifier: MIT
/*
 * Notes that change nothing for a 64-bit kernel, and that no builder minds:
 * it is started as without them.
 *
 * conform: reference dom0 domU
 * requires: NOTE-19 NOTE-20 NOTE-21
 */
#include "conform.h"

extern char hypercall_page[];

void test(void)
{
    check_equal(xen_pte_mfn(*pte_of(hypercall_page, 1)),
                page_mfn(hypercall_page), "VIRT_BASE is as its note says");
    check_equal(*(uint32_t *)(hypercall_page + 32 * 17 + 4), 17,
                "the hypercall page is filled");
    check_equal((uint64_t)start & 0xfff, 0, "start_info is there");
}
