// SPDX-License-Identifier: MIT
/*
 * A tree of tables, looked at before Xen sees it. Xen answers one number to
 * whatever is wrong; this says which entry, and which rule. Every tree is
 * looked at when it goes live, and a kernel may do so when it likes.
 */
#include "xenpv.h"

#ifdef PV_RELEASE /* a kernel can still ask, by pv_check_tables() */
#define CHECKED 0
#else
#define CHECKED 1
#endif

/* The rule that a present entry breaks, or null. */
static const char *rule_broken(uint64_t raw, int level)
{
    unsigned long frame = (raw & PTE_ADDRESS) >> PAGE_SHIFT;
    unsigned long pfn = pv_mfn_to_pfn(frame);

    if (level > 1 && raw & PTE_PSE)
        return "it maps a large page, and a guest's pages are 4 kB";
    if (pfn == NO_FRAME && frame < pv_xen_nr_pages)
        return "it holds a pseudo-physical frame, not a machine frame: write "
               "entries with pv_pte_store_l1 to l4";
    if (pfn == NO_FRAME)
        return "it names memory that is not this guest's: is it an entry?";
    if (level == 1 && raw & PTE_CACHING)
        return "it has PWT, PCD or PAT set, which a guest may not";
    if (level > 1 && pv_xen_frames[pfn].flags & FRAME_FIXED &&
        !pv_is_early_table(pfn))
        return "it points to a descriptor page";
    return NULL;
}

static bool report_fault(struct pv_table_fault *fault, unsigned long pfn,
                         unsigned index, int level, const char *rule)
{
    fault->level = level;
    fault->index = index;
    fault->table = pfn << PAGE_SHIFT;
    fault->entry = pv_table_of(pfn)[index];
    fault->rule = rule;
    return false;
}

static bool check_table(unsigned long pfn, int level,
                        struct pv_table_fault *fault)
{
    const uint64_t *table = pv_table_of(pfn);

    if (pv_xen_frames[pfn].flags & FRAME_LIVE)
        return true; /* Xen has taken it */
    for (unsigned i = 0; i < ENTRIES; i++) {
        const char *rule = NULL;

        if (level == 4 && i >= XEN_SLOT_FIRST && i <= XEN_SLOT_LAST)
            rule = table[i] ? "top-level slots 256 to 271 are Xen's" : NULL;
        else if (table[i] & PTE_P)
            rule = rule_broken(table[i], level);
        else
            continue;
        if (rule)
            return report_fault(fault, pfn, i, level, rule);
        /* Writable mappings of tables and descriptors are not looked for:
         * going live takes the permission away. */
        if (level > 1 && table[i] & PTE_P &&
            !check_table(pv_mfn_to_pfn((table[i] & PTE_ADDRESS) >> PAGE_SHIFT),
                         level - 1, fault))
            return false;
    }
    return true;
}

bool pv_tree_is_good(unsigned long pfn, int level)
{
    struct pv_table_fault fault;

    if (!CHECKED || check_table(pfn, level, &fault))
        return true;
    pv_report("entry %d of the level %d table at %x, %x: %s",
              (long)fault.index, (long)fault.level, fault.table, fault.entry,
              fault.rule);
    return false;
}

int pv_check_tables(unsigned long top, struct pv_table_fault *fault)
{
    if (pv_boot_info.world != PV_WORLD_XEN_PV ||
        check_table((top & PTE_ADDRESS) >> PAGE_SHIFT, 4, fault))
        return 0;
    return -1;
}
