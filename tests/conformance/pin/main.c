// SPDX-License-Identifier: MIT
/*
 * Pinning validates a table of each level and holds it; a pinned table cannot
 * be written, an unpinned one becomes a page like any other.
 *
 * conform: reference dom0 domU
 * requires: MMU-18 MMU-19 MMU-20 MMU-21 MMU-22
 */
#include "conform.h"

static long pin(int level, xen_pfn_t mfn)
{
    return mmuext_one(MMUEXT_PIN_L1_TABLE + level - 1, mfn, 0);
}

static long unpin(xen_pfn_t mfn)
{
    return mmuext_one(MMUEXT_UNPIN_TABLE, mfn, 0);
}

static xen_pte_t *table[5]; /* by level, each with the one below in entry 7 */

void test(void)
{
    xen_pte_t *page = page_new();

    refused(pin(1, page_mfn(page)), XEN_EINVAL,
            "a page that is mapped writable");
    for (int level = 1; level <= 4; level++) {
        xen_pfn_t below = page_mfn(level == 1 ? page : table[level - 1]);

        table[level] = page_new();
        table[level][7] = xen_make_pte(below, 7);
        page_read_only(table[level]);
        works(pin(level, page_mfn(table[level])), "an L%d is pinned", level);
        check_equal(table[level][7] & PTE_USER, PTE_USER,
                    "its entry has the user bit");
        refused(page_protect(table[level], PTE_PRESENT | PTE_WRITE), XEN_EBUSY,
                "it cannot be mapped writable");
        refused(pin(level, page_mfn(table[level])), XEN_EINVAL,
                "nor pinned again");
        refused(pin(level == 4 ? 1 : level + 1, page_mfn(table[level])),
                XEN_EINVAL, "nor as another level");
    }
    works(unpin(page_mfn(table[1])), "the L1 is unpinned");
    refused(page_protect(table[1], PTE_PRESENT | PTE_WRITE), XEN_EBUSY,
            "it is still in use by the L2, so not writable");
    for (int level = 4; level >= 2; level--) {
        works(unpin(page_mfn(table[level])), "the L%d is unpinned", level);
        works(page_protect(table[level], PTE_PRESENT | PTE_WRITE),
              "and can be mapped writable");
    }
    works(page_protect(table[1], PTE_PRESENT | PTE_WRITE),
          "now that the L2 is gone, the L1 too");
    refused(unpin(page_mfn(table[1])), XEN_EINVAL,
            "unpinning what is not pinned");
    refused(unpin(page_mfn(page)), XEN_EINVAL, "unpinning a plain page");
}
