// SPDX-License-Identifier: MIT
/*
 * memory_op: memory given, given back and exchanged, and what is answered
 * about it.
 */
#include <string.h>

#include <xen/memory.h>

#include "core/errno.h"
#include "core/memory/frame_table.h"
#include "model.h"
#include "unit.h"

static struct guest a, b;

/* Lists of extents lie in page 20, results in page 21. */
#define IN  page_va(20)
#define OUT page_va(21)

static void setup(void)
{
    model_start();
    model_guest(&a, 1, 2);
    model_guest(&b, 2, 1);
    model_run(0, a.d->vcpu[0]);
}

static long memory_op(unsigned int cmd, void *arg, size_t size)
{
    return call_with(&a, do_memory_op, cmd, arg, size, 0);
}

static long reservation(unsigned int cmd, uint64_t list, uint64_t n,
                        unsigned int order)
{
    struct xen_memory_reservation r = {
        .nr_extents = n, .extent_order = order, .domid = DOMID_SELF};

    r.extent_start.p = (void *)list;
    return memory_op(cmd, &r, sizeof(r));
}

START_TEST(populate_fills_places)
{
    uint64_t *list = frame_words(a.mfn[20]), i;

    for (i = 0; i < 4; i++)
        list[i] = 1000 + i;
    ck_assert_int_eq(reservation(XENMEM_populate_physmap, IN, 4, 0), 0);
    a.d->max_pages += 3;
    model_preempt_every = 1;
    ck_assert_int_eq(reservation(XENMEM_populate_physmap, IN, 4, 0), 3);
    ck_assert_uint_eq(model_continued, 3);
    for (i = 0; i < 3; i++) {
        ck_assert_ptr_eq(frame_owner(frame_of(MFN(list[i]))), a.d);
        ck_assert_uint_eq(m2p_get(MFN(list[i])), 1000 + i);
        ck_assert_uint_eq(frame_words(MFN(list[i]))[0], 0);
    }
    ck_assert_uint_eq(list[3], 1003);
    ck_assert_uint_eq(a.d->pages, MODEL_PAGES + 3);
}
END_TEST

START_TEST(larger_extents_are_contiguous)
{
    uint64_t *list = frame_words(a.mfn[20]), k;

    a.d->max_pages += 8;
    list[0] = 2000;
    ck_assert_int_eq(reservation(XENMEM_populate_physmap, IN, 1, 3), 1);
    ck_assert_uint_eq(list[0] % 8, 0);
    for (k = 0; k < 8; k++)
        ck_assert_uint_eq(m2p_get(MFN(list[0] + k)), 2000 + k);
    ck_assert_int_eq(reservation(XENMEM_decrease_reservation, IN, 1, 3), 1);
    ck_assert_uint_eq(a.d->pages, MODEL_PAGES);
    ck_assert_int_eq(reservation(XENMEM_populate_physmap, IN, 1, 10), 0);
}
END_TEST

START_TEST(decrease_gives_back_what_is_its_own)
{
    uint64_t *list = frame_words(a.mfn[20]);
    uint64_t free_before = frames_free_count();

    ck_assert_int_eq(call_set_pte(&a, 9, 0, UVMF_INVLPG), 0);
    list[0] = a.mfn[9].n;
    list[1] = a.mfn[10].n; /* mapped: it lingers */
    list[2] = b.mfn[9].n;
    list[3] = a.mfn[11].n;
    ck_assert_int_eq(reservation(XENMEM_decrease_reservation, IN, 4, 0), 2);
    ck_assert_int_eq(model_refusal(), RULE_FOREIGN_FRAME);
    ck_assert_uint_eq(frames_free_count(), free_before + 1);
    ck_assert_int_eq(call_set_pte(&a, 10, 0, UVMF_INVLPG), 0);
    ck_assert_uint_eq(frames_free_count(), free_before + 2);
    ck_assert_ptr_eq(frame_owner(frame_of(b.mfn[9])), b.d);
    /* A live page table can be given up, and stays one while it is used. */
    list[0] = a.mfn[PFN_L1].n;
    ck_assert_int_eq(reservation(XENMEM_decrease_reservation, IN, 1, 0), 1);
    ck_assert_int_eq(frame_type(frame_of(a.mfn[PFN_L1])), FRAME_L1);
}
END_TEST

START_TEST(increase_tells_the_frames)
{
    uint64_t *list = frame_words(a.mfn[20]);

    a.d->max_pages += 3;
    ck_assert_int_eq(reservation(XENMEM_increase_reservation, IN, 2, 0), 2);
    ck_assert_ptr_eq(frame_owner(frame_of(MFN(list[1]))), a.d);
    ck_assert_int_eq(reservation(XENMEM_increase_reservation, 0, 1, 0), 1);
    ck_assert_int_eq(reservation(XENMEM_increase_reservation, IN, 1, 0), 0);
}
END_TEST

START_TEST(lists_that_cannot_be)
{
    struct xen_memory_reservation r = {.nr_extents = 1, .domid = 2};

    r.extent_start.p = (void *)IN;
    a.d->max_pages += 4;
    ck_assert_int_eq(memory_op(XENMEM_populate_physmap, &r, sizeof(r)), 0);
    r.domid = DOMID_SELF;
    r.mem_flags = XENMEMF_address_bits(12); /* no frame is that low */
    ck_assert_int_eq(memory_op(XENMEM_populate_physmap, &r, sizeof(r)), 0);
    ck_assert_int_eq(
        reservation(XENMEM_populate_physmap, DIRECTMAP_START, 1, 0), 0);
    ck_assert_int_eq(reservation(XENMEM_populate_physmap, 0x1000, 1, 0), 0);
    ck_assert_int_eq(reservation(XENMEM_populate_physmap, IN, 1UL << 40, 0), 0);
    ck_assert_int_eq(model_call(do_memory_op, XENMEM_populate_physmap, 0x1000,
                                0, 0),
                     0);
    ck_assert_uint_eq(a.d->pages, MODEL_PAGES);
}
END_TEST

/* --- exchange --- */

static struct xen_memory_exchange exchange(uint64_t n_in, unsigned int o_in,
                                           uint64_t n_out, unsigned int o_out)
{
    struct xen_memory_exchange e = {
        .in = {.nr_extents = n_in, .extent_order = o_in, .domid = DOMID_SELF},
        .out = {.nr_extents = n_out, .extent_order = o_out,
                .domid = DOMID_SELF},
    };

    e.in.extent_start.p = (void *)IN;
    e.out.extent_start.p = (void *)OUT;
    return e;
}

static void give_away(unsigned int pfn, unsigned int n)
{
    unsigned int i;

    for (i = 0; i < n; i++) {
        ck_assert_int_eq(call_set_pte(&a, pfn + i, 0, UVMF_INVLPG), 0);
        frame_words(a.mfn[20])[i] = a.mfn[pfn + i].n;
    }
}

START_TEST(exchanged_for_a_contiguous_extent)
{
    struct xen_memory_exchange e = exchange(8, 0, 2, 2);
    uint64_t *out = frame_words(a.mfn[21]), k;

    give_away(30, 8);
    out[0] = 3000;
    out[1] = 3004;
    model_preempt_every = (unsigned int)_i;
    ck_assert_int_eq(memory_op(XENMEM_exchange, &e, sizeof(e)), 0);
    ck_assert_uint_eq(e.nr_exchanged, 8);
    ck_assert_uint_eq(a.d->pages, MODEL_PAGES);
    for (k = 0; k < 8; k++) {
        mfn_t mfn = MFN(out[k / 4] + k % 4);

        ck_assert_ptr_eq(frame_owner(frame_of(mfn)), a.d);
        ck_assert_uint_eq(m2p_get(mfn), 3000 + k);
        ck_assert_uint_eq(out[k / 4] % 4, 0);
    }
}
END_TEST

START_TEST(exchange_undoes_a_chunk_that_fails)
{
    struct xen_memory_exchange e = exchange(8, 0, 2, 2);
    uint64_t *out = frame_words(a.mfn[21]), free_before;

    give_away(30, 8);
    frame_words(a.mfn[20])[6] = a.mfn[5].n; /* mapped */
    out[0] = 3000;
    free_before = frames_free_count();
    ck_assert_int_eq(memory_op(XENMEM_exchange, &e, sizeof(e)), -EINVAL);
    ck_assert_int_eq(model_refusal(), RULE_NOT_STEALABLE);
    ck_assert_uint_eq(e.nr_exchanged, 4); /* the first chunk is done */
    ck_assert_uint_eq(a.d->pages, MODEL_PAGES);
    ck_assert_uint_eq(frames_free_count(), free_before);
    ck_assert_ptr_eq(frame_owner(frame_of(a.mfn[34])), a.d);
}
END_TEST

/* --- translations that CPUs still remember --- */

static bool stores_on(unsigned int cpu, unsigned int pfn)
{
    bool stored;

    model_cpu(cpu);
    stored = guest_store(page_va(pfn), 0x57a1e);
    model_cpu(0);
    return stored;
}

/* Two CPUs write to A's page PFN, then it is unmapped and nobody flushes. */
static void leave_stale(unsigned int pfn)
{
    model_run(1, a.d->vcpu[1]);
    ck_assert(stores_on(0, pfn) && stores_on(1, pfn));
    ck_assert_int_eq(call_set_pte(&a, pfn, 0, UVMF_NONE), 0);
    ck_assert(stores_on(0, pfn) && stores_on(1, pfn));
}

/* B gets MFN, from the few frames that are free. */
static void give_to_b(mfn_t mfn)
{
    mfn_t next = MFN_NONE;

    b.d->max_pages += MODEL_FRAMES;
    while (!mfn_eq(next, mfn)) {
        next = domain_frame_alloc(b.d);
        ck_assert_msg(!mfn_eq(next, MFN_NONE), "nobody has it, nor is it free");
    }
    model_check();
}

START_TEST(exchanged_frames_are_flushed_for_their_next_owner)
{
    struct xen_memory_exchange e = exchange(1, 0, 1, 0);

    leave_stale(30);
    frame_words(a.mfn[20])[0] = a.mfn[30].n;
    frame_words(a.mfn[21])[0] = 3000;
    ck_assert_int_eq(memory_op(XENMEM_exchange, &e, sizeof(e)), 0);
    give_to_b(a.mfn[30]);
    ck_assert(!stores_on(0, 30));
    ck_assert(!stores_on(1, 30));
}
END_TEST

/* What comes back to its owner has no type, and may become a table at once. */
START_TEST(an_undone_exchange_flushes_what_it_gives_back)
{
    struct xen_memory_exchange e = exchange(2, 0, 1, 1);

    leave_stale(30);
    memset(frame_words(a.mfn[30]), 0, PAGE_SIZE);
    frame_words(a.mfn[20])[0] = a.mfn[30].n;
    frame_words(a.mfn[20])[1] = a.mfn[5].n; /* mapped: it cannot go */
    ck_assert_int_eq(memory_op(XENMEM_exchange, &e, sizeof(e)), -EINVAL);
    ck_assert_int_eq(model_refusal(), RULE_NOT_STEALABLE);
    ck_assert_ptr_eq(frame_owner(frame_of(a.mfn[30])), a.d);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L1_TABLE, a.mfn[30].n, 0), 0);
    ck_assert(!stores_on(0, 30));
    ck_assert(!stores_on(1, 30));
}
END_TEST

START_TEST(frames_given_up_are_flushed_for_their_next_owner)
{
    leave_stale(30);
    frame_words(a.mfn[20])[0] = a.mfn[30].n;
    ck_assert_int_eq(reservation(XENMEM_decrease_reservation, IN, 1, 0), 1);
    give_to_b(a.mfn[30]);
    ck_assert(!stores_on(0, 30));
    ck_assert(!stores_on(1, 30));
}
END_TEST

/* XSA-212: results only ever go to where the guest itself may write. */
START_TEST(exchange_writes_to_the_guest_alone)
{
    static const uint64_t bad[] = {DIRECTMAP_START, M2P_START, IMAGE_START,
                                   1UL << 47};
    struct xen_memory_exchange e;
    unsigned int i;

    give_away(30, 1);
    for (i = 0; i < ARRAY_SIZE(bad); i++) {
        e = exchange(1, 0, 1, 0);
        e.out.extent_start.p = (void *)bad[i];
        ck_assert_int_eq(memory_op(XENMEM_exchange, &e, sizeof(e)), -EFAULT);
        /* An index that carries a harmless base there. */
        e = exchange(1, 0, 1, 0);
        e.out.extent_start.p = (void *)(bad[i] - 8);
        e.nr_exchanged = 1;
        e.in.nr_extents = e.out.nr_extents = 2;
        ck_assert_int_eq(memory_op(XENMEM_exchange, &e, sizeof(e)), -EFAULT);
    }
    ck_assert_ptr_eq(frame_owner(frame_of(a.mfn[30])), a.d);
}
END_TEST

START_TEST(exchanges_that_make_no_sense)
{
    static const struct {
        uint64_t n_in, n_out;
        unsigned int o_in, o_out;
        long result;
    } cases[] = {
        {1, 1, 10, 10, -EPERM}, {2, 1, 0, 0, -EINVAL},
        {~0UL, ~0UL, 1, 1, -EINVAL}, {1UL << 61, 1UL << 61, 0, 0, -EFAULT},
        {0, 0, 0, 0, 0},
    };
    struct xen_memory_exchange e;
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(cases); i++) {
        e = exchange(cases[i].n_in, cases[i].o_in, cases[i].n_out,
                     cases[i].o_out);
        ck_assert_int_eq(memory_op(XENMEM_exchange, &e, sizeof(e)),
                         cases[i].result);
    }
    e = exchange(1, 0, 1, 0);
    e.in.domid = e.out.domid = 2;
    ck_assert_int_eq(memory_op(XENMEM_exchange, &e, sizeof(e)), -EPERM);
    e.in.domid = DOMID_SELF;
    ck_assert_int_eq(memory_op(XENMEM_exchange, &e, sizeof(e)), -EINVAL);
}
END_TEST

START_TEST(answers)
{
    struct xen_memory_domain d = {DOMID_SELF};
    struct xen_machphys_mapping m;
    struct xen_memory_map map = {0};

    ck_assert_int_eq(memory_op(XENMEM_current_reservation, &d, sizeof(d)),
                     MODEL_PAGES);
    ck_assert_int_eq(memory_op(XENMEM_maximum_reservation, &d, sizeof(d)),
                     MODEL_PAGES);
    a.d->shared->arch.max_pfn = 77;
    ck_assert_int_eq(memory_op(XENMEM_maximum_gpfn, &d, sizeof(d)), 76);
    d.domid = 2;
    ck_assert_int_eq(memory_op(XENMEM_current_reservation, &d, sizeof(d)),
                     -EPERM);
    d.domid = 9;
    ck_assert_int_eq(memory_op(XENMEM_current_reservation, &d, sizeof(d)),
                     -ESRCH);
    ck_assert_int_eq(memory_op(XENMEM_maximum_ram_page, &d, sizeof(d)),
                     MODEL_FRAMES);
    ck_assert_int_eq(memory_op(XENMEM_machphys_mapping, &m, sizeof(m)), 0);
    ck_assert_uint_eq(m.v_start, 0xffff800000000000);
    ck_assert_uint_eq(m.v_end, 0xffff804000000000);
    ck_assert_uint_eq(m.max_mfn, (1UL << 35) - 1);
    d.domid = DOMID_SELF;
    ck_assert_int_eq(memory_op(XENMEM_memory_map, &map, sizeof(map)), 0);
    ck_assert_uint_eq(map.nr_entries, 0); /* there was room for none */
    ck_assert_int_eq(memory_op(XENMEM_add_to_physmap, &d, sizeof(d)), -EACCES);
    ck_assert_int_eq(memory_op(XENMEM_machine_memory_map, &d, sizeof(d)),
                     -EPERM);
    ck_assert_int_eq(memory_op(63, &d, sizeof(d)), -ENOSYS);
    ck_assert_int_eq(memory_op(XENMEM_maximum_ram_page | 1 << 6, &d, sizeof(d)),
                     -EINVAL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("memory");
    TCase *tc = tcase_create("memory");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, populate_fills_places);
    tcase_add_test(tc, larger_extents_are_contiguous);
    tcase_add_test(tc, decrease_gives_back_what_is_its_own);
    tcase_add_test(tc, increase_tells_the_frames);
    tcase_add_test(tc, lists_that_cannot_be);
    tcase_add_loop_test(tc, exchanged_for_a_contiguous_extent, 0, 3);
    tcase_add_test(tc, exchange_undoes_a_chunk_that_fails);
    tcase_add_test(tc, exchanged_frames_are_flushed_for_their_next_owner);
    tcase_add_test(tc, an_undone_exchange_flushes_what_it_gives_back);
    tcase_add_test(tc, frames_given_up_are_flushed_for_their_next_owner);
    tcase_add_test(tc, exchange_writes_to_the_guest_alone);
    tcase_add_test(tc, exchanges_that_make_no_sense);
    tcase_add_test(tc, answers);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
