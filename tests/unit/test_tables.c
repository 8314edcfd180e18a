// SPDX-License-Identifier: MIT
/*
 * The classic attacks on direct paging: each tries to end with a guest that
 * can write a live page table, or reach a frame that is not its own. After
 * every hypercall the model checks that it has not.
 */
#include <string.h>

#include "core/errno.h"
#include "core/memory/frame_table.h"
#include "model.h"
#include "unit.h"

static struct guest a, b;

#define SLOT2 pt_index(MODEL_VA, 2)
#define SLOT3 pt_index(MODEL_VA, 3)
#define SLOT4 pt_index(MODEL_VA, 4)

static void setup(void)
{
    model_start();
    model_guest(&a, 1, 2);
    model_guest(&b, 2, 1);
    model_run(1, b.d->vcpu[0]);
    model_run(0, a.d->vcpu[0]);
}

/* Page PFN is made a table of zeros that nothing maps writable. */
static void make_page_table_like(unsigned int pfn)
{
    memset(frame_words(a.mfn[pfn]), 0, PAGE_SIZE);
    ck_assert_int_eq(call_set_pte(&a, pfn, entry_for(&a, pfn, LEAF & ~PTE_RW),
                                  UVMF_INVLPG),
                     0);
}

static long set_l1(unsigned int slot, uint64_t entry)
{
    return call_mmu_update(&a, entry_address(&a, PFN_L1, slot), entry);
}

/* --- a writable mapping of a page table --- */

START_TEST(by_update)
{
    static const struct {
        unsigned int pfn;
        enum rule rule;
    } tables[] = {
        {PFN_L1, RULE_FRAME_IS_L1},
        {PFN_L2, RULE_FRAME_IS_L2},
        {PFN_L3, RULE_FRAME_IS_L3},
        {PFN_L4, RULE_FRAME_IS_L4},
    };
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(tables); i++) {
        uint64_t entry = entry_for(&a, tables[i].pfn, LEAF);

        ck_assert_int_eq(set_l1(5, entry), -EBUSY);
        ck_assert_int_eq(model_refusal(), tables[i].rule);
        ck_assert_int_eq(call_set_pte(&a, 5, entry, UVMF_INVLPG), -EBUSY);
        ck_assert_uint_eq(read_entry(&a, PFN_L1, 5) & PTE_ADDR,
                          mfn_to_maddr(a.mfn[5]).a);
        /* The old mapping is as it was. */
        ck_assert(guest_store(page_va(5), i));
        ck_assert(!guest_store(page_va(tables[i].pfn), 0));
    }
}
END_TEST

/* XSA-148, XSA-182: RW is not among the bits that change unchecked. */
START_TEST(by_fast_path)
{
    unsigned int pfn;

    for (pfn = PFN_L1; pfn <= PFN_L4; pfn++) {
        uint64_t now = read_entry(&a, PFN_L1, pfn);

        ck_assert_int_eq(set_l1(pfn, now | PTE_RW), -EBUSY);
        ck_assert_int_eq(call_mmu_update(&a,
                                         entry_address(&a, PFN_L1, pfn) |
                                             MMU_PT_UPDATE_PRESERVE_AD,
                                         now | PTE_RW),
                         -EBUSY);
        ck_assert_uint_eq(read_entry(&a, PFN_L1, pfn), now);
        ck_assert_int_eq(set_l1(pfn, now | PTE_D), 0);
        ck_assert(!guest_store(page_va(pfn), 0));
    }
}
END_TEST

/* A large page that covers the tables: through an update, through the fast
 * path of an L2, and inside a new table. */
START_TEST(by_large_page)
{
    uint64_t at = entry_address(&a, PFN_L2, SLOT2);
    uint64_t now = read_entry(&a, PFN_L2, SLOT2);
    uint64_t large = (a.mfn[PFN_L1].n & ~511UL) << PAGE_SHIFT;

    ck_assert_int_eq(call_mmu_update(&a, at, now | PTE_PSE), -EINVAL);
    ck_assert_int_eq(model_refusal(), RULE_TABLE_FLAGS);
    ck_assert_int_eq(call_mmu_update(&a, at + 8, large | LEAF | PTE_PSE),
                     -EINVAL);
    ck_assert_uint_eq(read_entry(&a, PFN_L2, SLOT2), now);

    make_page_table_like(9);
    frame_words(a.mfn[9])[0] = large | LEAF | PTE_PSE;
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L2_TABLE, a.mfn[9].n, 0),
                     -EINVAL);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L3_TABLE, a.mfn[9].n, 0),
                     -EINVAL);
}
END_TEST

/* A table that holds a writable mapping of itself or of another table. */
START_TEST(inside_a_new_table)
{
    make_page_table_like(9);
    frame_words(a.mfn[9])[3] = entry_for(&a, 9, LEAF);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L1_TABLE, a.mfn[9].n, 0),
                     -EBUSY);
    frame_words(a.mfn[9])[3] = entry_for(&a, PFN_L4, LEAF);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L1_TABLE, a.mfn[9].n, 0),
                     -EBUSY);
    ck_assert_uint_eq(frame_uses(frame_of(a.mfn[9])), 0);
    frame_words(a.mfn[9])[3] = entry_for(&a, 9, LEAF & ~PTE_RW);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L1_TABLE, a.mfn[9].n, 0), 0);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_UNPIN_TABLE, a.mfn[9].n, 0), 0);
}
END_TEST

/* Page 9 is writable somewhere, and is to become a table. */
START_TEST(a_writable_page_as_table)
{
    memset(frame_words(a.mfn[9]), 0, PAGE_SIZE);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L1_TABLE, a.mfn[9].n, 0),
                     -EINVAL);
    ck_assert_int_eq(model_refusal(), RULE_FRAME_IS_WRITABLE);
    ck_assert_int_eq(call_mmu_update(&a, entry_address(&a, PFN_L2, SLOT2 + 1),
                                     entry_for(&a, 9, TABLE)),
                     -EINVAL);
    /* The same frame twice in one list: as table, and writable in it. */
    make_page_table_like(9);
    frame_words(a.mfn[9])[0] = entry_for(&a, 9, LEAF);
    ck_assert_int_eq(call_mmu_update(&a, entry_address(&a, PFN_L2, SLOT2 + 1),
                                     entry_for(&a, 9, TABLE)),
                     -EBUSY);
}
END_TEST

/* The translation is stale, but the CPU still has it: on this CPU and on the
 * one where the other vCPU runs. */
START_TEST(by_stale_translation)
{
    model_run(1, a.d->vcpu[1]);
    ck_assert(guest_store(page_va(9), 0));
    model_cpu(0);
    ck_assert(guest_store(page_va(9), 0));
    memset(frame_words(a.mfn[9]), 0, PAGE_SIZE);
    ck_assert_int_eq(call_set_pte(&a, 9, entry_for(&a, 9, LEAF & ~PTE_RW),
                                  UVMF_NONE),
                     0);
    ck_assert(guest_store(page_va(9), 0)); /* nobody flushed: it may */
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L1_TABLE, a.mfn[9].n, 0), 0);
    ck_assert(!guest_store(page_va(9), entry_for(&a, PFN_L4, LEAF)));
    model_cpu(1);
    ck_assert(!guest_store(page_va(9), entry_for(&a, PFN_L4, LEAF)));
}
END_TEST

/* XSA-286: the L1 goes, its page becomes writable, and the CPU still walks it
 * for addresses that the L2 no longer translates. */
START_TEST(by_stale_paging_structure)
{
    const uint64_t va2 = MODEL_VA + (1UL << 21);
    uint64_t at = entry_address(&a, PFN_L2, SLOT2 + 1), value;

    make_page_table_like(9);
    frame_words(a.mfn[9])[0] = entry_for(&a, 10, LEAF);
    ck_assert_int_eq(call_mmu_update(&a, at, entry_for(&a, 9, TABLE)), 0);
    ck_assert(guest_load(va2, &value));
    ck_assert_int_eq(call_mmu_update(&a, at, 0), 0);
    ck_assert(!guest_load(va2, &value)); /* flushed with the L2 entry */
    ck_assert_int_eq(call_set_pte(&a, 9, entry_for(&a, 9, LEAF), UVMF_NONE), 0);
    ck_assert(guest_store(page_va(9), entry_for(&a, PFN_L4, LEAF)));
    ck_assert(!guest_load(va2, &value));
}
END_TEST

/* --- recursive entries --- */

START_TEST(recursive_entry_is_read_only)
{
    static const struct {
        unsigned int pfn;
        unsigned int slot;
    } tables[] = {{PFN_L2, 300}, {PFN_L3, 300}, {PFN_L4, 300}};
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(tables); i++) {
        uint64_t at = entry_address(&a, tables[i].pfn, tables[i].slot);
        uint64_t entry = entry_for(&a, tables[i].pfn, TABLE & ~PTE_RW);
        uint32_t uses = frame_uses(frame_of(a.mfn[tables[i].pfn]));

        ck_assert_int_eq(call_mmu_update(&a, at, entry | PTE_RW), -EINVAL);
        ck_assert_int_eq(model_refusal(), RULE_LINEAR_WRITABLE);
        ck_assert_int_eq(call_mmu_update(&a, at, entry), 0);
        /* XSA-182: the entry is there, and RW is all that would change. */
        ck_assert_int_eq(call_mmu_update(&a, at, entry | PTE_RW), -EINVAL);
        ck_assert_int_eq(
            call_mmu_update(&a, at | MMU_PT_UPDATE_PRESERVE_AD, entry | PTE_RW),
            -EINVAL);
        /* A table that refers to itself holds nothing by that. */
        ck_assert_uint_eq(frame_uses(frame_of(a.mfn[tables[i].pfn])), uses);
        ck_assert_int_eq(call_mmu_update(&a, at, 0), 0);
        ck_assert_uint_eq(frame_uses(frame_of(a.mfn[tables[i].pfn])), uses);
    }
}
END_TEST

/* What the guest sees there are its tables, which it cannot write. */
START_TEST(recursive_mapping_shows_tables)
{
    const uint64_t base = 0xffff800000000000UL | 300UL << 39;
    uint64_t l1e_va = base | (MODEL_VA >> 9 & 0x7ffffffff8UL), value;

    ck_assert_int_eq(call_mmu_update(&a, entry_address(&a, PFN_L4, 300),
                                     entry_for(&a, PFN_L4, TABLE & ~PTE_RW)),
                     0);
    ck_assert(guest_load(l1e_va, &value));
    ck_assert_uint_eq(value, read_entry(&a, PFN_L1, 0));
    ck_assert(!guest_store(l1e_va, 0));
    /* update_va_mapping does not take a table for a leaf there. */
    ck_assert_int_eq(model_call(do_update_va_mapping, l1e_va,
                                entry_for(&a, 5, LEAF), 0, 0),
                     -EINVAL);
    ck_assert_int_eq(model_refusal(), RULE_NO_L1_ENTRY);
}
END_TEST

/* Page PFN becomes a live, pinned copy of the top-level table. */
static void second_l4(unsigned int pfn)
{
    make_page_table_like(pfn);
    memcpy(frame_words(a.mfn[pfn]), frame_words(a.mfn[PFN_L4]), PAGE_SIZE);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L4_TABLE, a.mfn[pfn].n, 0), 0);
}

START_TEST(linear_entries_hold_the_other_table)
{
    uint64_t at = entry_address(&a, PFN_L4, 300);
    struct frame *other = frame_of(a.mfn[9]);

    second_l4(9);
    ck_assert_int_eq(call_mmu_update(&a, at, entry_for(&a, 9, TABLE & ~PTE_RW)),
                     0);
    ck_assert_uint_eq(frame_uses(other), 2);
    /* It stays a table without its pin, and gives everything back after. */
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_UNPIN_TABLE, a.mfn[9].n, 0), 0);
    ck_assert_uint_eq(frame_uses(other), 1);
    ck_assert_int_eq(frame_type(other), FRAME_L4);
    ck_assert_int_eq(call_set_pte(&a, 9, entry_for(&a, 9, LEAF), 0), -EBUSY);
    ck_assert_int_eq(call_mmu_update(&a, at, 0), 0);
    ck_assert_uint_eq(frame_uses(other), 0);
    ck_assert_int_eq(call_set_pte(&a, 9, entry_for(&a, 9, LEAF), 0), 0);
    ck_assert(guest_store(page_va(9), 1));
}
END_TEST

/* XSA-299: chains and circles would keep each other alive for ever. */
START_TEST(linear_entries_do_not_chain)
{
    second_l4(9);
    second_l4(10);
    ck_assert_int_eq(call_mmu_update(&a, entry_address(&a, PFN_L4, 300),
                                     entry_for(&a, 9, TABLE & ~PTE_RW)),
                     0);
    ck_assert_int_eq(call_mmu_update(&a, entry_address(&a, 9, 300),
                                     entry_for(&a, PFN_L4, TABLE & ~PTE_RW)),
                     -EINVAL);
    ck_assert_int_eq(model_refusal(), RULE_LINEAR_NESTED);
    ck_assert_int_eq(call_mmu_update(&a, entry_address(&a, 9, 300),
                                     entry_for(&a, 10, TABLE & ~PTE_RW)),
                     -EINVAL);
    ck_assert_int_eq(call_mmu_update(&a, entry_address(&a, 10, 300),
                                     entry_for(&a, PFN_L4, TABLE & ~PTE_RW)),
                     -EINVAL);
    ck_assert_int_eq(call_mmu_update(&a, entry_address(&a, 10, 300),
                                     entry_for(&a, 9, TABLE & ~PTE_RW)),
                     0);
}
END_TEST

/* --- foreign frames, frames that are no memory --- */

START_TEST(foreign_frames)
{
    uint64_t foreign = mfn_to_maddr(b.mfn[5]).a;

    ck_assert_int_eq(set_l1(5, foreign | LEAF), -EBUSY);
    ck_assert_int_eq(model_refusal(), RULE_FOREIGN_FRAME);
    ck_assert_int_eq(set_l1(5, foreign | (LEAF & ~PTE_RW)), -EBUSY);
    ck_assert_int_eq(call_set_pte(&a, 5, foreign | LEAF, 0), -EBUSY);
    ck_assert_int_eq(call_mmu_update(&a, entry_address(&a, PFN_L2, 7),
                                     entry_for(&b, PFN_L1, TABLE)),
                     -EINVAL);
    ck_assert_int_eq(call_mmu_update(&a, entry_address(&b, PFN_L1, 5), 0),
                     -EINVAL);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L4_TABLE, b.mfn[PFN_L4].n, 0),
                     -EINVAL);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_UNPIN_TABLE, b.mfn[PFN_L4].n, 0),
                     -EINVAL);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_NEW_BASEPTR, b.mfn[PFN_L4].n, 0),
                     -EINVAL);
    ck_assert_int_eq(
        call_mmuext(&a, MMUEXT_NEW_USER_BASEPTR, b.mfn[PFN_L4].n, 0), -EINVAL);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_CLEAR_PAGE, b.mfn[5].n, 0),
                     -EINVAL);
    ck_assert_int_eq(
        call_mmuext(&a, MMUEXT_COPY_PAGE, a.mfn[5].n, b.mfn[5].n), -EINVAL);
    ck_assert_int_eq(
        call_mmuext(&a, MMUEXT_COPY_PAGE, b.mfn[5].n, a.mfn[5].n), -EINVAL);
    /* Inside a table that is to become live. */
    make_page_table_like(9);
    frame_words(a.mfn[9])[511] = foreign | (LEAF & ~PTE_RW);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L1_TABLE, a.mfn[9].n, 0),
                     -EBUSY);
}
END_TEST

START_TEST(frames_of_nobody)
{
    mfn_t hypervisors = frames_alloc(0);
    uint64_t no_frame = PTE_ADDR;

    ck_assert_int_eq(set_l1(5, mfn_to_maddr(hypervisors).a | LEAF), -EBUSY);
    ck_assert_int_eq(model_refusal(), RULE_FRAME_OF_HYPERVISOR);
    ck_assert_int_eq(
        set_l1(5, mfn_to_maddr(hypervisors).a | (LEAF & ~PTE_RW)), -EBUSY);
    ck_assert_int_eq(set_l1(5, (uint64_t)MODEL_HOLE_START << PAGE_SHIFT | LEAF),
                     -EPERM);
    ck_assert_int_eq(set_l1(5, (uint64_t)MODEL_FRAMES << PAGE_SHIFT | LEAF),
                     -EPERM);
    ck_assert_int_eq(set_l1(5, no_frame | LEAF), -EINVAL);
    ck_assert_int_eq(set_l1(5, 0xfee00000UL | LEAF), -EPERM);
    ck_assert_int_eq(call_mmu_update(&a, entry_address(&a, PFN_L2, 7),
                                     mfn_to_maddr(hypervisors).a | TABLE),
                     -EINVAL);
    ck_assert_int_eq(call_mmu_update(&a, mfn_to_maddr(hypervisors).a, 0),
                     -EINVAL);
    ck_assert_int_eq(
        call_mmu_update(&a, (uint64_t)MODEL_HOLE_START << PAGE_SHIFT, 0),
        -EINVAL);
    ck_assert_int_eq(call_mmu_update(&a, ~7UL, 0), -EINVAL);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L1_TABLE, ~0UL, 0), -EINVAL);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_NEW_BASEPTR, 0, 0), -EINVAL);
}
END_TEST

/* --- bits and slots --- */

START_TEST(reserved_bits)
{
    static const uint64_t l1_bits[] = {PTE_PWT, PTE_PCD, PTE_PSE};
    static const uint64_t upper_bits[] = {PTE_PWT, PTE_PCD, PTE_PSE, PTE_G};
    unsigned int i, pfn;

    for (i = 0; i < ARRAY_SIZE(l1_bits); i++) {
        ck_assert_int_eq(set_l1(5, entry_for(&a, 5, LEAF | l1_bits[i])),
                         -EINVAL);
        ck_assert_int_eq(model_refusal(), RULE_L1_FLAGS);
        /* An entry that is not present may hold anything. */
        ck_assert_int_eq(
            set_l1(100, entry_for(&a, 5, (LEAF & ~PTE_P) | l1_bits[i])), 0);
    }
    for (i = 0; i < ARRAY_SIZE(upper_bits); i++) {
        for (pfn = PFN_L2; pfn <= PFN_L4; pfn++) {
            unsigned int slot = pfn == PFN_L2   ? SLOT2
                                : pfn == PFN_L3 ? SLOT3
                                                : SLOT4;

            ck_assert_int_eq(
                call_mmu_update(&a, entry_address(&a, pfn, slot),
                                read_entry(&a, pfn, slot) | upper_bits[i]),
                -EINVAL);
            ck_assert_int_eq(model_refusal(), RULE_TABLE_FLAGS);
        }
    }
    /* Bits 12 to 51 above what memory has are the frame's number. */
    ck_assert_int_eq(set_l1(5, entry_for(&a, 5, LEAF) | 1UL << 51), -EPERM);
    ck_assert_int_eq(set_l1(5, entry_for(&a, 5, LEAF | PTE_G | PTE_NX)), 0);
    ck_assert_int_eq(set_l1(5, entry_for(&a, 5, LEAF | PTE_AVAIL)), 0);
}
END_TEST

START_TEST(hypervisor_slots)
{
    unsigned int slot;
    uint64_t before[PT_ENTRIES];

    memcpy(before, frame_words(a.mfn[PFN_L4]), sizeof(before));
    for (slot = HV_FIRST_SLOT; slot <= HV_LAST_SLOT; slot++) {
        uint64_t at = entry_address(&a, PFN_L4, slot);

        ck_assert_int_eq(call_mmu_update(&a, at, entry_for(&a, PFN_L3, TABLE)),
                         -EINVAL);
        ck_assert_int_eq(model_refusal(), RULE_L4_SLOT);
        ck_assert_int_eq(call_mmu_update(&a, at, 0), -EINVAL);
        ck_assert_int_eq(
            call_mmu_update(&a, at | MMU_PT_UPDATE_PRESERVE_AD, before[slot]),
            -EINVAL);
    }
    ck_assert_int_eq(
        memcmp(before, frame_words(a.mfn[PFN_L4]), sizeof(before)), 0);
    ck_assert_int_eq(call_mmu_update(&a,
                                     entry_address(&a, PFN_L4,
                                                   HV_FIRST_SLOT - 1),
                                     entry_for(&a, PFN_L3, TABLE)),
                     0);
    ck_assert_int_eq(call_mmu_update(&a,
                                     entry_address(&a, PFN_L4,
                                                   HV_LAST_SLOT + 1),
                                     entry_for(&a, PFN_L3, TABLE)),
                     0);
}
END_TEST

/* What a guest leaves in those slots of a page is overwritten, not taken. */
START_TEST(hypervisor_slots_of_a_new_table)
{
    unsigned int slot;

    make_page_table_like(9);
    for (slot = HV_FIRST_SLOT; slot <= HV_LAST_SLOT; slot++)
        frame_words(a.mfn[9])[slot] = entry_for(&b, PFN_L3, TABLE);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L4_TABLE, a.mfn[9].n, 0), 0);
    for (slot = HV_FIRST_SLOT + 1; slot <= HV_LAST_SLOT; slot++)
        ck_assert_uint_eq(read_entry(&a, 9, slot),
                          read_entry(&a, PFN_L4, slot));
    ck_assert_uint_eq(read_entry(&a, 9, HV_FIRST_SLOT), 0);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_UNPIN_TABLE, a.mfn[9].n, 0), 0);
}
END_TEST

/* Slot 256, the M2P: shown by a kernel's table, and by no strict user's. */
START_TEST(m2p_slot)
{
    uint64_t m2p = read_entry(&a, PFN_L4, HV_FIRST_SLOT);

    ck_assert_uint_ne(m2p, 0);
    make_page_table_like(9);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_NEW_USER_BASEPTR, a.mfn[9].n, 0),
                     0);
    ck_assert_uint_eq(read_entry(&a, 9, HV_FIRST_SLOT), 0);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_NEW_USER_BASEPTR, 0, 0), 0);

    a.d->vm_assist = 1ul << VMASST_TYPE_m2p_strict;
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_PIN_L4_TABLE, a.mfn[9].n, 0), 0);
    ck_assert_uint_eq(read_entry(&a, 9, HV_FIRST_SLOT), m2p);
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_NEW_USER_BASEPTR, a.mfn[9].n, 0),
                     0);
    ck_assert_uint_eq(read_entry(&a, 9, HV_FIRST_SLOT), 0);

    a.d->vm_assist = 0;
    ck_assert_int_eq(call_mmuext(&a, MMUEXT_NEW_BASEPTR, a.mfn[9].n, 0), 0);
    ck_assert_uint_eq(read_entry(&a, 9, HV_FIRST_SLOT), m2p);
}
END_TEST

/* Addresses in those slots, and such as no processor translates (XSA-279). */
START_TEST(addresses_that_are_not_the_guests)
{
    static const uint64_t bad[] = {
        0x0000800000000000, 0x8000000000000000, 0xffff7ffffffff000,
        M2P_START,          PERDOMAIN_START,    IMAGE_START,
        DIRECTMAP_START,    HV_VIRT_END - 1,    0x1234567890abcdef,
    };
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(bad); i++) {
        ck_assert_int_eq(model_call(do_update_va_mapping, bad[i],
                                    entry_for(&a, 5, LEAF), UVMF_INVLPG, 0),
                         -EINVAL);
        ck_assert_int_eq(call_mmuext(&a, MMUEXT_INVLPG_LOCAL, bad[i], 0), 0);
        ck_assert_int_eq(call_mmuext(&a, MMUEXT_INVLPG_ALL, bad[i], 0), 0);
        ck_assert_int_eq(
            model_call(do_mmu_update, bad[i] & ~15UL, 1, 0, DOMID_SELF),
            -EFAULT);
        ck_assert_int_eq(
            model_call(do_mmuext_op, bad[i] & ~15UL, 1, 0, DOMID_SELF),
            -EFAULT);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tables");
    TCase *tc = tcase_create("attacks");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, by_update);
    tcase_add_test(tc, by_fast_path);
    tcase_add_test(tc, by_large_page);
    tcase_add_test(tc, inside_a_new_table);
    tcase_add_test(tc, a_writable_page_as_table);
    tcase_add_test(tc, by_stale_translation);
    tcase_add_test(tc, by_stale_paging_structure);
    tcase_add_test(tc, recursive_entry_is_read_only);
    tcase_add_test(tc, recursive_mapping_shows_tables);
    tcase_add_test(tc, linear_entries_hold_the_other_table);
    tcase_add_test(tc, linear_entries_do_not_chain);
    tcase_add_test(tc, foreign_frames);
    tcase_add_test(tc, frames_of_nobody);
    tcase_add_test(tc, reserved_bits);
    tcase_add_test(tc, hypervisor_slots);
    tcase_add_test(tc, hypervisor_slots_of_a_new_table);
    tcase_add_test(tc, m2p_slot);
    tcase_add_test(tc, addresses_that_are_not_the_guests);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
