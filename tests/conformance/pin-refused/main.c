// SPDX-License-Identifier: MIT
/*
 * What cannot be pinned: every entry of a table is looked at, at each level.
 *
 * conform: reference dom0 domU
 * requires: MMU-23 MMU-24 MMU-25
 */
#include "conform.h"

static xen_pte_t *table;

static long try(int level, unsigned int index, xen_pte_t entry)
{
    long result;

    page_writable(table);
    table[index] = entry;
    page_read_only(table);
    result = mmuext_one(MMUEXT_PIN_L1_TABLE + level - 1, page_mfn(table), 0);
    if (!result)
        mmuext_one(MMUEXT_UNPIN_TABLE, page_mfn(table), 0);
    page_writable(table);
    table[index] = 0;
    return result;
}

void test(void)
{
    char *page = page_new();
    xen_pfn_t mfn = page_mfn(page);
    xen_pfn_t l1 = pte_machine(page, 1) >> 12, l2 = pte_machine(page, 2) >> 12,
              l3 = pte_machine(page, 3) >> 12;

    table = page_new();
    works(try(1, 0, 0), "L1: empty");
    works(try(1, 511, xen_make_pte(mfn, 7)), "L1: an entry for a page");
    works(try(1, 511, xen_make_pte(l1, 1)), "L1: a read-only one for a table");
    refused(try(1, 511, xen_make_pte(l1, 3)), XEN_EBUSY, "L1: a writable one");
    check(try(1, 3, xen_make_pte(0xffffffff, 3)) < 0,
          "L1: a frame that is not");
    works(try(1, 3, 0xfffff000), "L1: anything that is not present");
    works(try(2, 0, xen_make_pte(l1, 7)), "L2: an L1");
    refused(try(2, 1, xen_make_pte(mfn, 7)), XEN_EINVAL, "L2: a writable page");
    refused(try(2, 1, xen_make_pte(l2, 7)), XEN_EINVAL, "L2: a writable L2");
    refused(try(2, 1, xen_make_pte(l1, 7) | PTE_LARGE), XEN_EINVAL,
            "L2: a large page");
    works(try(3, 0, xen_make_pte(l2, 7)), "L3: an L2");
    refused(try(3, 511, xen_make_pte(l1, 7)), XEN_EINVAL, "L3: an L1");
    refused(try(3, 511, xen_make_pte(l2, 7) | PTE_LARGE), XEN_EINVAL,
            "L3: a large page");
    works(try(4, 0, xen_make_pte(l3, 7)), "L4: an L3");
    refused(try(4, 511, xen_make_pte(l2, 7)), XEN_EINVAL, "L4: an L2");
    works(try(4, 260, xen_make_pte(mfn, 7)),
          "L4: what is in the hypervisor's slots does not count");
    check(mmuext_one(MMUEXT_PIN_L1_TABLE, ~0UL >> 12, 0) < 0,
          "a frame that is not cannot be pinned");
    refused(mmuext_one(MMUEXT_PIN_L1_TABLE, start->shared_info >> 12, 0),
            XEN_EINVAL, "nor the shared info");
}
