// SPDX-License-Identifier: MIT
/*
 * Page faults that the hypervisor mends: stores of a guest's kernel into its
 * own L1 tables, checked like any update, and stale translations.
 */
#include <string.h>

#include "core/memory/frame_table.h"
#include "core/processor/traps.h"
#include "model.h"
#include "unit.h"

static struct guest a;
static struct guest_regs regs;

#define CODE page_va(1)
#define WRITE_FAULT (PF_PRESENT | PF_WRITE | PF_USER)
/* The guest's L1 as the guest sees it, and its entry SLOT there. */
#define ENTRY_VA(slot) (page_va(PFN_L1) + (slot) * sizeof(uint64_t))

static void setup(void)
{
    model_start();
    model_guest(&a, 1, 1);
    model_run(0, a.d->vcpu[0]);
    a.d->vm_assist = 1UL << VMASST_TYPE_writable_pagetables;
    memset(&regs, 0, sizeof(regs));
}

/* Run the N bytes of INSN at CODE, faulting on SLOT; rdi points to it. */
static bool fault_at(const char *insn, size_t n, unsigned int slot)
{
    bool fixed;

    memcpy(frame_words(a.mfn[1]), insn, n);
    regs.rip = CODE;
    regs.rdi = ENTRY_VA(slot);
    fixed = fix_guest_fault(&regs, regs.rdi, WRITE_FAULT);
    model_check();
    return fixed;
}
#define FAULT(insn, slot) fault_at(insn, sizeof(insn) - 1, slot)

#define MOV     "\x48\x89\x07"             /* mov %rax, (%rdi) */
#define XCHG    "\x48\x87\x07"             /* xchg %rax, (%rdi) */
#define CMPXCHG "\xf0\x48\x0f\xb1\x0f"     /* lock cmpxchg %rcx, (%rdi) */
#define AND_NP  "\xf0\x80\x27\xfe"         /* lock andb $0xfe, (%rdi) */

START_TEST(a_store_is_done_and_checked)
{
    uint32_t uses = frame_uses(frame_of(a.mfn[5]));

    regs.rax = entry_for(&a, 5, LEAF);
    ck_assert(FAULT(MOV, 100));
    ck_assert_uint_eq(read_entry(&a, PFN_L1, 100), regs.rax | PTE_G);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), uses + 1);
    ck_assert_uint_eq(regs.rip, CODE + 3);
    ck_assert_uint_eq(a.d->ptwr_faults, 1);
    regs.rax = 0;
    ck_assert(FAULT(MOV, 100));
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), uses);
}
END_TEST

START_TEST(what_an_update_refuses_a_store_does_not_get)
{
    static const unsigned int tables[] = {PFN_L1, PFN_L2, PFN_L3, PFN_L4};
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(tables); i++) {
        regs.rax = entry_for(&a, tables[i], LEAF);
        ck_assert(!FAULT(MOV, 100));
        ck_assert_uint_eq(read_entry(&a, PFN_L1, 100), 0);
        ck_assert_uint_eq(regs.rip, CODE);
    }
    regs.rax = (uint64_t)MODEL_HOLE_START << PAGE_SHIFT | LEAF;
    ck_assert(!FAULT(MOV, 100));
    regs.rax = entry_for(&a, 5, LEAF | PTE_PCD);
    ck_assert(!FAULT(MOV, 100));
    /* One byte is enough to ask for it: RW in the entry of a table. */
    regs.rax = (read_entry(&a, PFN_L1, PFN_L1) & 0xff) | PTE_RW;
    ck_assert(!FAULT("\x88\x07", PFN_L1)); /* mov %al, (%rdi) */
    ck_assert(!(read_entry(&a, PFN_L1, PFN_L1) & PTE_RW));
    ck_assert_uint_eq(a.d->ptwr_faults, 0);
}
END_TEST

START_TEST(exchanges_see_the_old_entry)
{
    uint64_t old = read_entry(&a, PFN_L1, 5);

    regs.rax = 0;
    ck_assert(FAULT(XCHG, 5));
    ck_assert_uint_eq(regs.rax, old);
    ck_assert_uint_eq(read_entry(&a, PFN_L1, 5), 0);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), 0);
    /* A comparison that fails writes nothing, and says what is there. */
    regs.rax = 4711;
    regs.rcx = old;
    ck_assert(FAULT(CMPXCHG, 6));
    ck_assert_uint_eq(regs.rax, read_entry(&a, PFN_L1, 6));
    ck_assert(!(regs.rflags & (1UL << 6)));
    ck_assert(FAULT(CMPXCHG, 6)); /* now it holds */
    ck_assert(regs.rflags & (1UL << 6));
    ck_assert_uint_eq(read_entry(&a, PFN_L1, 6), old);
    ck_assert(FAULT(AND_NP, 6));
    ck_assert_uint_eq(read_entry(&a, PFN_L1, 6), old & ~PTE_P);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[5])), 0);
}
END_TEST

START_TEST(only_an_own_live_l1_and_only_on_request)
{
    regs.rax = 0;
    a.d->vm_assist = 0;
    ck_assert(!FAULT(MOV, 100));
    a.d->vm_assist = 1UL << VMASST_TYPE_writable_pagetables;
    a.d->vcpu[0]->hot.kernel_mode = false;
    a.d->vcpu[0]->hot.user_cr3 = a.d->vcpu[0]->hot.kernel_cr3;
    ck_assert(get_frame_type(frame_of(a.mfn[PFN_L4]), a.d, FRAME_L4) == 0);
    ck_assert(!FAULT(MOV, 100));
    a.d->vcpu[0]->hot.kernel_mode = true;

    /* An L2; another page than the one that faulted; a misaligned store. */
    regs.rip = CODE;
    regs.rdi = page_va(PFN_L2);
    ck_assert(!fix_guest_fault(&regs, regs.rdi, WRITE_FAULT));
    ck_assert(!fix_guest_fault(&regs, ENTRY_VA(0), WRITE_FAULT));
    regs.rdi = ENTRY_VA(100) + 4;
    ck_assert(!fix_guest_fault(&regs, regs.rdi, WRITE_FAULT));
    /* No such instruction; code that cannot be read. */
    ck_assert(!FAULT("\x0f\x0b", 100));
    regs.rip = 0x1000;
    ck_assert(!fix_guest_fault(&regs, ENTRY_VA(100), WRITE_FAULT));
}
END_TEST

START_TEST(a_stale_translation_is_dropped)
{
    const uint32_t read = PF_USER;

    regs.rip = CODE;
    ck_assert(fix_guest_fault(&regs, page_va(9), read | PF_PRESENT));
    ck_assert(fix_guest_fault(&regs, page_va(9), WRITE_FAULT));
    /* What is not present is in no TLB: the guest's own fault, as on Xen. */
    ck_assert(!fix_guest_fault(&regs, page_va(9), read));
    ck_assert(!fix_guest_fault(&regs, page_va(300), read | PF_PRESENT));
    ck_assert(!fix_guest_fault(&regs, page_va(9),
                               read | PF_PRESENT | PF_RESERVED));
    ck_assert_int_eq(
        call_set_pte(&a, 9, entry_for(&a, 9, LEAF | PTE_NX), UVMF_INVLPG), 0);
    ck_assert(!fix_guest_fault(&regs, page_va(9),
                               read | PF_PRESENT | PF_FETCH));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ptwr");
    TCase *tc = tcase_create("ptwr");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, a_store_is_done_and_checked);
    tcase_add_test(tc, what_an_update_refuses_a_store_does_not_get);
    tcase_add_test(tc, exchanges_see_the_old_entry);
    tcase_add_test(tc, only_an_own_live_l1_and_only_on_request);
    tcase_add_test(tc, a_stale_translation_is_dropped);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
