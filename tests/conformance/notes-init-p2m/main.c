// SPDX-License-Identifier: MIT
/*
 * Note INIT_P2M: the p2m list lies where it says, with tables of its own, and
 * its frames are named in start_info.
 *
 * conform: reference dom0 domU
 * requires: NOTE-1 NOTE-2
 */
#include "conform.h"

void test(void)
{
    unsigned long wrong = 0, pages = (start->nr_pages * 8 + 4095) / 4096;
    xen_pfn_t first = start->first_p2m_pfn;
    const xen_pte_t *table = (const xen_pte_t *)start->pt_base,
                    *window = page_new();
    xen_pte_t entry = 0;

    check_equal(start->mfn_list, 0x8000000000,
                "the list is where the note says");
    for (xen_pfn_t n = 0; n < start->nr_pages; n++)
        wrong += machine_to_phys_mapping[p2m[n]] != n;
    check_equal(wrong, 0, "all its entries are right");
    check(start->nr_p2m_frames > pages,
          "its frames and tables are counted (%lu, for %lu pages)",
          start->nr_p2m_frames, pages);
    check(first + start->nr_p2m_frames <= start->nr_pages, "they are ours");
    for (int level = 4; level >= 1; level--) {
        xen_pfn_t pfn;

        entry = table[xen_pt_index(start->mfn_list, level)];
        pfn = xen_own_mfn_to_pfn(xen_pte_mfn(entry));
        check_equal(entry & PTE_PRESENT, 1, "level %d has an entry for it",
                    level);
        check(pfn - first < start->nr_p2m_frames, "which is of these frames");
        if (level > 1 &&
            hypercall_update_va_mapping(
                (unsigned long)window,
                xen_make_pte(xen_pte_mfn(entry), PTE_PRESENT), UVMF_INVLPG))
            error("a table of level %d cannot be looked at", level - 1);
        table = window;
    }
    check_equal(entry & PTE_WRITE, PTE_WRITE, "the list is writable");
}
