// SPDX-License-Identifier: MIT
/*
 * Frames: references and types, the allocator, and what becomes of a frame
 * when its owner lets go of it.
 */
#include <string.h>

#include "core/errno.h"
#include "core/memory/frame_table.h"
#include "core/hw.h"
#include "model.h"
#include "unit.h"

static struct guest a, b;

static void setup(void)
{
    model_start();
    model_guest(&a, 1, 1);
    model_guest(&b, 2, 1);
    model_run(0, a.d->vcpu[0]);
}

static struct frame *page(const struct guest *g, unsigned int pfn)
{
    return frame_of(g->mfn[pfn]);
}

/* Page PFN is mapped nowhere. */
static void unmap(const struct guest *g, unsigned int pfn)
{
    ck_assert_int_eq(call_set_pte(g, pfn, 0, UVMF_NONE), 0);
}

START_TEST(a_reference_is_for_the_owner)
{
    struct frame *f = page(&a, 5);
    uint32_t refs = frame_refs(f);

    ck_assert(get_frame(f, a.d));
    ck_assert(get_frame(f, NULL));
    ck_assert(!get_frame(f, b.d));
    ck_assert_uint_eq(frame_refs(f), refs + 2);
    put_frame(f);
    put_frame(f);
    ck_assert_uint_eq(frame_refs(f), refs);
}
END_TEST

START_TEST(a_free_frame_has_no_references)
{
    mfn_t mfn = frames_alloc(0);

    ck_assert(!get_frame(frame_of(mfn), NULL));
    ck_assert(!get_frame(frame_of(mfn), a.d));
    frames_free(mfn, 0);
    ck_assert(!get_frame(frame_of(mfn), NULL));
    ck_assert(!get_frame(frame_of(MFN(MODEL_HOLE_START)), NULL));
}
END_TEST

START_TEST(references_do_not_overflow)
{
    struct frame *f = page(&a, 5);
    uint64_t state = f->state;

    f->state = (state & ~REF_MASK) | REF_FULL;
    ck_assert(!get_frame(f, a.d));
    ck_assert_int_eq(get_frame_type(f, a.d, FRAME_WRITABLE), -EINVAL);
    ck_assert_int_ne(call_set_pte(&a, 6, entry_for(&a, 5, LEAF), UVMF_NONE),
                     0);
    ck_assert_uint_eq(f->state, (state & ~REF_MASK) | REF_FULL);
    f->state = state;
    model_check();
}
END_TEST

START_TEST(types_exclude_each_other)
{
    struct frame *f = page(&a, 5);

    ck_assert_int_eq(frame_type(f), FRAME_WRITABLE);
    ck_assert_uint_eq(frame_uses(f), 1);
    ck_assert_int_eq(get_frame_type(f, a.d, FRAME_DESC), -EINVAL);
    ck_assert_int_eq(get_frame_type(f, a.d, FRAME_L1), -EINVAL);
    ck_assert_int_eq(model_refusal(), RULE_FRAME_IS_WRITABLE);
    ck_assert_int_eq(get_frame_type(f, b.d, FRAME_WRITABLE), -EINVAL);
    ck_assert_int_eq(model_refusal(), RULE_FOREIGN_FRAME);
    ck_assert_uint_eq(frame_uses(f), 1);

    memset(frame_words(a.mfn[5]), 0, PAGE_SIZE);
    unmap(&a, 5);
    ck_assert_uint_eq(frame_uses(f), 0);
    ck_assert_int_eq(get_frame_type(f, a.d, FRAME_DESC), 0);
    ck_assert_int_eq(get_frame_type(f, a.d, FRAME_WRITABLE), -EINVAL);
    ck_assert_int_eq(model_refusal(), RULE_FRAME_IS_DESC);
    put_frame_type(f);
    ck_assert_int_eq(get_frame_type(f, a.d, FRAME_WRITABLE), 0);
    put_frame_type(f);
    model_check();
}
END_TEST

START_TEST(a_type_change_flushes_who_may_still_write)
{
    /* Both CPUs write to page 5, then it becomes a descriptor page. */
    model_run(1, b.d->vcpu[0]);
    model_run(0, a.d->vcpu[0]);
    memset(frame_words(a.mfn[5]), 0, PAGE_SIZE);
    ck_assert(guest_store(page_va(5), 0));
    unmap(&a, 5);
    ck_assert(guest_store(page_va(5), 0)); /* stale, and still allowed */
    ck_assert_int_eq(get_frame_type(page(&a, 5), a.d, FRAME_DESC), 0);
    ck_assert(!guest_store(page_va(5), 0));
    put_frame_type(page(&a, 5));
    model_check();
}
END_TEST

START_TEST(a_freed_frame_is_clean_for_its_next_owner)
{
    mfn_t mfn = a.mfn[5];
    uint64_t free_before = frames_free_count();
    unsigned int i;

    ck_assert(guest_store(page_va(5), 0x5ec2e7));
    unmap(&a, 5);
    ck_assert(drop_allocation(frame_of(mfn)));
    ck_assert_uint_eq(frames_free_count(), free_before + 1);
    ck_assert_ptr_null(frame_owner(frame_of(mfn)));
    ck_assert_uint_eq(m2p_get(mfn), M2P_INVALID);
    ck_assert(guest_store(page_va(5), 1)); /* stale: nobody has it yet */
    model_check();

    /* Whoever gets it, the old translation is gone and so is the content. */
    b.d->max_pages += 8;
    for (i = 0; i < 8; i++) {
        mfn_t next = domain_frame_alloc(b.d);

        ck_assert(!mfn_eq(next, MFN_NONE));
        if (mfn_eq(next, mfn))
            break;
    }
    ck_assert_uint_lt(i, 8);
    ck_assert_uint_eq(frame_words(mfn)[0], 0);
    model_check();
    ck_assert(!guest_store(page_va(5), 2));
}
END_TEST

START_TEST(a_frame_lingers_while_it_is_mapped)
{
    struct frame *f = page(&a, 5);
    uint64_t pages = a.d->pages;

    ck_assert(drop_allocation(f));
    ck_assert(!drop_allocation(f)); /* once only */
    ck_assert_ptr_eq(frame_owner(f), a.d);
    ck_assert_uint_eq(a.d->pages, pages);
    model_check();
    unmap(&a, 5);
    ck_assert_ptr_null(frame_owner(f));
    ck_assert_uint_eq(a.d->pages, pages - 1);
    model_check();
}
END_TEST

START_TEST(a_domain_gets_no_more_than_its_maximum)
{
    ck_assert(mfn_eq(domain_frame_alloc(a.d), MFN_NONE));
    a.d->max_pages++;
    ck_assert(!mfn_eq(domain_frame_alloc(a.d), MFN_NONE));
    ck_assert(mfn_eq(domain_frame_alloc(a.d), MFN_NONE));
    model_check();
}
END_TEST

START_TEST(a_shared_frame_is_never_a_table)
{
    mfn_t rw = share_frame(a.d, true), ro = share_frame(a.d, false);
    uint64_t pages = a.d->pages;
    unsigned int level;

    for (level = 1; level <= 4; level++)
        ck_assert_int_eq(pin_table(a.d, rw, level), -EINVAL);
    ck_assert_int_eq(model_refusal(), RULE_FRAME_IS_SHARED);
    ck_assert_int_eq(get_frame_type(frame_of(rw), a.d, FRAME_DESC), -EINVAL);
    ck_assert_int_eq(
        call_set_pte(&a, 5, mfn_to_maddr(rw).a | LEAF, UVMF_INVLPG), 0);
    ck_assert(guest_store(page_va(5), 7));
    ck_assert_int_eq(
        call_set_pte(&a, 6, mfn_to_maddr(ro).a | LEAF, UVMF_INVLPG), -EBUSY);
    ck_assert_int_eq(call_set_pte(&a, 6, mfn_to_maddr(ro).a | (LEAF & ~PTE_RW),
                                  UVMF_INVLPG),
                     0);

    /* The hypervisor lets go: it stays while it is mapped, and no longer. */
    unshare_frame(rw);
    ck_assert_ptr_eq(frame_owner(frame_of(rw)), a.d);
    ck_assert_int_eq(get_frame_type(frame_of(rw), a.d, FRAME_DESC), -EINVAL);
    ck_assert_uint_eq(a.d->pages, pages);
    model_check();
    unmap(&a, 5);
    ck_assert_ptr_null(frame_owner(frame_of(rw)));
    model_check();
    /* Nor when all that is left are read-only mappings. */
    unshare_frame(ro);
    ck_assert_uint_eq(frame_uses(frame_of(ro)), 0);
    ck_assert_int_eq(get_frame_type(frame_of(ro), a.d, FRAME_DESC), -EINVAL);
    ck_assert_int_eq(get_frame_type(frame_of(ro), a.d, FRAME_WRITABLE),
                     -EINVAL);
    model_check();
}
END_TEST

START_TEST(a_frame_in_use_cannot_be_stolen)
{
    struct frame *f = page(&a, 5);

    ck_assert(!steal_frame(f, a.d)); /* mapped */
    ck_assert(!steal_frame(f, b.d));
    ck_assert(!steal_frame(frame_of(a.d->shared_mfn), a.d));
    unmap(&a, 5);
    ck_assert(get_frame(f, a.d));
    ck_assert(!steal_frame(f, a.d));
    put_frame(f);
    ck_assert(steal_frame(f, a.d));
    ck_assert_ptr_null(frame_owner(f));
    model_check();
    ck_assert(give_frames(a.mfn[5], 0, a.d));
    model_check();
}
END_TEST

/* Every frame is in one block at a time, blocks are aligned and merge again. */
START_TEST(the_allocator_gives_each_frame_once)
{
    enum { BLOCKS = 300 };
    static uint8_t taken[MODEL_FRAMES];
    struct unit_random r = {_i};
    uint64_t all = frames_free_count();
    mfn_t block[BLOCKS];
    unsigned int order[BLOCKS], i, step;
    uint64_t k;

    for (i = 0; i < BLOCKS; i++)
        block[i] = MFN_NONE;
    for (step = 0; step < 4000; step++) {
        i = (unsigned int)(unit_random(&r) % BLOCKS);
        if (mfn_eq(block[i], MFN_NONE)) {
            order[i] = (unsigned int)(unit_random(&r) % 6);
            block[i] = frames_alloc(order[i]);
            if (mfn_eq(block[i], MFN_NONE))
                continue;
            ck_assert_uint_eq(block[i].n & ((1UL << order[i]) - 1), 0);
            for (k = 0; k < 1UL << order[i]; k++) {
                ck_assert(mfn_valid(MFN(block[i].n + k)));
                ck_assert_uint_eq(taken[block[i].n + k]++, 0);
            }
        } else {
            for (k = 0; k < 1UL << order[i]; k++)
                taken[block[i].n + k] = 0;
            frames_free(block[i], order[i]);
            block[i] = MFN_NONE;
        }
    }
    for (i = 0; i < BLOCKS; i++) {
        if (!mfn_eq(block[i], MFN_NONE))
            frames_free(block[i], order[i]);
    }
    ck_assert_uint_eq(frames_free_count(), all);
    ck_assert(!mfn_eq(frames_alloc(10), MFN_NONE)); /* merged again */
}
END_TEST

START_TEST(frames_below_a_limit)
{
    mfn_t low = frames_alloc_below(3, 1024), none;

    ck_assert(!mfn_eq(low, MFN_NONE));
    ck_assert_uint_le(low.n + 8, 1024);
    none = frames_alloc_below(3, 16);
    ck_assert(mfn_eq(none, MFN_NONE));
    ck_assert(mfn_eq(frames_alloc(19), MFN_NONE));
}
END_TEST

START_TEST(a_dying_domain_gives_everything_back)
{
    uint64_t before = frames_free_count();
    struct guest c;
    int rc;

    model_guest(&c, 3, 2);
    model_run(1, c.d->vcpu[1]);
    ck_assert(guest_store(page_va(3), 1));
    model_run(1, NULL);
    model_run(0, a.d->vcpu[0]);
    drop_roots(c.d->vcpu[0]);
    drop_roots(c.d->vcpu[1]);
    drop_descriptors(c.d->vcpu[0]);
    drop_descriptors(c.d->vcpu[1]);
    model_preempt_every = (unsigned int)_i;
    while ((rc = relinquish_memory(c.d)) == -EINTR)
        model_check();
    model_preempt_every = 0;
    ck_assert_int_eq(rc, 0);
    ck_assert_uint_eq(c.d->pages, 0);
    put_domain(c.d);
    model_check();
    ck_assert_uint_eq(frames_free_count(), before);
}
END_TEST

START_TEST(a_dying_domain_stays_while_others_refer_to_its_frames)
{
    struct guest c;
    struct frame *kept;
    uint64_t before = frames_free_count();

    model_guest(&c, 3, 1);
    kept = page(&c, 7);
    ck_assert(get_frame(kept, c.d)); /* as a grant would */
    drop_roots(c.d->vcpu[0]);
    ck_assert_int_eq(relinquish_memory(c.d), 0);
    ck_assert_uint_eq(c.d->pages, 1);
    put_domain(c.d);
    ck_assert_ptr_eq(get_domain(3), c.d);
    put_domain(c.d);
    model_check();
    put_frame(kept);
    ck_assert_ptr_null(get_domain(3));
    ck_assert_uint_eq(frames_free_count(), before);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("frame");
    TCase *tc = tcase_create("frame");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, a_reference_is_for_the_owner);
    tcase_add_test(tc, a_free_frame_has_no_references);
    tcase_add_test(tc, references_do_not_overflow);
    tcase_add_test(tc, types_exclude_each_other);
    tcase_add_test(tc, a_type_change_flushes_who_may_still_write);
    tcase_add_test(tc, a_freed_frame_is_clean_for_its_next_owner);
    tcase_add_test(tc, a_frame_lingers_while_it_is_mapped);
    tcase_add_test(tc, a_domain_gets_no_more_than_its_maximum);
    tcase_add_test(tc, a_shared_frame_is_never_a_table);
    tcase_add_test(tc, a_frame_in_use_cannot_be_stolen);
    tcase_add_loop_test(tc, the_allocator_gives_each_frame_once, 0, 5);
    tcase_add_test(tc, frames_below_a_limit);
    tcase_add_loop_test(tc, a_dying_domain_gives_everything_back, 0, 8);
    tcase_add_test(tc, a_dying_domain_stays_while_others_refer_to_its_frames);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
