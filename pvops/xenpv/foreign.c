// SPDX-License-Identifier: MIT
/*
 * Frames of Xen's own (the shared page, the grant table) that take the place
 * of a page of the image. By the p2m list the page's physical address means
 * the foreign frame from then on, in whatever tables the kernel makes, and its
 * M2P entry, which is not this guest's, is not asked.
 *
 * A guest that is to be saved must have none: the page's own frames are
 * remembered, and take their places meanwhile.
 */
#include "xenpv.h"

struct pv_foreign pv_foreign[PV_FOREIGN];
void (*pv_grant_restored)(void), (*pv_store_restored)(void);
void (*pv_store_watch_again_hook)(void);

static bool map(unsigned long va, unsigned long mfn)
{
    uint64_t raw = mfn << PAGE_SHIFT | PTE_P | PTE_W | PTE_A | PTE_D;

    return !hypercall_update_va_mapping(va, raw, UVMF_INVLPG | UVMF_ALL);
}

/* Where the image has the page, and the direct map. */
static bool map_both(const struct pv_foreign *f, unsigned long mfn)
{
    unsigned long image = (unsigned long)f->page;
    unsigned long direct = (unsigned long)pv_table_of(f->pfn);
    bool good = map(image, mfn);

    if (direct != image && pv_find_l1_entry(direct))
        good &= map(direct, mfn);
    pv_xen_p2m[f->pfn] = mfn;
    return good;
}

void pv_foreign_add(void *page, unsigned long pfn, unsigned long mfn)
{
    for (unsigned i = 0; i < PV_FOREIGN; i++) {
        struct pv_foreign *f = &pv_foreign[i];

        if (f->mfn)
            continue;
        *f = (struct pv_foreign){ mfn, pfn, pv_xen_p2m[pfn], page };
        pv_xen_p2m[pfn] = mfn;
        return;
    }
    pv_fatal("more frames of Xen's than places for them");
}

bool pv_map_foreign(void *page, unsigned long mfn)
{
    unsigned long pfn;
    unsigned i;

    if (!pv_frame_of(page, &pfn))
        return false;
    for (i = 0; i < PV_FOREIGN && pv_foreign[i].mfn; i++)
        if (pv_foreign[i].pfn == pfn)
            break;
    if (i < PV_FOREIGN && pv_foreign[i].mfn)
        pv_foreign[i].mfn = mfn;
    else
        pv_foreign_add(page, pfn, mfn);
    return pv_xen_ok(map_both(&pv_foreign[i], mfn) ? 0 : -1,
                     "update_va_mapping of a frame of Xen's",
                     (unsigned long)page, mfn,
                     "the page is not mapped by the tables that are loaded");
}

void pv_foreign_away(void)
{
    for (unsigned i = 0; i < PV_FOREIGN && pv_foreign[i].mfn; i++)
        if (!map_both(&pv_foreign[i], pv_foreign[i].own))
            pv_fatal("a frame of Xen's could not be given up");
}

/* After a restore only the shared page is known where it is; the grant table
 * is asked for again. The first one is the shared page, see start.c. */
void pv_foreign_back(bool restored)
{
    /* The page's own frame may be another one now. */
    for (unsigned i = 0; restored && i < PV_FOREIGN && pv_foreign[i].mfn; i++)
        pv_foreign[i].own = pv_xen_p2m[pv_foreign[i].pfn];
    if (restored)
        pv_foreign[0].mfn = pv_xen_start->shared_info >> PAGE_SHIFT;
    for (unsigned i = 0; i < PV_FOREIGN && pv_foreign[i].mfn; i++)
        if ((i == 0 || !restored) &&
            !map_both(&pv_foreign[i], pv_foreign[i].mfn))
            pv_fatal("a frame of Xen's could not be mapped again");
}
