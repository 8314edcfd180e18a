// SPDX-License-Identifier: MIT
/*
 * Note VIRT_BASE may be 0: then pseudo-physical and virtual addresses are
 * equal.
 *
 * conform: reference dom0 domU
 * requires: NOTE-5
 */
#include "conform.h"

void test(void)
{
    check(start->pt_base < 1UL << 39, "the tables are below 512 GiB");
    check(pte_of((void *)0x1000, 1) && *pte_of((void *)0x1000, 1) & PTE_PRESENT,
          "page 1 is mapped");
    check_equal(xen_pte_mfn(*pte_of((void *)0x1000, 1)), p2m[1],
                "it is frame 1");
    check_equal(xen_pte_mfn(*pte_of(start, 1)), page_mfn(start),
                "start_info is where its frame is");
}
