// SPDX-License-Identifier: MIT
/*
 * Grants to oneself: mapping, unmapping and copying, the marks in the entry,
 * and what is refused.
 *
 * conform: reference dom0 domU
 * requires: GNT-4 GNT-5 GNT-6
 */
#include "conform.h"
#include <xen/grant_table.h>

static volatile struct grant_entry_v1 *table;

static void grant(grant_ref_t ref, domid_t to, const void *page, uint16_t flags)
{
    table[ref].domid = to;
    table[ref].frame = page_mfn(page);
    xen_wmb();
    table[ref].flags = flags;
}

static void set_up(void)
{
    struct gnttab_set_version v = {1};

    hypercall_grant_table_op(GNTTABOP_set_version, &v, 1);
    table = page_new();
    grant_table_show((void *)table);
}

static void map(void)
{
    char *page = page_new(), *window = page_new();
    struct gnttab_map_grant_ref m = {
        .host_addr = (uint64_t)window,
        .flags = GNTMAP_host_map,
        .ref = 20,
        .dom = own_domid(),
    };
    struct gnttab_unmap_grant_ref u = {.host_addr = (uint64_t)window};
    xen_pte_t window_was = *pte_of(window, 1);
    struct caught c;

    page[0] = 42;
    works(hypercall_update_va_mapping((unsigned long)window, 0, UVMF_INVLPG),
          "a window");
    works(hypercall_grant_table_op(GNTTABOP_map_grant_ref, &m, 1),
          "mapping what is not granted");
    check_equal(m.status, GNTST_general_error, "its status");
    grant(20, 0x7fe0, page, GTF_permit_access);
    hypercall_grant_table_op(GNTTABOP_map_grant_ref, &m, 1);
    check_equal(m.status, GNTST_general_error, "what is granted to another");
    grant(20, own_domid(), page, GTF_permit_access | GTF_readonly);
    hypercall_grant_table_op(GNTTABOP_map_grant_ref, &m, 1);
    check_equal(m.status, GNTST_general_error, "writable what is read-only");
    m.flags |= GNTMAP_readonly;
    works(hypercall_grant_table_op(GNTTABOP_map_grant_ref, &m, 1), "read-only");
    check_equal(m.status, GNTST_okay, "its status");
    check_equal(window[0], 42, "the page is seen");
    check(traps(&c, *(volatile char *)window = 1), "and cannot be written");
    check_equal(table[20].flags & (GTF_reading | GTF_writing), GTF_reading,
                "the entry is marked as being read");
    u.handle = m.handle;
    works(hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &u, 1),
          "unmapping");
    check_equal(u.status, GNTST_okay, "its status");
    check_equal(table[20].flags & (GTF_reading | GTF_writing), 0,
                "the mark is gone");
    check_equal(*pte_of(window, 1) & PTE_PRESENT, 0, "so is the mapping");
    hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &u, 1);
    check_equal(u.status, GNTST_bad_handle, "unmapping it twice");

    grant(20, own_domid(), page, GTF_permit_access);
    m.flags = GNTMAP_host_map;
    hypercall_grant_table_op(GNTTABOP_map_grant_ref, &m, 1);
    check_equal(m.status, GNTST_okay, "writable");
    window[1] = 43;
    check_equal(page[1], 43, "is writable");
    check_equal(table[20].flags & (GTF_reading | GTF_writing),
                GTF_reading | GTF_writing, "both marks");
    u.handle = m.handle;
    hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &u, 1);
    check_equal(u.status, GNTST_okay, "unmapping");
    m.ref = 100000;
    hypercall_grant_table_op(GNTTABOP_map_grant_ref, &m, 1);
    check_equal(m.status, GNTST_bad_gntref, "a reference behind the table");
    m.ref = 20;
    m.dom = 0x7fe0;
    hypercall_grant_table_op(GNTTABOP_map_grant_ref, &m, 1);
    check_equal(m.status, GNTST_bad_domain, "a domain that is not");
    works(hypercall_update_va_mapping((unsigned long)window, window_was,
                                      UVMF_INVLPG),
          "the window is an ordinary page again");
}

static void copy(void)
{
    char *from = page_new(), *to = page_new();
    struct gnttab_copy c = {
        .source = {{.ref = 21}, DOMID_SELF, 10},
        .dest = {{.gmfn = page_mfn(to)}, DOMID_SELF, 100},
        .len = 50,
        .flags = GNTCOPY_source_gref,
    };

    for (int i = 0; i < 4096; i++)
        from[i] = i;
    grant(21, own_domid(), from, GTF_permit_access | GTF_readonly);
    works(hypercall_grant_table_op(GNTTABOP_copy, &c, 1), "copying");
    check_equal(c.status, GNTST_okay, "its status");
    check(same_bytes(to + 100, from + 10, 50) && !to[99] && !to[150],
          "50 bytes, and no more");
    c.len = 4090;
    hypercall_grant_table_op(GNTTABOP_copy, &c, 1);
    check_equal(c.status, GNTST_bad_copy_arg, "over the page's end");
}

void test(void)
{
    set_up();
    map();
    copy();
}
