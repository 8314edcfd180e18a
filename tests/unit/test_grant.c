// SPDX-License-Identifier: MIT
/*
 * Grants: what a domain may do with another one's frame, for how long, and
 * what both read of it meanwhile.
 */
#include <string.h>

#include "core/errno.h"
#include "core/frame_table.h"
#include "core/grant_table.h"
#include "core/grants.h"
#include "model.h"
#include "unit.h"

static struct guest a, b, c; /* a grants to b */

#define REF  20
#define HOST GNTMAP_host_map
#define DEV  GNTMAP_device_map
#define RO   GNTMAP_readonly
#define PTE  GNTMAP_contains_pte

static void setup(void)
{
    model_start();
    model_guest(&a, 1, 1);
    model_guest(&b, 2, 1);
    model_guest(&c, 3, 1);
    ck_assert_int_eq(grant_table_init(a.d), 0);
    ck_assert_int_eq(grant_table_init(b.d), 0);
    ck_assert_int_eq(grant_table_init(c.d), 0);
    model_run(0, b.d->vcpu[0]);
}

static grant_entry_v1_t *entry_v1(const struct guest *g, grant_ref_t ref)
{
    return &((grant_entry_v1_t *)frame_words(g->d->grants->frame[0]))[ref];
}

static grant_entry_v2_t *entry_v2(const struct guest *g, grant_ref_t ref)
{
    return &((grant_entry_v2_t *)frame_words(g->d->grants->frame[0]))[ref];
}

static uint16_t *status_v2(const struct guest *g, grant_ref_t ref)
{
    return &((uint16_t *)frame_words(g->d->grants->status[0]))[ref];
}

/* A grants its page PFN to B by entry REF. */
static void grant(unsigned int pfn, uint16_t flags)
{
    *entry_v1(&a, REF) = (grant_entry_v1_t){
        (uint16_t)(GTF_permit_access | flags), 2, (uint32_t)a.mfn[pfn].n};
}

/* Call of the guest that runs: it must be G. */
static long call_op(const struct guest *g, unsigned int cmd, void *op,
                    size_t size)
{
    ck_assert_ptr_eq(current->domain, g->d);
    return call_with(g, do_grant_table_op, cmd, op, size, 1);
}

static int16_t map(uint64_t addr, uint32_t flags, grant_handle_t *handle)
{
    struct gnttab_map_grant_ref op = {addr, flags, REF, 1, 99, 0, 0};

    ck_assert_int_eq(call_op(&b, GNTTABOP_map_grant_ref, &op, sizeof(op)), 0);
    *handle = op.handle;
    return op.status;
}

static int16_t unmap(uint64_t addr, uint64_t bus, grant_handle_t handle)
{
    struct gnttab_unmap_grant_ref op = {addr, bus, handle, 99};

    ck_assert_int_eq(call_op(&b, GNTTABOP_unmap_grant_ref, &op, sizeof(op)), 0);
    return op.status;
}

static uint16_t marks(void)
{
    return entry_v1(&a, REF)->flags & (GTF_reading | GTF_writing);
}

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
    drop_roots(g->d->vcpu[0]);
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
    Suite *suite = suite_create("grant");
    TCase *tc = tcase_create("grant");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, the_table_is_set_up);
    tcase_add_test(tc, versions);
    tcase_add_test(tc, no_new_version_while_in_use);
    tcase_add_test(tc, a_mapping_lives_until_it_is_unmapped);
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
    tcase_add_test(tc, copies);
    tcase_add_test(tc, sub_pages);
    tcase_add_test(tc, version_2_mappings);
    tcase_add_test(tc, transitive_grants);
    tcase_add_test(tc, transfers);
    tcase_add_test(tc, services_hold_grants);
    tcase_add_test(tc, swapped_entries);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
