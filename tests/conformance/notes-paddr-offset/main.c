// SPDX-License-Identifier: MIT
/*
 * Note PADDR_OFFSET: physical addresses of the image may be its virtual ones.
 *
 * conform: reference dom0 domU
 * requires: NOTE-4
 */
#include "conform.h"

extern char _start[];

void test(void)
{
    check_equal(page_pfn(_start) >= 0x100, 1,
                "the image is at 1 MiB and above");
    check_equal(xen_pte_mfn(*pte_of(_start, 1)), page_mfn(_start),
                "pseudo-physical 0 is at VIRT_BASE");
    check_equal(hypercall_xen_version(XENVER_pagesize, NULL), 4096,
                "calls can be made");
}
