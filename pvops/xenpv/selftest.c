// SPDX-License-Identifier: MIT
/*
 * What the self-test looks at in a Xen PV guest alone. The rule of selftest.c
 * holds: all is as before afterwards, also if what was tried failed.
 */
#include "../selftest.h"
#include "xenpv.h"

#define MARK 0x5e1f7e57ul

int pv_look_at_user_table(void)
{
    unsigned long user;
    int good = 1;

    if (pv_boot_info.world != PV_WORLD_XEN_PV ||
        !pv_xen_frames[pv_xen_l4].user_l4)
        return NOT_HERE; /* no user mode in the table that is loaded */
    user = pv_xen_frames[pv_xen_l4].user_l4;
    for (unsigned i = 0; i < ENTRIES; i++) {
        uint64_t kernel_entry = pv_table_of(pv_xen_l4)[i];
        uint64_t expected = pv_is_user_entry(i, kernel_entry) ? kernel_entry
                                                              : 0;
        uint64_t differ = pv_table_of(user)[i] ^ expected;

        if (i < XEN_SLOT_FIRST || i > XEN_SLOT_LAST)
            good &= !(differ & ~(PTE_A | PTE_D));
    }
    return good;
}

/* This guest's number; negative: nobody knows. */
static long own_domain(void)
{
    return pv_xen_start->flags & SIF_INITDOMAIN
               ? 0
               : pv_store_read_number(0, "domid", -1);
}

/* In the place of a page of the direct map, which is put back. */
static int map_and_look(unsigned domain, unsigned reference, void *place)
{
    uint64_t *entry = pv_find_l1_entry((unsigned long)place);
    unsigned long before;
    unsigned handle;
    int good;

    if (!entry)
        return 0;
    before = pv_xenpv_pte_load(entry);
    pv_xenpv_pte_store_l1(entry, 0);
    pv_xenpv_invlpg(place);
    good = !pv_grant_map(domain, reference, place, 0, &handle);
    if (good) {
        good = *(volatile unsigned long *)place == MARK;
        good &= !pv_grant_unmap(place, handle);
    }
    pv_xenpv_pte_store_l1(entry, before);
    pv_xenpv_invlpg(place);
    return good;
}

int pv_look_at_grants(void)
{
    unsigned long *page, *place;
    long domain;
    int reference, good = 0;

    if (pv_boot_info.world != PV_WORLD_XEN_PV || (domain = own_domain()) < 0)
        return NOT_HERE;
    page = pv_new_page();
    place = pv_new_page();
    if (page && place) {
        *page = MARK;
        reference = pv_grant((unsigned)domain, page, 0);
        if (reference > 0) {
            good = map_and_look((unsigned)domain, (unsigned)reference, place);
            good &= !pv_grant_end((unsigned)reference);
        }
    }
    if (page)
        pv_kernel.page_free(page);
    if (place)
        pv_kernel.page_free(place);
    return good;
}
