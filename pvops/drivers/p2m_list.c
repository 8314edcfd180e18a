// SPDX-License-Identifier: MIT
/*
 * Where the toolstack finds the p2m list of a guest that it saves: the frames
 * of pages that have the frames of the list's pages. It looks before it asks
 * the guest to suspend, so this is done where a kernel says that it can.
 */
#include "../xenpv/xenpv.h"

#define PER_PAGE (PAGE_SIZE / sizeof(unsigned long))
#define MIDDLE 16 /* pages, of a gigabyte each */

static unsigned long *list_of_lists, *lists[MIDDLE];

static unsigned long mfn_of(const void *page)
{
    return (unsigned long)(pv_machine_address(page) >> PAGE_SHIFT);
}

bool pv_p2m_describe(void)
{
    unsigned long pages = (pv_xen_nr_pages + PER_PAGE - 1) / PER_PAGE;

    if (pages > MIDDLE * PER_PAGE)
        return false;
    if (!list_of_lists)
        list_of_lists = pv_new_page();
    if (!list_of_lists)
        return false;
    for (unsigned long i = 0; i < pages; i++) {
        unsigned long **list = &lists[i / PER_PAGE];

        if (!*list)
            *list = pv_new_page();
        if (!*list)
            return false;
        (*list)[i % PER_PAGE] = mfn_of(pv_xen_p2m + i * PER_PAGE);
        list_of_lists[i / PER_PAGE] = mfn_of(*list);
    }
    pv_xen_shared->arch.max_pfn = pv_xen_nr_pages;
    pv_xen_shared->arch.pfn_to_mfn_frame_list_list = mfn_of(list_of_lists);
    return true;
}
