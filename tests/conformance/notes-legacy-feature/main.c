// SPDX-License-Identifier: MIT
/*
 * In a section __xen_guest a required feature that nobody knows ends the
 * reading of it, and nothing else.
 *
 * conform: reference dom0 domU
 * requires: NOTE-23
 */
#include "conform.h"

extern char hypercall_page[];

void test(void)
{
    check_equal(xen_pte_mfn(*pte_of(hypercall_page, 1)),
                page_mfn(hypercall_page), "the VIRT_BASE before it counts");
}
