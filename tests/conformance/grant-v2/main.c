// SPDX-License-Identifier: MIT
/*
 * Version 2 of the grant table: the way there and back, entries whose marks
 * are in frames of their own, parts of pages, and entries exchanged.
 *
 * conform: reference domU
 * requires: GNT-7 GNT-8 GNT-9 GNT-10 GNT-11 GNT-12
 */
#include "conform.h"
#include <xen/grant_table.h>

#define MARKS (GTF_reading | GTF_writing)
#define REF   20
#define KEPT  5 /* one of the first 8, which the toolstack may have made */

static union {
    volatile struct grant_entry_v1 v1[512];
    volatile union grant_entry_v2 v2[256];
} *table;
static volatile grant_status_t *status;
static char *page, *window;

static long version(uint32_t wanted, uint32_t *is)
{
    struct gnttab_set_version v = {wanted};
    struct gnttab_get_version g = {.dom = DOMID_SELF};
    long rc = hypercall_grant_table_op(GNTTABOP_set_version, &v, 1);

    works(hypercall_grant_table_op(GNTTABOP_get_version, &g, 1), "get_version");
    check_equal(v.version, g.version, "is what set_version says, too");
    *is = g.version;
    return rc;
}

static int16_t status_frames(uint32_t count, domid_t domid, uint64_t *frames)
{
    struct gnttab_get_status_frames s = {count, domid, 77, {0}};

    set_xen_guest_handle(s.frame_list, frames);
    works(hypercall_grant_table_op(GNTTABOP_get_status_frames, &s, 1),
          "get_status_frames");
    return s.status;
}

static int16_t map(uint32_t flags, grant_handle_t *handle)
{
    struct gnttab_map_grant_ref m = {
        .host_addr = (uint64_t)window,
        .flags = GNTMAP_host_map | flags,
        .ref = REF,
        .dom = own_domid(),
    };

    works(hypercall_grant_table_op(GNTTABOP_map_grant_ref, &m, 1), "mapping");
    *handle = m.handle;
    return m.status;
}

static int16_t unmap(grant_handle_t handle)
{
    struct gnttab_unmap_grant_ref u = {(uint64_t)window, 0, handle, 0};

    works(hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &u, 1),
          "unmapping");
    return u.status;
}

static int16_t swap(grant_ref_t a, grant_ref_t b)
{
    struct gnttab_swap_grant_ref s = {a, b, 77};

    works(hypercall_grant_table_op(GNTTABOP_swap_grant_ref, &s, 1), "swapping");
    return s.status;
}

static void show_at(volatile void *va, uint64_t frame)
{
    works(hypercall_update_va_mapping((unsigned long)va,
                                      frame ? xen_make_pte(frame, 7) : 0,
                                      UVMF_INVLPG),
          frame ? "mapped" : "unmapped");
}

static void grant(domid_t to, unsigned int flags)
{
    table->v2[REF].full_page.frame = page_mfn(page);
    table->v2[REF].hdr.domid = to;
    xen_wmb();
    table->v2[REF].hdr.flags = (uint16_t)flags;
}

/* To version 2; one entry of the toolstack's is there, and one is not. */
static void there(void)
{
    struct gnttab_setup_table s = {.dom = DOMID_SELF, .nr_frames = 1};
    uint64_t frames[32] = {0};
    xen_pfn_t frame = 0;
    uint32_t is;

    works(version(1, &is), "version 1");
    check_equal(is, 1, "it is 1");
    check_equal(status_frames(1, DOMID_SELF, frames), GNTST_general_error,
                "which has no status frames");
    set_xen_guest_handle(s.frame_list, &frame);
    works(hypercall_grant_table_op(GNTTABOP_setup_table, &s, 1), "the table");
    show_at(table = page_new(), frame);
    table->v1[KEPT].domid = 5;
    table->v1[KEPT].frame = 0x77777777;
    table->v1[KEPT].flags = GTF_permit_access | GTF_reading;
    table->v1[REF].flags = GTF_permit_access;
    works(version(2, &is), "version 2");
    check_equal(is, 2, "it is 2");
    check_equal(table->v2[KEPT].hdr.domid, 5, "the first entries are kept:");
    check_equal(table->v2[KEPT].full_page.frame, 0x77777777, "frame");
    check_equal(table->v2[KEPT].hdr.flags, GTF_permit_access, "and flags");
    check_equal(table->v2[REF].hdr.flags, 0, "the others are empty");
    check_equal(status_frames(1, DOMID_SELF, frames), GNTST_okay,
                "it has a status frame");
    check_equal(status_frames(32, DOMID_SELF, frames), GNTST_general_error,
                "and not 32");
    check_equal(status_frames(1, 0x7fe0, frames), GNTST_bad_domain,
                "another domain's are not told");
    show_at(status = page_new(), frames[0]);
    check_equal(status[KEPT], GTF_reading, "the marks are there");
    refused(version(3, &is), XEN_EINVAL, "there is no version 3");
    works(version(2, &is), "2 once more is nothing new");
    check_equal(table->v2[KEPT].hdr.domid, 5, "and empties nothing");
}

static void mapping(void)
{
    grant_handle_t handle, other;

    show_at(window, 0);
    grant(0x7fe0, GTF_permit_access);
    check_equal(map(0, &handle), GNTST_general_error, "granted to another");
    grant(own_domid(), GTF_permit_access | GTF_readonly);
    check_equal(map(0, &handle), GNTST_general_error, "read-only, to write");
    check_equal(status[REF], 0, "no marks so far");
    check_equal(map(GNTMAP_readonly, &handle), GNTST_okay, "to read");
    check_equal(status[REF], GTF_reading, "it is marked in the status frame");
    check_equal(table->v2[REF].hdr.flags, GTF_permit_access | GTF_readonly,
                "and not in the entry");
    check_equal(unmap(handle), GNTST_okay, "unmapped");
    check_equal(status[REF], 0, "the mark is gone");
    grant(own_domid(), GTF_permit_access);
    check_equal(map(0, &handle), GNTST_okay, "to write");
    window[0] = 42;
    check_equal(page[0], 42, "it is the page");
    check_equal(status[REF], MARKS, "both marks");
    check_equal(swap(REF, REF + 1), GNTST_eagain, "in use it is not swapped");
    check_equal(swap(REF + 1, REF), GNTST_eagain, "nor the other way");
    check_equal(swap(REF, REF), GNTST_okay, "but with itself");
    refused(version(1, &other), XEN_EBUSY, "nor is the version changed");
    check_equal(unmap(handle), GNTST_okay, "unmapped");
    table->v2[REF].transitive.trans_domid = own_domid();
    table->v2[REF].transitive.gref = REF + 1;
    table->v2[REF].hdr.flags = GTF_transitive;
    check_equal(map(0, &handle), GNTST_general_error,
                "what is another's grant cannot be mapped");
}

static int16_t copy(uint16_t from, uint16_t length, char *to)
{
    struct gnttab_copy c = {
        .source = {{.ref = REF}, own_domid(), from},
        .dest = {{.gmfn = page_mfn(to)}, DOMID_SELF, 0},
        .len = length,
        .flags = GNTCOPY_source_gref,
    };

    works(hypercall_grant_table_op(GNTTABOP_copy, &c, 1), "copying");
    return c.status;
}

static void parts(void)
{
    char *to = page_new();
    grant_handle_t handle;

    table->v2[REF].hdr.flags = 0;
    table->v2[REF].sub_page.page_off = 100;
    table->v2[REF].sub_page.length = 50;
    table->v2[REF].sub_page.frame = page_mfn(page);
    table->v2[REF].hdr.domid = own_domid();
    table->v2[REF].hdr.flags = GTF_permit_access | GTF_sub_page | GTF_readonly;
    check_equal(map(GNTMAP_readonly, &handle), GNTST_general_error,
                "a part of a page cannot be mapped");
    for (int i = 0; i < 4096; i++)
        page[i] = (char)i;
    check_equal(copy(100, 50, to), GNTST_okay, "it can be copied");
    check(same_bytes(to, page + 100, 50) && !to[50], "as far as it goes");
    check_equal(copy(99, 2, to), GNTST_general_error, "not from before it");
    check_equal(copy(149, 2, to), GNTST_general_error, "nor behind it");
    check_equal(copy(140, 10, to), GNTST_okay, "its last bytes");
    check_equal(status[REF], 0, "no mark is left");
    table->v2[REF].hdr.flags = GTF_transitive;
    table->v2[REF].transitive.trans_domid = own_domid();
    table->v2[REF].transitive.gref = REF + 1;
    check_equal(copy(100, 1, to), GNTST_general_error,
                "a grant of one's own grant is none");
    check_equal(status[REF], 0, "and leaves no mark");
}

static void swapping(void)
{
    static union grant_entry_v2 a, b;

    grant(own_domid(), GTF_permit_access);
    a = table->v2[REF];
    b = table->v2[7];
    status[REF] = 0x4000;
    check_equal(swap(REF, 7), GNTST_okay, "two entries change places");
    check(same_bytes((void *)&table->v2[7], &a, sizeof(a)) &&
              same_bytes((void *)&table->v2[REF], &b, sizeof(b)),
          "whole");
    check_equal(status[7], 0x4000, "with their marks");
    status[7] = 0;
    check_equal(swap(REF, 100000), GNTST_bad_gntref, "there is no such entry");
    check_equal(swap(100000, REF), GNTST_bad_gntref, "of which to swap one");
}

static void back(void)
{
    uint32_t is;

    table->v2[6].hdr.flags = GTF_permit_access;
    table->v2[6].full_page.frame = 1UL << 32;
    refused(version(1, &is), XEN_ERANGE,
            "version 1 cannot tell of a frame this high");
    check_equal(is, 2, "it is 2 still");
    table->v2[6].full_page.frame = 0;
    table->v2[6].hdr.flags = GTF_transitive;
    refused(version(1, &is), XEN_ERANGE, "nor of another's grant");
    table->v2[6].hdr.flags = 0;
    refused(version(1, &is), XEN_EBUSY, "status frames are mapped");
    status[KEPT] = GTF_writing;
    show_at(status, 0);
    works(version(1, &is), "unmapped, they are not in the way");
    check_equal(is, 1, "it is 1");
    check_equal(table->v1[KEPT].domid, 5, "the first entries are kept:");
    check_equal(table->v1[KEPT].frame, 0x77777777, "frame");
    check_equal(table->v1[KEPT].flags, GTF_permit_access | GTF_writing,
                "and flags, with their marks");
    check_equal(table->v1[REF].flags, 0, "the others are empty");
    table->v1[REF].frame = 3;
    check_equal(swap(REF, REF + 1), GNTST_okay, "entries of version 1, too,");
    check_equal(table->v1[REF + 1].frame, 3, "change places");
}

void test(void)
{
    page = page_new();
    window = page_new();
    there();
    mapping();
    parts();
    swapping();
    back();
}
