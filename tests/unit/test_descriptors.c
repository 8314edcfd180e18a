// SPDX-License-Identifier: MIT
/*
 * Segment descriptors: what a guest may have in its GDT and LDT, and that the
 * pages that hold them are written by the hypervisor alone.
 */
#include <string.h>

#include "core/memory/descriptors.h"
#include "core/errno.h"
#include "core/memory/frame_table.h"
#include "core/processor/traps.h"
#include "model.h"
#include "unit.h"

static struct guest a, b;

/* Present descriptors, by their type bits. */
#define CODE64   0x00af9b000000ffffUL /* DPL 0 */
#define DATA     0x00cff3000000ffffUL /* DPL 3 */
#define TSS      0x0000890000000067UL
#define LDT_DESC 0x0000820000000fffUL
#define INT_GATE 0x00008e0000080000UL
#define TRAPGATE 0x00008f0000080000UL
#define CALLGATE 0x00008c0000080000UL /* to selector 8, DPL 0 */

static void setup(void)
{
    model_start();
    model_guest(&a, 1, 2);
    model_guest(&b, 2, 1);
    model_run(1, b.d->vcpu[0]);
    model_run(0, a.d->vcpu[0]);
}

/* Page PFN, mapped read-only, with DESC at INDEX. */
static void descriptor_page(unsigned int pfn, unsigned int index, uint64_t desc)
{
    memset(frame_words(a.mfn[pfn]), 0, PAGE_SIZE);
    frame_words(a.mfn[pfn])[index] = desc;
    ck_assert_int_eq(call_set_pte(&a, pfn, entry_for(&a, pfn, LEAF & ~PTE_RW),
                                  UVMF_INVLPG),
                     0);
}

static long call_set_gdt(const uint64_t *frames, unsigned int n,
                         unsigned int entries)
{
    memcpy(frame_words(a.mfn[0]), frames, n * sizeof(*frames));
    return model_call(do_set_gdt, page_va(0), entries, 0, 0);
}

START_TEST(the_gdt_is_read_only_to_its_guest)
{
    uint64_t frames[2];

    descriptor_page(9, 3, CODE64);
    descriptor_page(10, 511, DATA);
    frames[0] = a.mfn[9].n;
    frames[1] = a.mfn[10].n;
    ck_assert_int_eq(call_set_gdt(frames, 2, 1024), 0);
    ck_assert_int_eq(frame_type(frame_of(a.mfn[9])), FRAME_DESC);
    ck_assert_uint_eq(read_entry(&a, 9, 3), CODE64 | 3UL << 45);
    ck_assert_int_eq(call_set_pte(&a, 9, entry_for(&a, 9, LEAF), 0), -EBUSY);
    ck_assert_int_eq(model_refusal(), RULE_FRAME_IS_DESC);
    ck_assert_int_eq(call_mmu_update(&a, mfn_to_maddr(a.mfn[9]).a, 0), -EINVAL);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_CLEAR_PAGE, a.mfn[9].n, 0),
                     -EINVAL);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L1_TABLE, a.mfn[9].n, 0),
                     -EINVAL);
    /* Another GDT: the first page is free for other uses. */
    ck_assert_int_eq(call_set_gdt(frames + 1, 1, 512), 0);
    ck_assert_int_eq(call_set_pte(&a, 9, entry_for(&a, 9, LEAF), 0), 0);
    ck_assert_int_eq(call_set_pte(&a, 10, entry_for(&a, 10, LEAF), 0), -EBUSY);
    ck_assert_int_eq(call_set_gdt(frames, 0, 0), 0);
    ck_assert_int_eq(call_set_pte(&a, 10, entry_for(&a, 10, LEAF), 0), 0);
}
END_TEST

START_TEST(a_gdt_is_set_whole_or_not_at_all)
{
    uint64_t frames[15];
    unsigned int i;

    for (i = 0; i < 15; i++) {
        descriptor_page(9 + i, 0, 0);
        frames[i] = a.mfn[9 + i].n;
    }
    ck_assert_int_eq(call_set_gdt(frames, 15, 14 * 512 + 1), -EINVAL);
    ck_assert_int_eq(model_refusal(), RULE_GDT_TOO_LONG);
    ck_assert_int_eq(call_set_gdt(frames, 14, 14 * 512), 0);
    frames[13] = b.mfn[5].n;
    ck_assert_int_eq(call_set_gdt(frames, 14, 14 * 512), -EINVAL);
    frames[13] = a.mfn[5].n; /* mapped writable */
    ck_assert_int_eq(call_set_gdt(frames, 14, 14 * 512), -EINVAL);
    frames[13] = ~0UL;
    ck_assert_int_eq(call_set_gdt(frames, 14, 14 * 512), -EINVAL);
    ck_assert_uint_eq(a.d->vcpu[0]->gdt[13].n, a.mfn[22].n);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[9])), 1);
    ck_assert_int_eq(model_call(do_set_gdt, 0x1000, 512, 0, 0), -EFAULT);
    /* The same page twice is two uses. */
    frames[0] = frames[1];
    ck_assert_int_eq(call_set_gdt(frames, 2, 1024), 0);
    ck_assert_uint_eq(frame_uses(frame_of(MFN(frames[0]))), 2);
}
END_TEST

static const struct {
    uint64_t given, kept; /* kept 0: refused */
} cases[] = {
    {CODE64, CODE64 | 3UL << 45},
    {DATA, DATA},
    {CODE64 & ~(1UL << 47), CODE64 & ~(1UL << 47)}, /* not present */
    {TSS & ~(1UL << 47), TSS & ~(1UL << 47)},
    {TSS, 0},
    {TSS | 3UL << 45, 0},
    {LDT_DESC, 0},
    {INT_GATE, 0},
    {TRAPGATE, 0},
    {CALLGATE, CALLGATE | 3UL << 16},  /* DPL stays 0: it faults; RPL 3 */
    {CALLGATE | 3UL << 45, CALLGATE | 3UL << 16},
    {CALLGATE | 1UL << 32, 0},         /* a parameter count */
    {(CALLGATE & ~0xffff0000UL) | 0xe0330000UL,
     (CALLGATE & ~0xffff0000UL) | 0xe0330000UL}, /* the flat code segment */
    {(CALLGATE & ~0xffff0000UL) | 0xe0080000UL, 0}, /* the hypervisor's */
    {(CALLGATE & ~0xffff0000UL) | 0x00040000UL,
     (CALLGATE & ~0xffff0000UL) | 0x00070000UL}, /* in the LDT */
    {0x0000800000000000UL, 0x0000800000000000UL}, /* type 0: faults */
};

START_TEST(descriptors_of_a_page)
{
    uint64_t frame = a.mfn[9].n;

    descriptor_page(9, 7, cases[_i].given);
    ck_assert_int_eq(call_set_gdt(&frame, 1, 512),
                     cases[_i].kept ? 0 : -EINVAL);
    if (cases[_i].kept)
        ck_assert_uint_eq(read_entry(&a, 9, 7), cases[_i].kept);
    else
        ck_assert_int_eq(model_refusal(), RULE_BAD_DESCRIPTOR);
}
END_TEST

START_TEST(one_descriptor)
{
    uint64_t at = mfn_to_maddr(a.mfn[9]).a + 7 * 8, frame = a.mfn[9].n;

    descriptor_page(9, 7, 0);
    ck_assert_int_eq(call_set_gdt(&frame, 1, 512), 0);
    ck_assert_int_eq(model_call(do_update_descriptor, at, cases[_i].given, 0, 0),
                     cases[_i].kept ? 0 : -EINVAL);
    ck_assert_uint_eq(read_entry(&a, 9, 7), cases[_i].kept);
}
END_TEST

START_TEST(where_a_descriptor_may_be_written)
{
    uint64_t frame = a.mfn[9].n;

    descriptor_page(9, 0, 0);
    ck_assert_int_eq(call_set_gdt(&frame, 1, 512), 0);
    ck_assert_int_eq(model_call(do_update_descriptor,
                                mfn_to_maddr(a.mfn[9]).a + 4, DATA, 0, 0),
                     -EINVAL);
    ck_assert_int_eq(model_refusal(), RULE_DESCRIPTOR_UNALIGNED);
    ck_assert_int_eq(model_call(do_update_descriptor,
                                mfn_to_maddr(a.mfn[PFN_L1]).a, DATA, 0, 0),
                     -EINVAL);
    ck_assert_int_eq(model_call(do_update_descriptor,
                                mfn_to_maddr(b.mfn[5]).a, DATA, 0, 0),
                     -EINVAL);
    ck_assert_int_eq(model_call(do_update_descriptor, ~7UL, DATA, 0, 0),
                     -EINVAL);
    /* An ordinary page of its own: a write like any other. */
    ck_assert_int_eq(model_call(do_update_descriptor,
                                mfn_to_maddr(a.mfn[5]).a + 8, DATA, 0, 0),
                     0);
    ck_assert_uint_eq(frame_words(a.mfn[5])[1], DATA);
}
END_TEST

/* --- the LDT --- */

START_TEST(ldt_pages_are_mapped_when_they_are_read)
{
    struct vcpu *v = a.d->vcpu[0];

    descriptor_page(9, 3, DATA);
    descriptor_page(10, 3, TSS);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_SET_LDT, page_va(9), 512 * 3), 0);
    ck_assert(mfn_eq(v->ldt[0], MFN_NONE));
    ck_assert(map_ldt_page(LDT_WINDOW(0) + 24));
    model_check();
    ck_assert_uint_eq(v->ldt[0].n, a.mfn[9].n);
    ck_assert_int_eq(call_set_pte(&a, 9, entry_for(&a, 9, LEAF), 0), -EBUSY);
    ck_assert(!map_ldt_page(LDT_WINDOW(0) + PAGE_SIZE)); /* a TSS in it */
    ck_assert(!map_ldt_page(LDT_WINDOW(0) + 2 * PAGE_SIZE)); /* writable */
    ck_assert(!map_ldt_page(LDT_WINDOW(0) + 3 * PAGE_SIZE)); /* beyond */
    model_check();
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_SET_LDT, 0, 0), 0);
    ck_assert(mfn_eq(v->ldt[0], MFN_NONE));
    ck_assert_int_eq(call_set_pte(&a, 9, entry_for(&a, 9, LEAF), 0), 0);
}
END_TEST

START_TEST(a_new_root_empties_the_ldt)
{
    descriptor_page(9, 3, DATA);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_SET_LDT, page_va(9), 512), 0);
    ck_assert(map_ldt_page(LDT_WINDOW(0)));
    descriptor_page(11, 0, 0);
    memcpy(frame_words(a.mfn[11]), frame_words(a.mfn[PFN_L4]), PAGE_SIZE);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_NEW_BASEPTR, a.mfn[11].n, 0), 0);
    ck_assert(mfn_eq(a.d->vcpu[0]->ldt[0], MFN_NONE));
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[9])), 0);
}
END_TEST

START_TEST(bad_ldts)
{
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_SET_LDT, page_va(9), 8193),
                     -EINVAL);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_SET_LDT, page_va(9) + 8, 512),
                     -EINVAL);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_SET_LDT, DIRECTMAP_START, 512),
                     -EINVAL);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_SET_LDT, 1UL << 47, 512), -EINVAL);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_SET_LDT, page_va(9), 8192), 0);
}
END_TEST

/* A fault in the window that cannot be mended is the guest's own. */
START_TEST(faults_in_the_windows)
{
    struct guest_regs regs = {.rip = page_va(1)};

    descriptor_page(9, 3, DATA);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_SET_LDT, page_va(9), 512 * 2), 0);
    ck_assert(fix_guest_fault(&regs, LDT_WINDOW(0) + 24, 0));
    ck_assert_uint_eq(model_trap.vector, ~0u);
    ck_assert(fix_guest_fault(&regs, LDT_WINDOW(0) + PAGE_SIZE + 8, 0));
    ck_assert_uint_eq(model_trap.vector, TRAP_PF);
    ck_assert_uint_eq(model_trap.address, page_va(10) + 8);
    ck_assert(fix_guest_fault(&regs, GDT_WINDOW(0) + 0x58, 0));
    ck_assert_uint_eq(model_trap.vector, TRAP_GP);
    ck_assert_uint_eq(model_trap.error_code, 0x58);
    /* Not its own window; an access of user mode's. */
    ck_assert(!fix_guest_fault(&regs, LDT_WINDOW(1), 0));
    ck_assert(!fix_guest_fault(&regs, LDT_WINDOW(0), PF_USER));
    ck_assert(!fix_guest_fault(&regs, DIRECTMAP_START, 0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("descriptors");
    TCase *tc = tcase_create("descriptors");
    const int n = ARRAY_SIZE(cases);

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, the_gdt_is_read_only_to_its_guest);
    tcase_add_test(tc, a_gdt_is_set_whole_or_not_at_all);
    tcase_add_loop_test(tc, descriptors_of_a_page, 0, n);
    tcase_add_loop_test(tc, one_descriptor, 0, n);
    tcase_add_test(tc, where_a_descriptor_may_be_written);
    tcase_add_test(tc, ldt_pages_are_mapped_when_they_are_read);
    tcase_add_test(tc, a_new_root_empties_the_ldt);
    tcase_add_test(tc, bad_ldts);
    tcase_add_test(tc, faults_in_the_windows);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
