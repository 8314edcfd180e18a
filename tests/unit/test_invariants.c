// SPDX-License-Identifier: MIT
/*
 * The invariants themselves: each is broken on purpose, behind the core's
 * back, and the check must name it. A check that could not fail would prove
 * nothing about the tests that rely on it.
 */
#include <stdio.h>
#include <string.h>

#include "core/memory/frame_table.h"
#include "core/grants/grant_table.h"
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
    ck_assert_ptr_null(model_panic_of(check_invariants));
}

static struct frame *page(unsigned int pfn)
{
    return frame_of(a.mfn[pfn]);
}

static void more_uses_than_references(void)
{
    page(5)->state += 10 * USE_ONE;
}

static void owner_without_references(void)
{
    struct frame *f = frame_of(frames_alloc(0));

    f->owner = a.d;
    f->state |= F_SHARED; /* so that no list and no count misses it */
}

static void free_frame_with_a_type(void)
{
    mfn_t mfn = frames_alloc(0);

    frame_of(mfn)->state |= TYPE(FRAME_L1);
}

static void used_and_not_valid(void)
{
    page(5)->state &= ~F_VALID;
}

static void partial_data(void)
{
    struct frame *f = frame_of(frames_alloc(0));

    f->owner = a.d;
    f->progress = 0;
    f->state = F_RAM | F_SHARED | F_PARTIAL | TYPE(FRAME_WRITABLE) | USE_ONE |
               REF_ONE;
}

static void partial_beyond_its_end(void)
{
    struct frame *f = frame_of(frames_alloc(0));

    f->owner = a.d;
    f->progress = PT_ENTRIES + 1;
    f->state = F_RAM | F_SHARED | F_PARTIAL | TYPE(FRAME_L2) | USE_ONE | REF_ONE;
}

static void pinned_data(void)
{
    page(5)->state += F_PINNED + REF_ONE;
}

static void leaf_with_refused_bits(void)
{
    frame_words(a.mfn[PFN_L1])[5] |= PTE_PCD;
}

static void writable_table(void)
{
    frame_words(a.mfn[PFN_L1])[PFN_L1] |= PTE_RW;
}

static void large_page(void)
{
    frame_words(a.mfn[PFN_L2])[pt_index(MODEL_VA, 2)] |= PTE_PSE;
}

static void table_of_another_level(void)
{
    frame_words(a.mfn[PFN_L2])[7] = entry_for(&a, PFN_L3, TABLE);
}

static void writable_linear(void)
{
    frame_words(a.mfn[PFN_L4])[7] = entry_for(&a, PFN_L4, TABLE);
}

static void foreign_table(void)
{
    frame_words(a.mfn[PFN_L2])[7] = entry_for(&b, PFN_L1, TABLE);
}

static void hypervisor_slot(void)
{
    frame_words(a.mfn[PFN_L4])[HV_FIRST_SLOT + 4] = entry_for(&a, PFN_L3, TABLE);
}

static void entry_that_holds_nothing(void)
{
    frame_words(a.mfn[PFN_L1])[100] = entry_for(&a, PFN_L1, LEAF & ~PTE_RW);
    frame_words(a.mfn[PFN_L1])[101] = entry_for(&a, PFN_L1, LEAF & ~PTE_RW);
}

static void use_that_nobody_has(void)
{
    page(PFN_L1)->state += USE_ONE + REF_ONE;
}

static void linear_count(void)
{
    page(PFN_L4)->linear++;
}

static void not_on_its_list(void)
{
    unlist_frame(page(5));
}

static void wrong_page_count(void)
{
    a.d->pages++;
}

static void root_that_is_no_l4(void)
{
    a.d->vcpu[0]->hot.user_cr3 = mfn_to_maddr(a.mfn[PFN_L3]).a;
}

static void gdt_of_data(void)
{
    a.d->vcpu[0]->gdt[0] = a.mfn[5];
}

static void bad_descriptor(void)
{
    struct frame *f = page(9);

    memset(frame_words(a.mfn[9]), 0, PAGE_SIZE);
    ck_assert_int_eq(call_set_pte(&a, 9, 0, UVMF_INVLPG), 0);
    ck_assert_int_eq(get_frame_type(f, a.d, FRAME_DESC), 0);
    a.d->vcpu[0]->gdt[0] = a.mfn[9];
    frame_words(a.mfn[9])[3] = 0x0000890000000067UL; /* a TSS */
}

static void foreign_leaf(void)
{
    frame_words(a.mfn[PFN_L1])[100] =
        entry_for(&b, 5, LEAF & ~PTE_RW) | PTE_US | PTE_G;
}

static const struct {
    const char *rule;
    void (*breaks)(void);
} cases[] = {
    {"I1 ", more_uses_than_references},
    {"I2 ", owner_without_references},
    {"I2 ", free_frame_with_a_type},
    {"I3 ", used_and_not_valid},
    {"I4 ", partial_data},
    {"I4 ", partial_beyond_its_end},
    {"I5 ", pinned_data},
    {"I6 ", leaf_with_refused_bits},
    {"I6 ", writable_table},
    {"I7 ", large_page},
    {"I7 ", table_of_another_level},
    {"I7 ", writable_linear},
    {"I7 ", foreign_table},
    {"I8 ", hypervisor_slot},
    {"I9 ", entry_that_holds_nothing},
    {"I9 ", use_that_nobody_has},
    {"I10 ", linear_count},
    {"I11 ", not_on_its_list},
    {"I11 ", wrong_page_count},
    {"I12 ", root_that_is_no_l4},
    {"I12 ", gdt_of_data},
    {"I13 ", bad_descriptor},
    {"I15 ", foreign_leaf},
};

START_TEST(a_broken_invariant_is_named)
{
    const char *text;
    char expected[40];

    cases[_i].breaks();
    text = model_panic_of(check_invariants);
    ck_assert_msg(text, "case %d: %s was broken and nothing was said", _i,
                  cases[_i].rule);
    snprintf(expected, sizeof(expected), "invariant %s", cases[_i].rule);
    ck_assert_msg(!strncmp(text, expected, strlen(expected)),
                  "case %d: expected \"%s\", got \"%s\"", _i, expected, text);
}
END_TEST

/*
 * I14 is the model's: a translation that the core forgot to flush. Tampering
 * with the type stands for a type change without a flush.
 */
START_TEST(a_stale_translation_is_seen)
{
    mfn_t mfn;

    ck_assert(guest_store(page_va(9), 1));
    ck_assert_ptr_null(tlb_problem());
    ck_assert(tlb_translate(0, a.mfn[PFN_L4], a.d, page_va(9), true, &mfn));
    page(9)->state &= ~TYPE_MASK;
    page(9)->state |= TYPE(FRAME_L1);
    ck_assert_ptr_nonnull(tlb_problem());
}
END_TEST

static void pin_then_flush(void)
{
    struct mmuext_op ops[2] = {{.cmd = MMUEXT_PIN_L1_TABLE},
                               {.cmd = MMUEXT_TLB_FLUSH_ALL}};

    ops[0].arg1.mfn = a.mfn[9].n;
    memcpy(frame_words(a.mfn[0]), ops, sizeof(ops));
    model_call(do_mmuext_op, page_va(0), 2, 0, DOMID_SELF);
}

/*
 * Inside a call, too, though a flush at its end would hide it: a page becomes a
 * table while CPU _i can still write to it. (By the tampered stamp the core
 * believes that all have flushed.)
 */
START_TEST(a_stale_translation_is_seen_at_the_type_change)
{
    const char *text;
    mfn_t mfn;

    model_run(1, b.d->vcpu[0]);
    model_run(0, a.d->vcpu[0]);
    ck_assert(tlb_translate((unsigned int)_i, a.mfn[PFN_L4], a.d, page_va(9),
                            true, &mfn));
    ck_assert_int_eq(call_set_pte(&a, 9, 0, UVMF_NONE), 0);
    page(9)->stamp = 0;
    text = model_panic_of(pin_then_flush);
    ck_assert_msg(text && strstr(text, "can still be written"), "%s",
                  text ? text : "nothing was said");
}
END_TEST

static void page_9_has_changed(void)
{
    hw_frame_changed(page(9));
}

/* What is free needs a flush that is due; a new owner's is nobody else's. */
START_TEST(a_stale_translation_is_seen_at_the_free)
{
    mfn_t mfn;

    ck_assert_int_eq(call_set_pte(&a, 9, entry_for(&a, 9, LEAF & ~PTE_RW),
                                  UVMF_INVLPG),
                     0);
    ck_assert(tlb_translate(0, a.mfn[PFN_L4], a.d, page_va(9), false, &mfn));
    page(9)->state = F_RAM | F_DIRTY;
    page(9)->stamp = hw_flush_clock();
    ck_assert_ptr_null(model_panic_of(page_9_has_changed));
    page(9)->stamp = 0;
    ck_assert_ptr_nonnull(
        strstr(model_panic_of(page_9_has_changed), "no flush is due"));
    page(9)->state = F_RAM;
    ck_assert_ptr_nonnull(
        strstr(model_panic_of(page_9_has_changed), "passes for flushed"));
    page(9)->state = F_RAM | F_ALLOCATED | REF_ONE;
    ck_assert_ptr_null(model_panic_of(page_9_has_changed));
    page(9)->owner = b.d;
    ck_assert_ptr_nonnull(
        strstr(model_panic_of(page_9_has_changed), "another domain's"));
}
END_TEST

/* Random calls with random arguments from the neighbourhood of sense. */
static uint64_t pick_entry(struct unit_random *r)
{
    static const uint64_t flags[] = {LEAF, LEAF & ~PTE_RW, TABLE,
                                     TABLE & ~PTE_RW, LEAF | PTE_PSE, 0};
    const struct guest *g = unit_random(r) % 16 ? &a : &b;
    uint64_t pfn = unit_random(r) % MODEL_PAGES;

    return entry_for(g, (unsigned int)pfn,
                     flags[unit_random(r) % ARRAY_SIZE(flags)]);
}

static void random_step(struct unit_random *r)
{
    static const unsigned int slots[] = {0, 1, 5, 255, 256, 271, 300, 511};
    unsigned int pfn = 30 + (unsigned int)(unit_random(r) % 34);
    unsigned int slot = unit_random(r) % 2
                            ? slots[unit_random(r) % ARRAY_SIZE(slots)]
                            : (unsigned int)(unit_random(r) % 64);
    uint64_t value;

    model_run(0, a.d->vcpu[0]);
    switch (unit_random(r) % 8) {
    case 0:
    case 1:
        /* Page 0 may be mapped to anything by now: then so is the request. */
        frame_words(a.mfn[0])[0] =
            entry_address(&a, pfn, slot) | (unit_random(r) & 2);
        frame_words(a.mfn[0])[1] = pick_entry(r);
        model_call(do_mmu_update, page_va(0), 1, 0, DOMID_SELF);
        break;
    case 2:
        /* The tables at the top stay mapped, so that calls can be made. */
        call_set_pte(&a, 1 + (unsigned int)(unit_random(r) % (PFN_L1 - 1)),
                     pick_entry(r), UVMF_NONE);
        break;
    case 3:
        call_mmuext(&a, (unsigned int)(unit_random(r) % 5), a.mfn[pfn].n, 0);
        break;
    case 4:
        call_mmuext(&a, MMUEXT_NEW_USER_BASEPTR,
                    unit_random(r) % 4 ? a.mfn[pfn].n : 0, 0);
        break;
    case 5:
        guest_store(page_va(pfn), pick_entry(r));
        guest_load(page_va(pfn), &value);
        break;
    case 6:
        frame_words(a.mfn[1])[0] = a.mfn[pfn].n;
        model_call(do_set_gdt, page_va(1), 512, 0, 0);
        break;
    default:
        model_preempt_every = (unsigned int)(unit_random(r) % 4);
        break;
    }
    model_check();
}

START_TEST(random_calls_keep_all_invariants)
{
    struct unit_random r = {(uint64_t)_i};
    unsigned int i;

    for (i = 0; i < 1500; i++)
        random_step(&r);
    model_preempt_every = 0;
    model_run(0, NULL);
    drop_roots(a.d->vcpu[0]);
    drop_descriptors(a.d->vcpu[0]);
    ck_assert_int_eq(relinquish_memory(a.d), 0);
    ck_assert_uint_eq(a.d->pages, 0);
    model_check();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("invariants");
    TCase *tc = tcase_create("invariants");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_loop_test(tc, a_broken_invariant_is_named, 0, ARRAY_SIZE(cases));
    tcase_add_test(tc, a_stale_translation_is_seen);
    tcase_add_loop_test(tc, a_stale_translation_is_seen_at_the_type_change, 0,
                        MODEL_CPUS);
    tcase_add_test(tc, a_stale_translation_is_seen_at_the_free);
    tcase_add_loop_test(tc, random_calls_keep_all_invariants, 0, 6);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
