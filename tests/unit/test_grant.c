// SPDX-License-Identifier: MIT
/*
 * Grants: what a domain may do with another one's frame, for how long, and
 * what both read of it meanwhile.
 */
#include "grant_guests.h"

/* --- a domain's own table --- */

START_TEST(the_table_is_set_up)
{
    struct gnttab_query_size size = {.dom = DOMID_SELF};
    struct gnttab_setup_table setup_op = {.dom = DOMID_SELF, .nr_frames = 3};
    struct grant_table *t = b.d->grants;

    ck_assert_int_eq(call_op(&b, GNTTABOP_query_size, &size, sizeof(size)), 0);
    ck_assert_int_eq(size.status, GNTST_okay);
    ck_assert_uint_eq(size.nr_frames, 1);
    ck_assert_uint_eq(size.max_nr_frames, 64);
    setup_op.frame_list.p = (void *)page_va(5);
    ck_assert_int_eq(
        call_op(&b, GNTTABOP_setup_table, &setup_op, sizeof(setup_op)), 0);
    ck_assert_int_eq(setup_op.status, GNTST_okay);
    ck_assert_uint_eq(t->frames, 3);
    ck_assert_uint_eq(frame_words(b.mfn[5])[2], t->frame[2].n);
    setup_op.nr_frames = 65;
    ck_assert_int_eq(
        call_op(&b, GNTTABOP_setup_table, &setup_op, sizeof(setup_op)), 0);
    ck_assert_int_eq(setup_op.status, GNTST_general_error);
    setup_op.nr_frames = 1;
    setup_op.frame_list.p = (void *)page_va(300); /* not mapped */
    ck_assert_int_eq(
        call_op(&b, GNTTABOP_setup_table, &setup_op, sizeof(setup_op)), 0);
    ck_assert_int_eq(setup_op.status, GNTST_bad_virt_addr);
    setup_op.frame_list.p = (void *)DIRECTMAP_START;
    ck_assert_int_eq(
        call_op(&b, GNTTABOP_setup_table, &setup_op, sizeof(setup_op)),
        -EFAULT);
    setup_op.dom = 1;
    setup_op.frame_list.p = (void *)page_va(5);
    ck_assert_int_eq(
        call_op(&b, GNTTABOP_setup_table, &setup_op, sizeof(setup_op)), 0);
    ck_assert_int_eq(setup_op.status, GNTST_permission_denied);
    setup_op.dom = 9;
    ck_assert_int_eq(
        call_op(&b, GNTTABOP_setup_table, &setup_op, sizeof(setup_op)), 0);
    ck_assert_int_eq(setup_op.status, GNTST_bad_domain);
    /* The guest maps it, writable. */
    ck_assert_int_eq(call_set_pte(&b, 6, mfn_to_maddr(t->frame[0]).a | LEAF,
                                  UVMF_INVLPG),
                     0);
    ck_assert(guest_store(page_va(6), 0));
}
END_TEST

START_TEST(versions)
{
    struct gnttab_set_version v = {.version = 2};
    struct gnttab_get_status_frames st = {.nr_frames = 1, .dom = DOMID_SELF};
    struct grant_table *t = b.d->grants;

    entry_v1(&b, 1)->frame = 77;
    entry_v1(&b, 1)->domid = 5;
    entry_v1(&b, 1)->flags = GTF_permit_access | GTF_reading;
    entry_v1(&b, 9)->frame = 88;
    ck_assert_int_eq(call_op(&b, GNTTABOP_set_version, &v, sizeof(v)), 0);
    ck_assert_uint_eq(t->version, 2);
    /* The first eight survive, the marks in their new place. */
    ck_assert_uint_eq(entry_v2(&b, 1)->full_page.frame, 77);
    ck_assert_uint_eq(entry_v2(&b, 1)->hdr.flags, GTF_permit_access);
    ck_assert_uint_eq(*status_v2(&b, 1), GTF_reading);
    ck_assert_uint_eq(entry_v2(&b, 9)->full_page.frame, 0);

    st.frame_list.p = (void *)page_va(5);
    ck_assert_int_eq(
        call_op(&b, GNTTABOP_get_status_frames, &st, sizeof(st)), 0);
    ck_assert_int_eq(st.status, GNTST_okay);
    ck_assert_uint_eq(frame_words(b.mfn[5])[0], t->status[0].n);
    st.nr_frames = 2;
    ck_assert_int_eq(
        call_op(&b, GNTTABOP_get_status_frames, &st, sizeof(st)), 0);
    ck_assert_int_eq(st.status, GNTST_general_error);

    /* XSA-255: status frames that are mapped do not go. */
    ck_assert_int_eq(call_set_pte(&b, 6, mfn_to_maddr(t->status[0]).a | LEAF,
                                  UVMF_INVLPG),
                     0);
    v.version = 1;
    ck_assert_int_eq(call_op(&b, GNTTABOP_set_version, &v, sizeof(v)), -EBUSY);
    ck_assert_uint_eq(v.version, 2);
    ck_assert_int_eq(call_set_pte(&b, 6, entry_for(&b, 6, LEAF), UVMF_INVLPG),
                     0);
    v.version = 1;
    ck_assert_int_eq(call_op(&b, GNTTABOP_set_version, &v, sizeof(v)), 0);
    ck_assert_uint_eq(entry_v1(&b, 1)->flags, GTF_permit_access | GTF_reading);
    ck_assert_uint_eq(t->status_frames, 0);
    v.version = 3;
    ck_assert_int_eq(call_op(&b, GNTTABOP_set_version, &v, sizeof(v)), -EINVAL);
}
END_TEST

START_TEST(no_new_version_while_in_use)
{
    struct gnttab_set_version v = {.version = 2};
    grant_handle_t handle;

    grant(5, 0);
    ck_assert_int_eq(map(page_va(9), HOST, &handle), GNTST_okay);
    model_run(0, a.d->vcpu[0]);
    ck_assert_int_eq(call_op(&a, GNTTABOP_set_version, &v, sizeof(v)), -EBUSY);
    ck_assert_uint_eq(v.version, 1);
}
END_TEST

/* --- map and unmap --- */

START_TEST(a_mapping_lives_until_it_is_unmapped)
{
    struct frame *f = frame_of(a.mfn[5]);
    uint32_t refs = frame_refs(f), uses = frame_uses(f);
    grant_handle_t handle;
    uint64_t value;

    grant(5, 0);
    ck_assert_int_eq(map(page_va(9), HOST, &handle), GNTST_okay);
    ck_assert_uint_eq(marks(), GTF_reading | GTF_writing);
    ck_assert_uint_eq(frame_refs(f), refs + 1);
    ck_assert_uint_eq(frame_uses(f), uses + 1);
    ck_assert(guest_store(page_va(9), 0x600d));
    ck_assert_uint_eq(frame_words(a.mfn[5])[0], 0x600d);
    ck_assert_int_eq(unmap(page_va(9), 0, handle), GNTST_okay);
    ck_assert(!guest_load(page_va(9), &value));
    ck_assert_uint_eq(marks(), 0);
    ck_assert_uint_eq(frame_refs(f), refs);
    ck_assert_uint_eq(frame_uses(f), uses);
    ck_assert_int_eq(unmap(page_va(9), 0, handle), GNTST_bad_handle);
    ck_assert_int_eq(unmap(page_va(9), 0, 4711), GNTST_bad_handle);
    /* B's own page 9 lost its mapping, and is B's all the same. */
    ck_assert_int_eq(call_set_pte(&b, 9, entry_for(&b, 9, LEAF), 0), 0);
}
END_TEST

/* The granter may make it a table, or give it away, as soon as it is unmapped. */
START_TEST(an_unmap_flushes_all_cpus_of_the_mapper)
{
    grant_handle_t handle;

    model_run(1, b.d->vcpu[1]);
    model_cpu(0);
    grant(5, 0);
    ck_assert_int_eq(map(page_va(9), HOST, &handle), GNTST_okay);
    for (unsigned int cpu = 0; cpu < 2; cpu++) {
        model_cpu(cpu);
        ck_assert(guest_store(page_va(9), 0x600d + cpu));
        ck_assert_uint_eq(frame_words(a.mfn[5])[0], 0x600d + cpu);
    }
    model_cpu(0);
    ck_assert_int_eq(unmap(page_va(9), 0, handle), GNTST_okay);
    for (unsigned int cpu = 0; cpu < 2; cpu++) {
        model_cpu(cpu);
        ck_assert(!guest_store(page_va(9), 0xbad));
    }
    model_cpu(0);
    ck_assert_uint_eq(frame_words(a.mfn[5])[0], 0x600e);
}
END_TEST

START_TEST(the_entry_as_xen_makes_it)
{
    grant_handle_t handle;

    grant(5, 0);
    ck_assert_int_eq(map(page_va(9), HOST | RO | 5u << 16, &handle),
                     GNTST_okay);
    ck_assert_uint_eq(read_entry(&b, PFN_L1, 9),
                      mfn_to_maddr(a.mfn[5]).a | PTE_P | PTE_A | PTE_D |
                          PTE_NX | 5UL << 9 | PTE_US | PTE_GUEST_KERNEL);
    ck_assert_int_eq(unmap(page_va(9), 0, handle), GNTST_okay);
    ck_assert_int_eq(map(entry_address(&b, PFN_L1, 9),
                         HOST | PTE | GNTMAP_application_map, &handle),
                     GNTST_okay);
    ck_assert_uint_eq(read_entry(&b, PFN_L1, 9),
                      mfn_to_maddr(a.mfn[5]).a | PTE_P | PTE_RW | PTE_A |
                          PTE_D | PTE_NX | PTE_US | PTE_G);
    ck_assert_int_eq(unmap(entry_address(&b, PFN_L1, 9), 0, handle),
                     GNTST_okay);
}
END_TEST

START_TEST(read_only_is_read_only)
{
    grant_handle_t handle, second;
    uint64_t now;

    grant(5, GTF_readonly);
    ck_assert_int_eq(map(page_va(9), HOST, &handle), GNTST_general_error);
    ck_assert_uint_eq(marks(), 0);
    ck_assert_int_eq(map(page_va(9), HOST | RO, &handle), GNTST_okay);
    ck_assert_uint_eq(marks(), GTF_reading);
    ck_assert(!guest_store(page_va(9), 1));
    /* Neither by an update, nor by another mapping, nor in a new table. */
    now = read_entry(&b, PFN_L1, 9);
    ck_assert_int_eq(call_set_pte(&b, 9, now | PTE_RW, 0), -EBUSY);
    ck_assert_int_eq(call_mmu_update(&b,
                                     entry_address(&b, PFN_L1, 9) |
                                         MMU_PT_UPDATE_PRESERVE_AD,
                                     now | PTE_RW),
                     -EBUSY);
    ck_assert_int_eq(call_set_pte(&b, 10, now, 0), -EBUSY);
    ck_assert_int_eq(map(page_va(10), HOST, &second), GNTST_general_error);
    memset(frame_words(b.mfn[12]), 0, PAGE_SIZE);
    frame_words(b.mfn[12])[0] = now;
    ck_assert_int_eq(
        call_set_pte(&b, 12, entry_for(&b, 12, LEAF & ~PTE_RW), UVMF_INVLPG),
        0);
    ck_assert_int_eq(call_mmuext(&b, MMUEXT_PIN_L1_TABLE, b.mfn[12].n, 0),
                     -EBUSY);
    ck_assert_int_eq(unmap(page_va(9), 0, handle), GNTST_okay);
}
END_TEST

START_TEST(who_may_map_what)
{
    struct gnttab_map_grant_ref op = {page_va(9), HOST, REF, 1, 99, 0, 0};
    grant_handle_t handle;

    grant(5, 0);
    entry_v1(&a, REF)->domid = 3;
    ck_assert_int_eq(map(page_va(9), HOST, &handle), GNTST_general_error);
    entry_v1(&a, REF)->domid = 2;
    entry_v1(&a, REF)->flags = GTF_invalid;
    ck_assert_int_eq(map(page_va(9), HOST, &handle), GNTST_general_error);
    entry_v1(&a, REF)->flags = GTF_accept_transfer;
    ck_assert_int_eq(map(page_va(9), HOST, &handle), GNTST_general_error);
    grant(5, 0);
    entry_v1(&a, REF)->frame = (uint32_t)c.mfn[5].n;
    ck_assert_int_eq(map(page_va(9), HOST, &handle), GNTST_bad_page);
    ck_assert_uint_eq(marks(), 0);
    entry_v1(&a, REF)->frame = MODEL_HOLE_START;
    ck_assert_int_eq(map(page_va(9), HOST, &handle), GNTST_bad_page);
    /* A page table, to be written. */
    entry_v1(&a, REF)->frame = (uint32_t)a.mfn[PFN_L1].n;
    ck_assert_int_eq(map(page_va(9), HOST, &handle), GNTST_general_error);
    ck_assert_uint_eq(marks(), 0);
    ck_assert_int_eq(map(page_va(9), HOST | RO, &handle), GNTST_okay);
    ck_assert_int_eq(unmap(page_va(9), 0, handle), GNTST_okay);

    grant(5, 0);
    ck_assert_int_eq(map(page_va(9), 0, &handle), GNTST_bad_gntref);
    ck_assert_int_eq(map(page_va(9), RO, &handle), GNTST_bad_gntref);
    op.ref = 512; /* one frame of version 1 has 512 */
    ck_assert_int_eq(call_op(&b, GNTTABOP_map_grant_ref, &op, sizeof(op)), 0);
    ck_assert_int_eq(op.status, GNTST_bad_gntref);
    op.ref = REF;
    op.dom = 9;
    ck_assert_int_eq(call_op(&b, GNTTABOP_map_grant_ref, &op, sizeof(op)), 0);
    ck_assert_int_eq(op.status, GNTST_bad_domain);
    op.dom = DOMID_SELF;
    ck_assert_int_eq(call_op(&b, GNTTABOP_map_grant_ref, &op, sizeof(op)), 0);
    ck_assert_int_eq(op.status, GNTST_bad_domain);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), 1);
}
END_TEST

START_TEST(where_a_mapping_may_go)
{
    static const uint64_t bad[] = {
        0x1000, DIRECTMAP_START, M2P_START, 1UL << 47, 0x1234567890abcdef,
    };
    grant_handle_t handle;
    unsigned int i;

    grant(5, 0);
    for (i = 0; i < ARRAY_SIZE(bad); i++)
        ck_assert_int_eq(map(bad[i], HOST, &handle), GNTST_general_error);
    ck_assert_int_eq(map(entry_address(&b, PFN_L1, 9) + 4, HOST | PTE, &handle),
                     GNTST_general_error);
    ck_assert_int_eq(map(entry_address(&b, PFN_L2, 9), HOST | PTE, &handle),
                     GNTST_general_error);
    ck_assert_int_eq(map(entry_address(&b, 5, 0), HOST | PTE, &handle),
                     GNTST_general_error);
    ck_assert_int_eq(map(entry_address(&a, PFN_L1, 9), HOST | PTE, &handle),
                     GNTST_general_error);
    ck_assert_int_eq(
        map(mfn_to_maddr(MFN(MODEL_HOLE_START)).a, HOST | PTE, &handle),
        GNTST_general_error);
    ck_assert_uint_eq(marks(), 0);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), 1);
}
END_TEST

/* XSA-224: device and host are counted apart, and given back apart. */
START_TEST(device_and_host)
{
    uint64_t bus = mfn_to_maddr(a.mfn[5]).a;
    grant_handle_t handle;

    grant(5, 0);
    ck_assert_int_eq(map(page_va(9), HOST | DEV, &handle), GNTST_okay);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), 3);
    ck_assert_int_eq(unmap(0, bus + PAGE_SIZE, handle), GNTST_bad_dev_addr);
    ck_assert_int_eq(unmap(0, bus, handle), GNTST_okay);
    ck_assert_int_eq(unmap(0, bus, handle), GNTST_okay); /* nothing to do */
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), 2);
    ck_assert_uint_eq(marks(), GTF_reading | GTF_writing);
    ck_assert_int_eq(unmap(page_va(9), 0, handle), GNTST_okay);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), 1);
    ck_assert_uint_eq(marks(), 0);
    ck_assert_int_eq(unmap(0, bus, handle), GNTST_bad_handle);
}
END_TEST

START_TEST(uses_are_counted_and_limited)
{
    grant_handle_t handle[PIN_MAX + 1];
    unsigned int i;

    grant(5, 0);
    for (i = 0; i < PIN_MAX; i++)
        ck_assert_int_eq(map(entry_address(&b, PFN_L1, 100 + i),
                             HOST | PTE | (i & 1 ? 0 : RO), &handle[i]),
                         GNTST_okay);
    for (; i < 2 * PIN_MAX; i++) {
        int16_t status = map(entry_address(&b, PFN_L1, 100 + i),
                             HOST | PTE | RO, &handle[PIN_MAX]);

        if (i < PIN_MAX + PIN_MAX / 2) {
            ck_assert_int_eq(status, GNTST_okay);
        } else {
            ck_assert_int_eq(status, GNTST_general_error);
            break;
        }
    }
    ck_assert_uint_eq(marks(), GTF_reading | GTF_writing);
    for (i = 1; i < PIN_MAX; i += 2)
        ck_assert_int_eq(unmap(entry_address(&b, PFN_L1, 100 + i), 0,
                               handle[i]),
                         GNTST_okay);
    ck_assert_uint_eq(marks(), GTF_reading);
}
END_TEST

/* XSA-227: the entry of the mapping was replaced, so it is not ours to zap. */
START_TEST(implicitly_unmapped)
{
    grant_handle_t handle;

    grant(5, 0);
    ck_assert_int_eq(map(page_va(9), HOST, &handle), GNTST_okay);
    ck_assert_int_eq(call_set_pte(&b, 9, entry_for(&b, 9, LEAF), UVMF_INVLPG),
                     0);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), 1);
    ck_assert_uint_eq(marks(), GTF_reading | GTF_writing);
    ck_assert_int_eq(unmap(page_va(9), 0, handle), GNTST_general_error);
    ck_assert_uint_eq(read_entry(&b, PFN_L1, 9) & PTE_ADDR,
                      mfn_to_maddr(b.mfn[9]).a);
    /* Elsewhere the frame is not mapped, or in another way. */
    ck_assert_int_eq(unmap(page_va(10), 0, handle), GNTST_general_error);
    ck_assert_uint_eq(marks(), GTF_reading | GTF_writing);
}
END_TEST

START_TEST(unmap_and_replace)
{
    struct gnttab_unmap_and_replace op = {page_va(9), page_va(10), 0, 99};
    uint64_t value;

    grant(5, 0);
    frame_words(b.mfn[10])[0] = 1010;
    ck_assert_int_eq(map(page_va(9), HOST, &op.handle), GNTST_okay);
    ck_assert_int_eq(call_op(&b, GNTTABOP_unmap_and_replace, &op, sizeof(op)),
                     0);
    ck_assert_int_eq(op.status, GNTST_okay);
    ck_assert(guest_load(page_va(9), &value));
    ck_assert_uint_eq(value, 1010);
    ck_assert(!guest_load(page_va(10), &value));
    ck_assert_uint_eq(marks(), 0);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), 1);
    ck_assert_uint_eq(frame_uses(frame_of(b.mfn[10])), 1);

    /* XSA-234: without a match what was taken is given back. */
    ck_assert_int_eq(map(page_va(12), HOST, &op.handle), GNTST_okay);
    op.host_addr = page_va(13);
    op.new_addr = page_va(14);
    ck_assert_int_eq(call_op(&b, GNTTABOP_unmap_and_replace, &op, sizeof(op)),
                     0);
    ck_assert_int_eq(op.status, GNTST_general_error);
    ck_assert_uint_eq(frame_uses(frame_of(b.mfn[14])), 0);
    ck_assert_uint_eq(marks(), GTF_reading | GTF_writing);
}
END_TEST

/* A list longer than a batch, preempted. */
START_TEST(lists)
{
    enum { N = 80 };
    struct gnttab_unmap_grant_ref ops[N];
    struct gnttab_unmap_grant_ref *list = (void *)frame_words(b.mfn[20]);
    unsigned int i;

    grant(5, 0);
    for (i = 0; i < N; i++) {
        ops[i] = (struct gnttab_unmap_grant_ref){
            .host_addr = entry_address(&b, PFN_L1, 100 + i), .status = 99};
        ck_assert_int_eq(map(ops[i].host_addr, HOST | PTE, &ops[i].handle),
                         GNTST_okay);
    }
    memcpy(list, ops, sizeof(ops));
    list[50].handle = 4711;
    model_preempt_every = 1;
    ck_assert_int_eq(model_call(do_grant_table_op, GNTTABOP_unmap_grant_ref,
                                page_va(20), N, 0),
                     0);
    ck_assert_uint_eq(model_continued, 2);
    for (i = 0; i < N; i++)
        ck_assert_int_eq(list[i].status,
                         i == 50 ? GNTST_bad_handle : GNTST_okay);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), 2);
    ck_assert_int_eq(model_call(do_grant_table_op, GNTTABOP_unmap_grant_ref,
                                page_va(20), 0x80000000, 0),
                     -EINVAL);
    ck_assert_int_eq(model_call(do_grant_table_op, 99, page_va(20), 1, 0),
                     -ENOSYS);
    ck_assert_int_eq(model_call(do_grant_table_op, GNTTABOP_dump_table,
                                page_va(20), 1, 0),
                     -ENOSYS);
    ck_assert_int_eq(model_call(do_grant_table_op, GNTTABOP_query_size,
                                page_va(20), 2, 0),
                     -EINVAL);
}
END_TEST

/* --- the ends of domains --- */

static void destroy(struct guest *g)
{
    unsigned int cpu;

    for (cpu = 0; cpu < MODEL_CPUS; cpu++) {
        model_cpu(cpu);
        if (current && current->domain == g->d)
            model_run(cpu, NULL);
    }
    g->d->dying = true;
    grant_table_destroy(g->d);
    for (unsigned int i = 0; i < g->d->vcpus; i++)
        drop_roots(g->d->vcpu[i]);
    while (relinquish_memory(g->d) == -EINTR)
        continue;
    model_check();
    put_domain(g->d);
    model_check();
}

START_TEST(the_mapper_dies)
{
    grant_handle_t handle;

    grant(5, 0);
    ck_assert_int_eq(map(page_va(9), HOST | DEV, &handle), GNTST_okay);
    ck_assert_int_eq(map(page_va(10), HOST | RO, &handle), GNTST_okay);
    destroy(&b);
    ck_assert_ptr_null(get_domain(2));
    ck_assert_uint_eq(marks(), 0);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), 1);
}
END_TEST

/* Its struct and records stay for as long as there is a handle. */
START_TEST(the_granter_dies_and_the_entry_is_gone)
{
    grant_handle_t handle;

    grant(5, 0);
    ck_assert_int_eq(map(page_va(9), HOST, &handle), GNTST_okay);
    ck_assert_int_eq(call_set_pte(&b, 9, entry_for(&b, 9, LEAF), UVMF_INVLPG),
                     0);
    destroy(&a);
    model_run(0, b.d->vcpu[0]);
    ck_assert_int_eq(unmap(page_va(9), 0, handle), GNTST_general_error);
    destroy(&b);
    ck_assert_ptr_null(get_domain(1));
    ck_assert_ptr_null(get_domain(2));
}
END_TEST

START_TEST(the_granter_dies)
{
    grant_handle_t handle;
    mfn_t mfn = a.mfn[5];

    grant(5, 0);
    ck_assert_int_eq(map(page_va(9), HOST, &handle), GNTST_okay);
    destroy(&a);
    /* The frame is still there, and nobody else's. */
    ck_assert_ptr_nonnull(frame_owner(frame_of(mfn)));
    model_run(0, b.d->vcpu[0]);
    ck_assert(guest_store(page_va(9), 1));
    ck_assert_int_eq(unmap(page_va(9), 0, handle), GNTST_okay);
    ck_assert_ptr_null(frame_owner(frame_of(mfn)));
    ck_assert_ptr_null(get_domain(1));
}
END_TEST

static void expect_nothing_left_of(const struct guest *g, domid_t id)
{
    ck_assert_ptr_null(get_domain(id));
    for (unsigned int i = 0; i < MODEL_PAGES; i++)
        ck_assert_ptr_null(frame_owner(frame_of(g->mfn[i])));
}

/* Each has frames of the other mapped; the first to die is A, or B. */
START_TEST(both_die_with_frames_of_each_other)
{
    struct gnttab_map_grant_ref back = {page_va(9), HOST, REF, 2, 99, 0, 0};
    grant_handle_t handle;

    grant(5, 0);
    ck_assert_int_eq(map(page_va(9), HOST | DEV, &handle), GNTST_okay);
    model_run(0, a.d->vcpu[0]);
    *entry_v1(&b, REF) = (grant_entry_v1_t){GTF_permit_access, 1,
                                            (uint32_t)b.mfn[6].n};
    ck_assert_int_eq(call_op(&a, GNTTABOP_map_grant_ref, &back, sizeof(back)),
                     0);
    ck_assert_int_eq(back.status, GNTST_okay);
    destroy(_i ? &b : &a);
    ck_assert_ptr_nonnull(frame_owner(frame_of(_i ? b.mfn[6] : a.mfn[5])));
    destroy(_i ? &a : &b);
    expect_nothing_left_of(&a, 1);
    expect_nothing_left_of(&b, 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("grant");
    TCase *tc = tcase_create("grant");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, the_table_is_set_up);
    tcase_add_test(tc, versions);
    tcase_add_test(tc, no_new_version_while_in_use);
    tcase_add_test(tc, a_mapping_lives_until_it_is_unmapped);
    tcase_add_test(tc, an_unmap_flushes_all_cpus_of_the_mapper);
    tcase_add_test(tc, the_entry_as_xen_makes_it);
    tcase_add_test(tc, read_only_is_read_only);
    tcase_add_test(tc, who_may_map_what);
    tcase_add_test(tc, where_a_mapping_may_go);
    tcase_add_test(tc, device_and_host);
    tcase_add_test(tc, uses_are_counted_and_limited);
    tcase_add_test(tc, implicitly_unmapped);
    tcase_add_test(tc, unmap_and_replace);
    tcase_add_test(tc, lists);
    tcase_add_test(tc, the_mapper_dies);
    tcase_add_test(tc, the_granter_dies);
    tcase_add_test(tc, the_granter_dies_and_the_entry_is_gone);
    tcase_add_loop_test(tc, both_die_with_frames_of_each_other, 0, 2);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
