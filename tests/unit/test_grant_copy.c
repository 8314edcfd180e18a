// SPDX-License-Identifier: MIT
/*
 * Grants by copy: copies, version 2's sub-page and transitive grants,
 * transfers, and what the hypervisor's own services hold.
 */
#include "grant_guests.h"

/* --- copy --- */

static int16_t copy(struct gnttab_copy op)
{
    op.status = 99;
    ck_assert_int_eq(call_op(&b, GNTTABOP_copy, &op, sizeof(op)), 0);
    return op.status;
}

/* From A's grant to B's page 7. */
static struct gnttab_copy from_grant(uint16_t offset, uint16_t len)
{
    struct gnttab_copy op = {.len = len, .flags = GNTCOPY_source_gref};

    op.source.u.ref = REF;
    op.source.domid = 1;
    op.source.offset = offset;
    op.dest.u.gmfn = b.mfn[7].n;
    op.dest.domid = DOMID_SELF;
    op.dest.offset = 8;
    return op;
}

START_TEST(copies)
{
    struct gnttab_copy op = from_grant(16, 8), back;

    grant(5, GTF_readonly);
    frame_words(a.mfn[5])[2] = 0xc0de;
    ck_assert_int_eq(copy(op), GNTST_okay);
    ck_assert_uint_eq(frame_words(b.mfn[7])[1], 0xc0de);
    ck_assert_uint_eq(marks(), 0);

    back = op;
    back.source = op.dest;
    back.dest = op.source;
    back.flags = GNTCOPY_dest_gref;
    ck_assert_int_eq(copy(back), GNTST_general_error);
    grant(5, 0);
    frame_words(b.mfn[7])[1] = 0xbac;
    ck_assert_int_eq(copy(back), GNTST_okay);
    ck_assert_uint_eq(frame_words(a.mfn[5])[2], 0xbac);

    op.len = 4096 - 8;
    ck_assert_int_eq(copy(op), GNTST_bad_copy_arg);
    op = from_grant(0, 8);
    op.flags = 0; /* a frame of A's, by number */
    op.source.u.gmfn = a.mfn[5].n;
    ck_assert_int_eq(copy(op), GNTST_permission_denied);
    op.source.domid = DOMID_SELF;
    ck_assert_int_eq(copy(op), GNTST_bad_page);
    op = from_grant(0, 8);
    op.dest.u.gmfn = b.mfn[PFN_L1].n;
    ck_assert_int_eq(copy(op), GNTST_general_error);
    op = from_grant(0, 8);
    op.source.domid = 9;
    ck_assert_int_eq(copy(op), GNTST_bad_domain);
    op = from_grant(0, 8);
    op.source.u.ref = 512;
    ck_assert_int_eq(copy(op), GNTST_bad_gntref);
    ck_assert_uint_eq(marks(), 0);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), 1);
    ck_assert_uint_eq(frame_uses(frame_of(b.mfn[7])), 1);
}
END_TEST

/* Who reads it already does so by the record; who is the first to write gets
 * it only if the entry names the same frame still. */
START_TEST(copies_to_what_is_read)
{
    struct gnttab_copy op = {.len = 8, .flags = GNTCOPY_dest_gref};
    grant_handle_t handle;

    op.source.u.gmfn = b.mfn[7].n;
    op.source.domid = DOMID_SELF;
    op.dest.u.ref = REF;
    op.dest.domid = 1;
    grant(5, 0);
    ck_assert_int_eq(map(page_va(9), HOST | RO, &handle), GNTST_okay);
    entry_v1(&a, REF)->frame = (uint32_t)a.mfn[6].n;
    ck_assert_int_eq(copy(op), GNTST_general_error);
    entry_v1(&a, REF)->frame = (uint32_t)c.mfn[5].n;
    ck_assert_int_eq(copy(op), GNTST_bad_page);
    ck_assert_uint_eq(marks(), GTF_reading);
    entry_v1(&a, REF)->frame = (uint32_t)a.mfn[5].n;
    frame_words(b.mfn[7])[0] = 0xc0de;
    ck_assert_int_eq(copy(op), GNTST_okay);
    ck_assert_uint_eq(frame_words(a.mfn[5])[0], 0xc0de);
    ck_assert_int_eq(unmap(page_va(9), 0, handle), GNTST_okay);
    ck_assert_uint_eq(marks(), 0);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[6])), 1);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), 1);
}
END_TEST

static void version_2(struct guest *g)
{
    struct vcpu *was = current;
    struct gnttab_set_version v = {.version = 2};

    model_run(0, g->d->vcpu[0]);
    ck_assert_int_eq(call_op(g, GNTTABOP_set_version, &v, sizeof(v)), 0);
    model_run(0, was);
}

START_TEST(sub_pages)
{
    grant_handle_t handle;

    version_2(&a);
    entry_v2(&a, REF)->sub_page.page_off = 100;
    entry_v2(&a, REF)->sub_page.length = 50;
    entry_v2(&a, REF)->sub_page.frame = a.mfn[5].n;
    entry_v2(&a, REF)->hdr.domid = 2;
    entry_v2(&a, REF)->hdr.flags = GTF_permit_access | GTF_sub_page;
    ck_assert_int_eq(map(page_va(9), HOST | RO, &handle), GNTST_general_error);
    ck_assert_int_eq(copy(from_grant(100, 50)), GNTST_okay);
    ck_assert_int_eq(copy(from_grant(99, 8)), GNTST_general_error);
    ck_assert_int_eq(copy(from_grant(143, 8)), GNTST_general_error);
    ck_assert_uint_eq(*status_v2(&a, REF), 0);
}
END_TEST

START_TEST(version_2_mappings)
{
    grant_handle_t handle;

    version_2(&a);
    entry_v2(&a, REF)->full_page.frame = a.mfn[5].n;
    entry_v2(&a, REF)->hdr.domid = 2;
    entry_v2(&a, REF)->hdr.flags = GTF_permit_access;
    ck_assert_int_eq(map(page_va(9), HOST, &handle), GNTST_okay);
    ck_assert_uint_eq(*status_v2(&a, REF), GTF_reading | GTF_writing);
    ck_assert_uint_eq(entry_v2(&a, REF)->hdr.flags, GTF_permit_access);
    /* What the granter writes now changes nothing for what is mapped. */
    entry_v2(&a, REF)->hdr.flags = 0;
    entry_v2(&a, REF)->full_page.frame = c.mfn[5].n;
    ck_assert_int_eq(unmap(page_va(9), 0, handle), GNTST_okay);
    ck_assert_uint_eq(*status_v2(&a, REF), 0);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), 1);
}
END_TEST

/* C grants to A, A lends that on to B: for copies only, and one step only. */
START_TEST(transitive_grants)
{
    grant_handle_t handle;

    *entry_v1(&c, 30) = (grant_entry_v1_t){GTF_permit_access | GTF_readonly, 1,
                                           (uint32_t)c.mfn[5].n};
    version_2(&a);
    entry_v2(&a, REF)->transitive.trans_domid = 3;
    entry_v2(&a, REF)->transitive.gref = 30;
    entry_v2(&a, REF)->hdr.domid = 2;
    entry_v2(&a, REF)->hdr.flags = GTF_transitive;
    frame_words(c.mfn[5])[2] = 0x333;
    ck_assert_int_eq(copy(from_grant(16, 8)), GNTST_okay);
    ck_assert_uint_eq(frame_words(b.mfn[7])[1], 0x333);
    ck_assert_uint_eq(*status_v2(&a, REF), 0);
    ck_assert_uint_eq(entry_v1(&c, 30)->flags, GTF_permit_access | GTF_readonly);
    ck_assert_int_eq(map(page_va(9), HOST | RO, &handle), GNTST_general_error);
    /* To itself; through a second transitive one; to a domain that is not. */
    entry_v2(&a, REF)->transitive.trans_domid = 1;
    ck_assert_int_eq(copy(from_grant(16, 8)), GNTST_general_error);
    entry_v2(&a, REF)->transitive.trans_domid = 9;
    ck_assert_int_eq(copy(from_grant(16, 8)), GNTST_general_error);
    entry_v2(&a, REF)->transitive.trans_domid = 3;
    version_2(&c);
    entry_v2(&c, 30)->transitive.trans_domid = 2;
    entry_v2(&c, 30)->transitive.gref = 1;
    entry_v2(&c, 30)->hdr.domid = 1;
    entry_v2(&c, 30)->hdr.flags = GTF_transitive;
    ck_assert_int_eq(copy(from_grant(16, 8)), GNTST_general_error);
    ck_assert_uint_eq(*status_v2(&c, 30), 0);
    ck_assert_uint_eq(*status_v2(&a, REF), 0);
    /* No reference to a domain was left behind. */
    ck_assert_uint_eq(c.d->references, 2);
    ck_assert_uint_eq(a.d->references, 2);
}
END_TEST

/* --- transfer --- */

static int16_t transfer(mfn_t mfn, domid_t to, grant_ref_t ref)
{
    struct gnttab_transfer op = {mfn.n, to, ref, 99};

    ck_assert_int_eq(call_op(&b, GNTTABOP_transfer, &op, sizeof(op)), 0);
    return op.status;
}

START_TEST(transfers)
{
    mfn_t mfn = b.mfn[9];

    a.d->max_pages += 2;
    *entry_v1(&a, REF) = (grant_entry_v1_t){GTF_accept_transfer, 2, 1234};
    ck_assert_int_eq(transfer(mfn, 1, REF), GNTST_bad_page); /* mapped */
    ck_assert_int_eq(transfer(c.mfn[9], 1, REF), GNTST_bad_page);
    ck_assert_int_eq(transfer(MFN(MODEL_HOLE_START), 1, REF), GNTST_bad_page);
    frame_words(mfn)[0] = 0x91f7;
    ck_assert_int_eq(call_set_pte(&b, 9, 0, UVMF_NONE), 0);
    ck_assert_int_eq(transfer(mfn, 1, REF), GNTST_okay);
    ck_assert_ptr_eq(frame_owner(frame_of(mfn)), a.d);
    ck_assert_uint_eq(frame_words(mfn)[0], 0x91f7);
    ck_assert_uint_eq(m2p_get(mfn), 1234);
    ck_assert_uint_eq(entry_v1(&a, REF)->frame, mfn.n);
    ck_assert_uint_eq(entry_v1(&a, REF)->flags,
                      GTF_accept_transfer | GTF_transfer_committed |
                          GTF_transfer_completed);
    ck_assert_uint_eq(b.d->pages, MODEL_PAGES - 1);
    ck_assert_uint_eq(a.d->pages, MODEL_PAGES + 1);
    ck_assert(!guest_store(page_va(9), 1)); /* flushed */
    /* The entry is used up; the frame is lost, as on Xen. */
    ck_assert_int_eq(call_set_pte(&b, 10, 0, UVMF_NONE), 0);
    ck_assert_int_eq(transfer(b.mfn[10], 1, REF), GNTST_general_error);
    ck_assert_ptr_null(frame_owner(frame_of(b.mfn[10])));
    ck_assert_int_eq(call_set_pte(&b, 11, 0, UVMF_NONE), 0);
    ck_assert_int_eq(transfer(b.mfn[11], 9, REF), GNTST_bad_domain);
    /* No room. */
    a.d->max_pages = a.d->pages;
    entry_v1(&a, REF)->flags = GTF_accept_transfer;
    ck_assert_int_eq(call_set_pte(&b, 12, 0, UVMF_NONE), 0);
    ck_assert_int_eq(transfer(b.mfn[12], 1, REF), GNTST_general_error);
    ck_assert_uint_eq(entry_v1(&a, REF)->flags, GTF_accept_transfer);
}
END_TEST

/* --- the hypervisor's services --- */

START_TEST(services_hold_grants)
{
    struct held_grant held;

    grant(5, 0);
    ck_assert_int_eq(hold_grant(a.d, REF, true, &held), -EINVAL);
    entry_v1(&a, REF)->domid = 0;
    ck_assert_int_eq(hold_grant(a.d, REF, false, &held), 0);
    ck_assert_uint_eq(held.length, PAGE_SIZE);
    ck_assert_ptr_eq(held.bytes, frame_words(a.mfn[5]));
    ck_assert_uint_eq(marks(), GTF_reading | GTF_writing);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), 2);
    model_check();
    release_grant(&held);
    ck_assert_uint_eq(marks(), 0);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), 1);
    ck_assert_int_eq(hold_grant(a.d, 512, true, &held), -EINVAL);
    entry_v1(&a, REF)->frame = (uint32_t)a.mfn[PFN_L2].n;
    ck_assert_int_eq(hold_grant(a.d, REF, false, &held), -EINVAL);
    ck_assert_uint_eq(marks(), 0);
}
END_TEST

START_TEST(swapped_entries)
{
    struct gnttab_swap_grant_ref op = {REF, REF + 1, 99};
    grant_handle_t handle;

    grant(5, 0);
    model_run(0, a.d->vcpu[0]);
    ck_assert_int_eq(call_op(&a, GNTTABOP_swap_grant_ref, &op, sizeof(op)), 0);
    ck_assert_int_eq(op.status, GNTST_okay);
    ck_assert_uint_eq(entry_v1(&a, REF)->flags, 0);
    ck_assert_uint_eq(entry_v1(&a, REF + 1)->frame, a.mfn[5].n);
    op.ref_a = 512;
    ck_assert_int_eq(call_op(&a, GNTTABOP_swap_grant_ref, &op, sizeof(op)), 0);
    ck_assert_int_eq(op.status, GNTST_bad_gntref);
    grant(5, 0);
    model_run(0, b.d->vcpu[0]);
    ck_assert_int_eq(map(page_va(9), HOST, &handle), GNTST_okay);
    model_run(0, a.d->vcpu[0]);
    op.ref_a = REF;
    ck_assert_int_eq(call_op(&a, GNTTABOP_swap_grant_ref, &op, sizeof(op)), 0);
    ck_assert_int_eq(op.status, GNTST_eagain);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("grant copies");
    TCase *tc = tcase_create("grant");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, copies);
    tcase_add_test(tc, copies_to_what_is_read);
    tcase_add_test(tc, sub_pages);
    tcase_add_test(tc, version_2_mappings);
    tcase_add_test(tc, transitive_grants);
    tcase_add_test(tc, transfers);
    tcase_add_test(tc, services_hold_grants);
    tcase_add_test(tc, swapped_entries);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
