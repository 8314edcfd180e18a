// SPDX-License-Identifier: MIT
/*
 * What mmu_update, mmuext_op and update_va_mapping do and answer: Xen's
 * results, Xen's adjustments of entries, and the same end however often a call
 * is preempted.
 */
#include <string.h>

#include "core/errno.h"
#include "core/memory/frame_table.h"
#include "core/memory/tables.h"
#include "model.h"
#include "unit.h"

static struct guest a, b;

#define SLOT2 pt_index(MODEL_VA, 2)
#define SLOT4 pt_index(MODEL_VA, 4)

static void setup(void)
{
    model_start();
    model_guest(&a, 1, 2);
    model_guest(&b, 2, 1);
    model_run(1, b.d->vcpu[0]);
    model_run(0, a.d->vcpu[0]);
}

static void make_page_table_like(unsigned int pfn)
{
    memset(frame_words(a.mfn[pfn]), 0, PAGE_SIZE);
    ck_assert_int_eq(call_set_pte(&a, pfn, entry_for(&a, pfn, LEAF & ~PTE_RW),
                                  UVMF_INVLPG),
                     0);
}

/* --- entries as Xen makes them --- */

START_TEST(entries_are_adjusted)
{
    static const struct {
        uint64_t given, kept;
    } flags[] = {
        {PTE_P, PTE_P | PTE_US | PTE_GUEST_KERNEL},
        {PTE_P | PTE_US, PTE_P | PTE_US | PTE_G},
        {PTE_P | PTE_US | PTE_G, PTE_P | PTE_US | PTE_G},
        {PTE_P | PTE_US | PTE_GUEST_KERNEL, PTE_P | PTE_US | PTE_GUEST_KERNEL},
        {PTE_P | PTE_RW | PTE_A, PTE_P | PTE_RW | PTE_A | PTE_US |
                                     PTE_GUEST_KERNEL},
        {PTE_US | PTE_PCD, PTE_US | PTE_PCD}, /* not present: as it is */
    };
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(flags); i++) {
        ck_assert_int_eq(
            call_set_pte(&a, 5, entry_for(&a, 5, flags[i].given), 0), 0);
        ck_assert_uint_eq(read_entry(&a, PFN_L1, 5),
                          entry_for(&a, 5, flags[i].kept));
    }
    ck_assert_int_eq(call_mmu_update(&a, entry_address(&a, PFN_L4, 3),
                                     entry_for(&a, PFN_L3, PTE_P)),
                     0);
    ck_assert_uint_eq(read_entry(&a, PFN_L4, 3),
                      entry_for(&a, PFN_L3, PTE_P | PTE_US | PTE_A));
    ck_assert_int_eq(call_mmu_update(&a, entry_address(&a, PFN_L3, 3),
                                     entry_for(&a, PFN_L2, PTE_P)),
                     0);
    ck_assert_uint_eq(read_entry(&a, PFN_L3, 3),
                      entry_for(&a, PFN_L2, PTE_P | PTE_US));
}
END_TEST

START_TEST(entries_of_a_new_table_are_adjusted)
{
    make_page_table_like(9);
    frame_words(a.mfn[9])[7] = entry_for(&a, 8, PTE_P);
    frame_words(a.mfn[9])[8] = entry_for(&a, 8, PTE_P | PTE_US);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L1_TABLE, a.mfn[9].n, 0), 0);
    ck_assert_uint_eq(read_entry(&a, 9, 7),
                      entry_for(&a, 8, PTE_P | PTE_US | PTE_GUEST_KERNEL));
    ck_assert_uint_eq(read_entry(&a, 9, 8),
                      entry_for(&a, 8, PTE_P | PTE_US | PTE_G));
}
END_TEST

START_TEST(preserve_ad_keeps_what_the_processor_set)
{
    uint64_t at = entry_address(&a, PFN_L1, 5);

    frame_words(a.mfn[PFN_L1])[5] |= PTE_D | PTE_A;
    ck_assert_int_eq(call_mmu_update(&a, at | MMU_PT_UPDATE_PRESERVE_AD,
                                     entry_for(&a, 6, PTE_P | PTE_US)),
                     0);
    ck_assert_uint_eq(read_entry(&a, PFN_L1, 5),
                      entry_for(&a, 6, PTE_P | PTE_US | PTE_G | PTE_A | PTE_D));
    ck_assert_int_eq(call_mmu_update(&a, at, entry_for(&a, 6, PTE_P | PTE_US)),
                     0);
    ck_assert_uint_eq(read_entry(&a, PFN_L1, 5),
                      entry_for(&a, 6, PTE_P | PTE_US | PTE_G));
}
END_TEST

/* --- mmu_update --- */

START_TEST(an_update_of_a_data_page_is_a_write)
{
    ck_assert_int_eq(
        call_mmu_update(&a, mfn_to_maddr(a.mfn[5]).a + 40, 0x1234), 0);
    ck_assert_uint_eq(frame_words(a.mfn[5])[5], 0x1234);
    /* Also of one that has no mapping, and of one with read-only ones. */
    make_page_table_like(6);
    ck_assert_int_eq(
        call_mmu_update(&a, mfn_to_maddr(a.mfn[6]).a, entry_for(&a, 5, LEAF)),
        0);
    ck_assert_uint_eq(frame_words(a.mfn[6])[0], entry_for(&a, 5, LEAF));
    ck_assert_int_eq(call_mmu_update(&a, mfn_to_maddr(a.d->shared_mfn).a + 8,
                                     0),
                     0);
}
END_TEST

/* It keeps its type until it gets another one, but it is no live table. */
START_TEST(an_update_of_a_former_table_is_a_write)
{
    uint32_t uses = frame_uses(frame_of(a.mfn[5]));

    make_page_table_like(6);
    frame_words(a.mfn[6])[3] = entry_for(&a, 5, LEAF);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L1_TABLE, a.mfn[6].n, 0), 0);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_UNPIN_TABLE, a.mfn[6].n, 0), 0);
    ck_assert_int_eq(frame_type(frame_of(a.mfn[6])), FRAME_L1);
    ck_assert_int_eq(call_mmu_update(&a, entry_address(&a, 6, 3), ~0UL), 0);
    ck_assert_uint_eq(read_entry(&a, 6, 3), ~0UL);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), uses);
}
END_TEST

START_TEST(machphys)
{
    uint64_t at = mfn_to_maddr(a.mfn[5]).a | MMU_MACHPHYS_UPDATE;

    ck_assert_int_eq(call_mmu_update(&a, at, 4711), 0);
    ck_assert_uint_eq(m2p_get(a.mfn[5]), 4711);
    ck_assert_int_eq(call_mmu_update(&a, mfn_to_maddr(b.mfn[5]).a |
                                             MMU_MACHPHYS_UPDATE,
                                     1),
                     -EINVAL);
    ck_assert_uint_eq(m2p_get(b.mfn[5]), 5);
    ck_assert_int_eq(call_mmu_update(&a, at + 3, 1), -ENOSYS); /* command 4 */
}
END_TEST

START_TEST(done_counts_what_succeeded)
{
    struct mmu_update reqs[40];
    unsigned int i, done;

    for (i = 0; i < ARRAY_SIZE(reqs); i++) {
        reqs[i].ptr = entry_address(&a, PFN_L1, 100 + i);
        reqs[i].val = entry_for(&a, i, LEAF);
    }
    ck_assert_int_eq(call_mmu_updates(&a, reqs, 40, &done, DOMID_SELF), 0);
    ck_assert_uint_eq(done, 40);
    reqs[37].val = entry_for(&a, PFN_L1, LEAF);
    for (i = 0; i < ARRAY_SIZE(reqs); i++)
        reqs[i].ptr += 100 * sizeof(uint64_t);
    ck_assert_int_eq(call_mmu_updates(&a, reqs, 40, &done, DOMID_SELF), -EBUSY);
    ck_assert_uint_eq(done, 37);
    ck_assert_uint_eq(read_entry(&a, PFN_L1, 236) & PTE_ADDR,
                      mfn_to_maddr(a.mfn[36]).a);
    ck_assert_uint_eq(read_entry(&a, PFN_L1, 237), 0);
    ck_assert_int_eq(call_mmu_updates(&a, reqs, 0, &done, DOMID_SELF), 0);
}
END_TEST

/* The list ends where the guest's memory ends: what could be read is done. */
START_TEST(a_list_that_cannot_be_read_to_its_end)
{
    const unsigned int n = 20;
    uint64_t list = page_va(9) - 3 * sizeof(struct mmu_update);
    struct mmu_update *reqs =
        (void *)((uint8_t *)frame_words(a.mfn[8]) + PAGE_SIZE -
                 3 * sizeof(*reqs));
    unsigned int i;

    for (i = 0; i < 3; i++) {
        reqs[i].ptr = entry_address(&a, PFN_L1, 100 + i);
        reqs[i].val = entry_for(&a, i, LEAF);
    }
    ck_assert_int_eq(call_set_pte(&a, 9, 0, UVMF_INVLPG), 0);
    ck_assert_int_eq(
        model_call(do_mmu_update, list, n, page_va(0), DOMID_SELF), -EFAULT);
    ck_assert_uint_eq((uint32_t)frame_words(a.mfn[0])[0], 3);
    ck_assert_uint_ne(read_entry(&a, PFN_L1, 102), 0);
}
END_TEST

START_TEST(whose_memory)
{
    static const struct {
        uint32_t domain;
        long result;
    } domains[] = {
        {DOMID_SELF, 0},
        {1, -ESRCH}, /* its own number is not how a guest names itself */
        {2, -EPERM},
        {7, -ESRCH},
        {0, -EPERM}, /* the hypervisor */
        {DOMID_IO, -EBUSY}, /* RAM is not device memory */
        {DOMID_SELF | 2u << 16, 0}, /* tables of domain 1: its own */
        {DOMID_SELF | 3u << 16, -EPERM},
        {DOMID_SELF | 9u << 16, -ESRCH},
    };
    unsigned int i, done;

    for (i = 0; i < ARRAY_SIZE(domains); i++) {
        struct mmu_update req = {entry_address(&a, PFN_L1, 100),
                                 entry_for(&a, 5, LEAF)};

        ck_assert_int_eq(
            call_mmu_updates(&a, &req, 1, &done, domains[i].domain),
            domains[i].result);
        req.val = 0;
        ck_assert_int_eq(call_mmu_updates(&a, &req, 1, &done, DOMID_SELF), 0);
    }
    ck_assert_int_eq(model_call(do_update_va_mapping_otherdomain, page_va(5),
                                entry_for(&a, 5, LEAF), 0, 2),
                     -EPERM);
    ck_assert_int_eq(model_call(do_update_va_mapping_otherdomain, page_va(5),
                                entry_for(&a, 5, LEAF), 0, DOMID_SELF),
                     0);
}
END_TEST

/* --- preempted after every single step, it comes to the same --- */

/* A tree of its own in pages 10 to 10 + 2 * 6: one L4, one L3, two L2s with
 * three L1s each. */
static void build_tree(void)
{
    unsigned int l2, l1;

    for (l2 = 10; l2 < 20; l2++)
        make_page_table_like(l2);
    frame_words(a.mfn[10])[5] = entry_for(&a, 11, TABLE);
    frame_words(a.mfn[10])[300] = entry_for(&a, 11, TABLE);
    for (l2 = 0; l2 < 2; l2++) {
        frame_words(a.mfn[11])[l2 * 511] = entry_for(&a, 12 + l2, TABLE);
        for (l1 = 0; l1 < 3; l1++) {
            frame_words(a.mfn[12 + l2])[l1 * 200] =
                entry_for(&a, 14 + l2 * 3 + l1, TABLE);
            frame_words(a.mfn[14 + l2 * 3 + l1])[17] = entry_for(&a, 5, LEAF);
        }
    }
}

START_TEST(preempted_pin_and_unpin)
{
    uint32_t uses = frame_uses(frame_of(a.mfn[5]));
    unsigned int pfn;

    build_tree();
    model_preempt_every = (unsigned int)_i;
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L4_TABLE, a.mfn[10].n, 0), 0);
    if (_i == 1)
        ck_assert_uint_ge(model_continued, 8);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), uses + 6);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[11])), 2);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_UNPIN_TABLE, a.mfn[10].n, 0), 0);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), uses);
    for (pfn = 10; pfn < 20; pfn++)
        ck_assert_uint_eq(frame_uses(frame_of(a.mfn[pfn])), 0);
    ck_assert_ptr_null(a.d->vcpu[0]->unfinished);
}
END_TEST

/* The last L1 holds something that is refused, when all else is taken. */
START_TEST(preempted_pin_that_fails)
{
    uint32_t uses = frame_uses(frame_of(a.mfn[5]));
    unsigned int pfn;

    build_tree();
    frame_words(a.mfn[19])[511] = entry_for(&a, PFN_L4, LEAF);
    model_preempt_every = (unsigned int)_i;
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L4_TABLE, a.mfn[10].n, 0),
                     -EBUSY);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), uses);
    for (pfn = 10; pfn < 20; pfn++)
        ck_assert_uint_eq(frame_uses(frame_of(a.mfn[pfn])), 0);
    ck_assert_ptr_null(a.d->vcpu[0]->unfinished);
}
END_TEST

/* XSA-299: a pin is preempted; before it goes on, another vCPU does things
 * with the tables that are half checked. */
START_TEST(half_checked_tables_in_other_hands)
{
    struct vcpu *v = a.d->vcpu[0];
    unsigned int pfn, calls;
    long rc;

    build_tree();
    model_preempt_every = 1;
    for (calls = 0; calls < (unsigned int)_i; calls++) {
        spin_lock(&a.d->memory_lock);
        rc = pin_step(a.d, a.mfn[10], 4);
        spin_unlock(&a.d->memory_lock);
        ck_assert(rc == -EINTR || rc == 0 || rc == -EINVAL);
        model_check();
        if (rc != -EINTR)
            break;
    }
    model_run(1, a.d->vcpu[1]);
    /* As data, as a table of another level, given back, written, as root. */
    for (pfn = 10; pfn < 20; pfn++) {
        call_set_pte(&a, pfn, entry_for(&a, pfn, LEAF), 0);
        call_set_pte(&a, pfn, entry_for(&a, pfn, LEAF & ~PTE_RW), 0);
        call_mmu_update(&a, entry_address(&a, pfn, 17), entry_for(&a, 6, LEAF));
        call_mmuext(&a, MMUEXT_PIN_L1_TABLE + (pfn & 3), a.mfn[pfn].n, 0);
        call_mmuext(&a, MMUEXT_UNPIN_TABLE, a.mfn[pfn].n, 0);
    }
    call_mmuext(&a, MMUEXT_NEW_USER_BASEPTR, a.mfn[10].n, 0);
    model_run(0, v);
    call_mmuext(&a, MMUEXT_PIN_L4_TABLE, a.mfn[10].n, 0);
    model_preempt_every = 0;

    /* Whatever came of it, the domain can be taken apart. */
    model_run(0, b.d->vcpu[0]);
    model_run(1, NULL);
    model_cpu(0);
    drop_roots(a.d->vcpu[0]);
    drop_roots(a.d->vcpu[1]);
    while (relinquish_memory(a.d) == -EINTR)
        model_check();
    model_check();
    ck_assert_uint_eq(a.d->pages, 0);
}
END_TEST

START_TEST(preempted_update_of_an_upper_entry)
{
    uint64_t at = entry_address(&a, PFN_L4, 7);
    uint32_t uses = frame_uses(frame_of(a.mfn[5]));

    build_tree();
    model_preempt_every = (unsigned int)_i;
    ck_assert_int_eq(call_mmu_update(&a, at, entry_for(&a, 11, TABLE)), 0);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), uses + 6);
    ck_assert_int_eq(call_mmu_update(&a, at, 0), 0);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), uses);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[11])), 0);
}
END_TEST

/* A long list with changes at all levels, preempted between any two. */
START_TEST(preempted_list)
{
    struct mmu_update reqs[60];
    unsigned int i, done;

    build_tree();
    for (i = 0; i < ARRAY_SIZE(reqs); i++) {
        if (i % 3 == 0) {
            reqs[i].ptr = entry_address(&a, PFN_L4, 7);
            reqs[i].val = i % 2 ? 0 : entry_for(&a, 11, TABLE);
        } else {
            reqs[i].ptr = entry_address(&a, PFN_L1, 100 + i);
            reqs[i].val = entry_for(&a, 20 + i % 20, LEAF);
        }
    }
    model_preempt_every = (unsigned int)_i;
    ck_assert_int_eq(call_mmu_updates(&a, reqs, 60, &done, DOMID_SELF), 0);
    reqs[59].val = entry_for(&a, PFN_L1, LEAF);
    ck_assert_int_eq(call_mmu_updates(&a, reqs, 60, &done, DOMID_SELF), -EBUSY);
    ck_assert_uint_eq(done, 59);
}
END_TEST

/* --- roots and pins --- */

START_TEST(pins_are_counted_once)
{
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L4_TABLE, a.mfn[PFN_L4].n, 0),
                     -EINVAL);
    ck_assert_int_eq(model_refusal(), RULE_PINNED_ALREADY);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_UNPIN_TABLE, a.mfn[5].n, 0),
                     -EINVAL);
    ck_assert_int_eq(model_refusal(), RULE_NOT_PINNED);
    /* A table in use can be unpinned, and is a table still. */
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_UNPIN_TABLE, a.mfn[PFN_L4].n, 0),
                     0);
    ck_assert_int_eq(frame_type(frame_of(a.mfn[PFN_L4])), FRAME_L4);
    ck_assert(guest_store(page_va(5), 1));
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L3_TABLE, a.mfn[PFN_L4].n, 0),
                     -EINVAL);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L4_TABLE, a.mfn[PFN_L4].n, 0),
                     0);
}
END_TEST

START_TEST(a_new_root_replaces_the_old_one)
{
    struct frame *old = frame_of(a.mfn[PFN_L4]), *new = frame_of(a.mfn[9]);

    make_page_table_like(9);
    memcpy(frame_words(a.mfn[9]), frame_words(a.mfn[PFN_L4]), PAGE_SIZE);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_NEW_BASEPTR, a.mfn[9].n, 0), 0);
    ck_assert_uint_eq(frame_uses(new), 1);
    ck_assert_uint_eq(frame_uses(old), 2); /* its pin and vCPU 1 */
    ck_assert(guest_store(page_va(5), 1));
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_NEW_BASEPTR, a.mfn[9].n, 0), 0);
    ck_assert_uint_eq(frame_uses(new), 1);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_NEW_BASEPTR, a.mfn[5].n, 0),
                     -EINVAL);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_NEW_BASEPTR, a.mfn[PFN_L3].n, 0),
                     -EINVAL);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_NEW_USER_BASEPTR, a.mfn[9].n, 0),
                     0);
    ck_assert_uint_eq(frame_uses(new), 2);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_NEW_USER_BASEPTR, 0, 0), 0);
    ck_assert_uint_eq(frame_uses(new), 1);
    ck_assert_int_eq(
        call_mmuext(&a, MMUEXT_NEW_BASEPTR, a.mfn[PFN_L4].n, 0), 0);
    ck_assert_uint_eq(frame_uses(new), 0);
}
END_TEST

/* --- the other operations of mmuext_op --- */

START_TEST(results_of_mmuext_op)
{
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_FLUSH_CACHE, 0, 0), -EACCES);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_FLUSH_CACHE_GLOBAL, 0, 0), -EINVAL);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_MARK_SUPER, 0, 0), -EOPNOTSUPP);
    ck_assert_int_eq(call_mmuext(&a, 14, 0, 0), -ENOSYS);
    ck_assert_int_eq(call_mmuext(&a, 4711, 0, 0), -ENOSYS);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_TLB_FLUSH_LOCAL, 0, 0), 0);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_TLB_FLUSH_ALL, 0, 0), 0);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_TLB_FLUSH_MULTI, 0, 0x1000),
                     -EINVAL);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_TLB_FLUSH_MULTI, 0, page_va(5)),
                     0);
    frame_words(a.mfn[5])[0] = 99;
    ck_assert_int_eq(
        call_mmuext(&a, MMUEXT_COPY_PAGE, a.mfn[6].n, a.mfn[5].n), 0);
    ck_assert_uint_eq(frame_words(a.mfn[6])[0], 99);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_CLEAR_PAGE, a.mfn[6].n, 0), 0);
    ck_assert_uint_eq(frame_words(a.mfn[6])[0], 0);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_CLEAR_PAGE, a.mfn[PFN_L1].n, 0),
                     -EINVAL);
    ck_assert_int_eq(
        call_mmuext(&a, MMUEXT_COPY_PAGE, a.mfn[PFN_L1].n, a.mfn[5].n),
        -EINVAL);
}
END_TEST

/* --- flushes that were asked for reach who was named --- */

/* vCPU 1, on CPU 1, has used page 9; then CPU 0 unmaps it with FLAGS. */
static bool still_translated(uint64_t flags)
{
    bool stale;

    model_run(1, a.d->vcpu[1]);
    ck_assert(guest_store(page_va(9), 1));
    model_cpu(0);
    ck_assert_int_eq(call_set_pte(&a, 9, 0, flags), 0);
    model_cpu(1);
    stale = guest_store(page_va(9), 2);
    model_cpu(0);
    ck_assert_int_eq(call_set_pte(&a, 9, entry_for(&a, 9, LEAF), 0), 0);
    return stale;
}

START_TEST(flushes_of_update_va_mapping)
{
    frame_words(a.mfn[20])[0] = 1; /* vCPU 0 */
    frame_words(a.mfn[21])[0] = 2; /* vCPU 1 */
    ck_assert(still_translated(UVMF_NONE));
    ck_assert(still_translated(UVMF_INVLPG | UVMF_LOCAL));
    ck_assert(still_translated(UVMF_TLB_FLUSH | UVMF_LOCAL));
    ck_assert(still_translated(UVMF_INVLPG | page_va(20)));
    ck_assert(still_translated(3)); /* no such kind: no flush, as on Xen */
    ck_assert(!still_translated(UVMF_INVLPG | UVMF_ALL));
    ck_assert(!still_translated(UVMF_TLB_FLUSH | UVMF_ALL));
    ck_assert(!still_translated(UVMF_INVLPG | page_va(21)));
    ck_assert(!still_translated(UVMF_TLB_FLUSH | page_va(21)));
    ck_assert_int_eq(call_set_pte(&a, 9, 0, UVMF_INVLPG | 0x1000), -EFAULT);
    ck_assert_uint_eq(read_entry(&a, PFN_L1, 9), 0); /* the update is done */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mmu");
    TCase *tc = tcase_create("mmu");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, entries_are_adjusted);
    tcase_add_test(tc, entries_of_a_new_table_are_adjusted);
    tcase_add_test(tc, preserve_ad_keeps_what_the_processor_set);
    tcase_add_test(tc, an_update_of_a_data_page_is_a_write);
    tcase_add_test(tc, an_update_of_a_former_table_is_a_write);
    tcase_add_test(tc, machphys);
    tcase_add_test(tc, done_counts_what_succeeded);
    tcase_add_test(tc, a_list_that_cannot_be_read_to_its_end);
    tcase_add_test(tc, whose_memory);
    tcase_add_loop_test(tc, preempted_pin_and_unpin, 0, 6);
    tcase_add_loop_test(tc, preempted_pin_that_fails, 0, 6);
    tcase_add_loop_test(tc, half_checked_tables_in_other_hands, 0, 16);
    tcase_add_loop_test(tc, preempted_update_of_an_upper_entry, 0, 6);
    tcase_add_loop_test(tc, preempted_list, 0, 6);
    tcase_add_test(tc, pins_are_counted_once);
    tcase_add_test(tc, a_new_root_replaces_the_old_one);
    tcase_add_test(tc, results_of_mmuext_op);
    tcase_add_test(tc, flushes_of_update_va_mapping);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
