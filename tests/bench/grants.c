// SPDX-License-Identifier: MIT
/*
 * A domain maps and copies a page that it has granted to itself: the same
 * calls as between two domains, without the second one.
 */
#include "bench.h"

#include <xen/grant_table.h>

#define REF 32 /* behind those that a domain builder makes */

static grant_entry_v1_t table[XEN_PAGE_SIZE / sizeof(grant_entry_v1_t)]
    __attribute__((aligned(4096)));
static char page[XEN_PAGE_SIZE] __attribute__((aligned(4096)));
static char window[XEN_PAGE_SIZE] __attribute__((aligned(4096)));
static char copy[XEN_PAGE_SIZE] __attribute__((aligned(4096)));

static struct gnttab_map_grant_ref map;
static struct gnttab_unmap_grant_ref unmap;
static struct gnttab_copy copying;

static long map_and_unmap(void)
{
    long result = hypercall_grant_table_op(GNTTABOP_map_grant_ref, &map, 1);

    if (result || map.status)
        return result ? result : map.status;
    unmap.handle = map.handle;
    result = hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &unmap, 1);
    return result ? result : unmap.status;
}

static long copy_page(void)
{
    long result = hypercall_grant_table_op(GNTTABOP_copy, &copying, 1);

    return result ? result : copying.status;
}

static domid_t own_domid(void)
{
    return start->flags & SIF_INITDOMAIN ? 0 : 1; /* the first guest */
}

static void map_table(void)
{
    static xen_pfn_t frame;
    struct gnttab_setup_table setup = {.dom = DOMID_SELF, .nr_frames = 1};

    set_xen_guest_handle(setup.frame_list, &frame);
    need("setup_table",
         hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1));
    need("setup_table's status", setup.status);
    need("mapping the grant table",
         hypercall_update_va_mapping((unsigned long)table,
                                     xen_make_pte(frame, PTE_PRESENT |
                                                             PTE_WRITE),
                                     UVMF_INVLPG));
}

void bench_grants(void)
{
    map_table();
    table[REF].frame = (uint32_t)mfn_of(page);
    table[REF].domid = own_domid();
    __atomic_store_n(&table[REF].flags, GTF_permit_access, __ATOMIC_RELEASE);

    map.host_addr = unmap.host_addr = (unsigned long)window;
    map.flags = GNTMAP_host_map;
    map.ref = REF;
    map.dom = own_domid();
    measure(OP_grant_map, map_and_unmap);

    copying.source.u.ref = REF;
    copying.source.domid = own_domid();
    copying.dest.u.gmfn = mfn_of(copy);
    copying.dest.domid = DOMID_SELF;
    copying.len = 64;
    copying.flags = GNTCOPY_source_gref;
    measure(OP_grant_copy, copy_page);
}
