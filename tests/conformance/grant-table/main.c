// SPDX-License-Identifier: MIT
/*
 * The grant table: its version, its size, where it is, and what is refused.
 *
 * conform: reference dom0 domU
 * requires: GNT-1 GNT-2 GNT-3
 */
#include "conform.h"
#include <xen/grant_table.h>

static volatile struct grant_entry_v1 *table;

void test(void)
{
    struct gnttab_set_version v = {1};
    struct gnttab_query_size q = {.dom = DOMID_SELF};
    struct gnttab_setup_table s = {.dom = DOMID_SELF, .nr_frames = 1};
    xen_pfn_t frame = 0;

    hypercall_grant_table_op(GNTTABOP_set_version, &v, 1);
    check_equal(v.version, 1, "version 1");
    works(hypercall_grant_table_op(GNTTABOP_query_size, &q, 1), "query_size");
    check_equal(q.status, GNTST_okay, "its status");
    check(q.max_nr_frames >= 1 && q.nr_frames <= q.max_nr_frames,
          "there may be a frame at least");
    set_xen_guest_handle(s.frame_list, &frame);
    works(hypercall_grant_table_op(GNTTABOP_setup_table, &s, 1), "setup_table");
    check_equal(s.status, GNTST_okay, "its status");
    table = page_new();
    works(hypercall_update_va_mapping((unsigned long)table,
                                      xen_make_pte(frame, 7), UVMF_INVLPG),
          "the table can be mapped");
    s.nr_frames = q.max_nr_frames + 1;
    works(hypercall_grant_table_op(GNTTABOP_setup_table, &s, 1),
          "more frames than may be");
    check_equal(s.status, GNTST_general_error, "its status");
    refused(hypercall_grant_table_op(99, NULL, 0), XEN_ENOSYS,
            "an operation that is not");
    refused(hypercall_grant_table_op(GNTTABOP_query_size, (void *)1, 1),
            XEN_EFAULT, "elements that are not mapped");
    s.dom = 0x7fe0;
    works(hypercall_grant_table_op(GNTTABOP_setup_table, &s, 1),
          "the table of a domain that is not");
    check_equal(s.status, GNTST_bad_domain, "its status");
}
