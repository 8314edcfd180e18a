// SPDX-License-Identifier: MIT
/*
 * Mapping and copying what was granted: a page that the domain has granted to
 * itself (the same calls as between two domains, without the second one), or
 * one of another domain's.
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
static bool table_is_mapped;

long grant_map_and_unmap(void)
{
    long result = hypercall_grant_table_op(GNTTABOP_map_grant_ref, &map, 1);

    if (result || map.status)
        return result ? result : map.status;
    unmap.handle = map.handle;
    result = hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &unmap, 1);
    return result ? result : unmap.status;
}

long grant_copy(void)
{
    long result = hypercall_grant_table_op(GNTTABOP_copy, &copying, 1);

    return result ? result : copying.status;
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
    table_is_mapped = true;
}

void grant(unsigned int ref, domid_t to, const void *what)
{
    table[ref].frame = (uint32_t)mfn_of(what);
    table[ref].domid = to;
    __atomic_store_n(&table[ref].flags, GTF_permit_access, __ATOMIC_RELEASE);
}

bool grant_map_at(void *at, domid_t from, unsigned int ref)
{
    struct gnttab_map_grant_ref m = {
        .host_addr = (unsigned long)at,
        .flags = GNTMAP_host_map,
        .ref = ref,
        .dom = from,
    };

    need("map_grant_ref",
         hypercall_grant_table_op(GNTTABOP_map_grant_ref, &m, 1));
    return !m.status;
}

void grants_from(domid_t domain)
{
    if (!table_is_mapped)
        map_table();
    map.host_addr = unmap.host_addr = (unsigned long)window;
    map.flags = GNTMAP_host_map;
    map.ref = REF;
    map.dom = domain;

    copying.source.u.ref = REF;
    copying.source.domid = domain;
    copying.dest.u.gmfn = mfn_of(copy);
    copying.dest.domid = DOMID_SELF;
    copying.len = 64;
    copying.flags = GNTCOPY_source_gref;
}

void grants_to(domid_t domain)
{
    map_table();
    grant(REF, domain, page);
}

void grants_to_self(void)
{
    domid_t self = start->flags & SIF_INITDOMAIN ? 0 : 1; /* the first guest */

    grants_to(self);
    grants_from(self);
}

void bench_grants(void)
{
    grants_to_self();
    measure(OP_grant_map, grant_map_and_unmap);
    measure(OP_grant_copy, grant_copy);
}
