// SPDX-License-Identifier: MIT
/*
 * Stores to entries, and loading a top-level table. The rule: an entry of a
 * table that is not live is written in place, one of a live table by
 * hypercall; both hold machine addresses.
 */
#include "xenpv.h"

static unsigned slot_of(const void *entry)
{
    return (unsigned)((uintptr_t)entry / 8 % ENTRIES);
}

static bool is_xen_slot(unsigned slot)
{
    return slot >= XEN_SLOT_FIRST && slot <= XEN_SLOT_LAST;
}

/* What user mode's top-level table has in this slot. */
static void mirror_l4(unsigned long l4, unsigned slot, uint64_t raw, bool user)
{
    bool was_there = pv_xen_frames[l4].user_l4;

    if (!pv_is_user_slot(slot) || (!was_there && !user))
        return;
    pv_batch_store(&pv_table_of(pv_user_table_of(l4))[slot], user ? raw : 0,
                   4);
    if (!was_there && l4 == pv_xen_l4)
        pv_xenpv_write_cr3(l4 << PAGE_SHIFT); /* tells Xen of it */
}

/* Whether what is behind the entry is user mode's. */
static bool leads_to_user(unsigned long pfn, const uint64_t *entry, int level,
                          uint64_t value)
{
    return level == 4 ? pv_is_user_entry(slot_of(entry), value)
                      : pv_xen_frames[pfn].flags & FRAME_USER;
}

static void store_live(uint64_t *entry, unsigned long pfn, int level,
                       uint64_t value)
{
    uint64_t old, raw = pv_entry_to_machine(value);
    unsigned long old_pfn = NO_FRAME, new_pfn = NO_FRAME;

    pv_batch_settle(entry);
    old = *entry;
    if (old & PTE_P)
        old_pfn = pv_mfn_to_pfn((old & PTE_ADDRESS) >> PAGE_SHIFT);
    if (raw & PTE_P)
        new_pfn = (value & PTE_ADDRESS) >> PAGE_SHIFT;

    if (level == 1) {
        if (raw & PTE_P)
            raw &= ~PTE_CACHING;
        if (new_pfn != NO_FRAME &&
            pv_xen_frames[new_pfn].flags & FRAME_READ_ONLY)
            raw &= ~PTE_W;
        if (pv_kernel.guard_pages && leads_to_user(pfn, entry, level, value))
            raw = pv_guard_of(raw);
        else if (new_pfn == old_pfn && new_pfn != NO_FRAME &&
                 !(raw & PTE_U) &&
                 (old & (PTE_U | PTE_XEN_KERNEL)) == PTE_U)
            pv_report("U is cleared in the entry at %x, for physical address "
                      "%x: user mode can still use the page under Xen; a "
                      "guard page must be not present, or the kernel says "
                      "guard_pages",
                      (unsigned long)entry, new_pfn << PAGE_SHIFT);
        pv_guard_forget(entry);
        pv_batch_store(entry, raw, 1);
        return;
    }

    if (raw & PTE_P && raw & PTE_PSE) {
        pv_report("a large page at level %d, entry %x: a guest's pages are "
                  "4 kB", (long)level, value);
        return;
    }
    if (new_pfn != NO_FRAME && !pv_table_go_live(new_pfn, level - 1,
                          leads_to_user(pfn, entry, level, value)))
        return;
    pv_batch_store(entry, raw, level);
    if (level == 4)
        mirror_l4(pfn, slot_of(entry), raw,
                  leads_to_user(pfn, entry, level, value));
    if (old_pfn != NO_FRAME) {
        pv_table_unref(old_pfn);
        pv_batch_flush(); /* the kernel may free it now */
    }
}

static void store(void *entry, int level, uint64_t value)
{
    unsigned long pfn;
    struct frame *frame = pv_frame_of(entry, &pfn);

    unsigned long flags;

    if (!frame) {
        pv_report("the entry at %x is not in the direct map or the image",
                  (unsigned long)entry);
        return;
    }
    if (!(frame->flags & FRAME_READ_ONLY)) {
        uint64_t raw = pv_entry_to_machine(value);

        if (level == 1 && raw & PTE_P)
            raw &= ~PTE_CACHING;
        *(volatile uint64_t *)entry = raw;
        return;
    }
    flags = pv_mmu_enter();
    if (frame->flags & FRAME_LIVE && frame->level) {
        if (level && level != frame->level)
            pv_report("an entry of level %d is written to the table at %x, "
                      "which is of level %d", (long)level, pfn << PAGE_SHIFT,
                      (long)frame->level);
        store_live(entry, pfn, frame->level, value);
    } else {
        store_live(entry, pfn, level ? level : 1, value);
    }
    pv_mmu_leave(flags);
}

void pv_xenpv_pte_store(void *entry, unsigned long value)
{
    store(entry, 0, value);
}

void pv_xenpv_pte_store_l1(void *entry, unsigned long value)
{
    store(entry, 1, value);
}

void pv_xenpv_pte_store_l2(void *entry, unsigned long value)
{
    store(entry, 2, value);
}

void pv_xenpv_pte_store_l3(void *entry, unsigned long value)
{
    store(entry, 3, value);
}

void pv_xenpv_pte_store_l4(void *entry, unsigned long value)
{
    store(entry, 4, value);
}

unsigned long pv_xenpv_pte_load(const void *entry)
{
    uint64_t raw, value;
    unsigned long pfn;

    pv_batch_settle(entry);
    raw = *(const volatile uint64_t *)entry;
    value = pv_entry_to_physical(raw);
    if (raw & PTE_P && !(value & PTE_P) && pv_frame_of(entry, &pfn) &&
        !(pv_xen_frames[pfn].level == 4 && is_xen_slot(slot_of(entry))))
        pv_report("the entry at %x holds %x, which names no machine frame of "
                  "this guest%s", (unsigned long)entry, raw,
                  (raw & PTE_ADDRESS) >> PAGE_SHIFT < pv_xen_nr_pages
                      ? ": a pseudo-physical frame, not a machine frame, was "
                        "stored in it, not by pv_pte_store"
                      : "");
    return value;
}

/*
 * What call sites call, who keep all registers: so frequent that only those
 * that it needs are saved. What is not as usual goes the way of above: a change
 * of it may wait, or the entry names no frame of the guest.
 */
#define KEEPS_REGISTERS __attribute__((no_caller_saved_registers, noinline))

KEEPS_REGISTERS static unsigned long load_with_care(const void *entry)
{
    __asm__ volatile("cld" : : : "memory"); /* the site's flag can be any */
    return pv_xenpv_pte_load(entry);
}

KEEPS_REGISTERS unsigned long pv_xenpv_pte_load_quick(const void *entry);
KEEPS_REGISTERS unsigned long pv_xenpv_pte_load_quick(const void *entry)
{
    uint64_t raw;
    unsigned long mfn, pfn;

    if (pv_batch_may_hold(entry))
        return load_with_care(entry);
    raw = *(const volatile uint64_t *)entry;
    if (!(raw & PTE_P))
        return raw & PTE_GUARD ? load_with_care(entry) : raw;
    mfn = (raw & PTE_ADDRESS) >> PAGE_SHIFT;
    if (mfn >= MACH2PHYS_NR_ENTRIES)
        return load_with_care(entry);
    pfn = machine_to_phys_mapping[mfn];
    if (pfn >= pv_xen_nr_pages || pv_xen_p2m[pfn] != mfn)
        return load_with_care(entry);
    if (raw & PTE_XEN_KERNEL)
        raw &= ~(PTE_XEN_KERNEL | PTE_U);
    return pfn << PAGE_SHIFT | (raw & ~PTE_ADDRESS);
}

int pv_xenpv_pte_test(const void *entry, unsigned long bits)
{
    return (pv_xenpv_pte_load(entry) & bits) != 0;
}

unsigned long pv_xenpv_pte_xchg(void *entry, unsigned long value)
{
    unsigned long flags = pv_mmu_enter();
    unsigned long old = pv_xenpv_pte_load(entry);

    store(entry, 0, value);
    pv_mmu_leave(flags);
    return old;
}

void pv_xenpv_table_clear(void *addr, unsigned long count)
{
    unsigned long flags = pv_xenpv_lazy_begin();
    uint64_t *entry = addr;

    pv_batch_flush();
    for (unsigned long i = 0; i < count / 8; i++)
        if (entry[i])
            store(&entry[i], 0, 0);
    pv_xenpv_lazy_end(flags);
}

/* Slots that are Xen's are left alone. */
void pv_xenpv_table_copy(void *addr, const void *from, unsigned long count)
{
    const uint64_t *source = from;
    unsigned long flags = pv_xenpv_lazy_begin();
    uint64_t *entry = addr;

    pv_batch_flush();
    for (unsigned long i = 0; i < count / 8; i++) {
        uint64_t value = pv_entry_to_physical(source[i]);

        if (value || entry[i])
            store(&entry[i], 0, value);
    }
    pv_xenpv_lazy_end(flags);
}

unsigned long pv_xenpv_read_cr3(void)
{
    return pv_xen_l4 << PAGE_SHIFT;
}

/* The loader's own tables hold writable mappings of all memory: Xen must
 * forget them when the kernel has others. */
static void forget_loader_tables(unsigned long old)
{
    struct mmuext_op op = { .cmd = MMUEXT_UNPIN_TABLE };

    if (!pv_is_early_table(old))
        return;
    op.arg1.mfn = pv_pfn_to_mfn(old);
    pv_xen_ok(hypercall_mmuext_op(&op, 1, NULL, DOMID_SELF),
           "mmuext_op UNPIN_TABLE of the loader's", old, op.arg1.mfn,
           "the loader did not pin it");
}

void pv_xenpv_write_cr3(unsigned long value)
{
    unsigned long pfn = (value & PTE_ADDRESS) >> PAGE_SHIFT, old = pv_xen_l4;
    struct mmuext_op ops[2] = { { .cmd = MMUEXT_NEW_BASEPTR },
                                { .cmd = MMUEXT_NEW_USER_BASEPTR } };
    unsigned long flags;

    if (pfn >= pv_xen_nr_pages) {
        pv_report("mov to cr3 names %x, and memory ends at %x", value,
                  pv_xen_nr_pages << PAGE_SHIFT);
        return;
    }
    flags = pv_mmu_enter();
    pv_batch_flush();
    if (!(pv_xen_frames[pfn].flags & FRAME_READ_ONLY) && !pv_l4_pin(pfn))
        pv_fatal("a top-level table was refused");

    ops[0].arg1.mfn = pv_pfn_to_mfn(pfn);
    ops[1].arg1.mfn = pv_xen_frames[pfn].user_l4
                          ? pv_pfn_to_mfn(pv_xen_frames[pfn].user_l4)
                          : 0; /* none */
    if (pv_xen_ok(hypercall_mmuext_op(ops, 2, NULL, DOMID_SELF),
                "mmuext_op NEW_BASEPTR, NEW_USER_BASEPTR", ops[0].arg1.mfn,
                ops[1].arg1.mfn, "the table is not a top-level table")) {
        pv_xen_l4 = pfn;
        pv_xen_user_missing = (pv_xen_user_missing & USER_NO_STACK) |
                              (ops[1].arg1.mfn ? 0 : USER_NO_TABLE);
        if (old != pfn)
            forget_loader_tables(old);
    }
    pv_mmu_leave(flags);
}

static void mmuext(unsigned cmd, unsigned long address)
{
    struct mmuext_op op = { .cmd = cmd };
    unsigned long flags = pv_mmu_enter();

    pv_batch_flush();
    pv_mmu_leave(flags);
    op.arg1.linear_addr = address;
    pv_xen_ok(hypercall_mmuext_op(&op, 1, NULL, DOMID_SELF), "mmuext_op", cmd,
           address, "the address is not canonical");
}

void pv_xenpv_invlpg(const void *addr)
{
    mmuext(MMUEXT_INVLPG_LOCAL, (unsigned long)addr);
}

void pv_xenpv_flush_tlb(void)
{
    mmuext(MMUEXT_TLB_FLUSH_LOCAL, 0);
}

void pv_xenpv_flush_tlb_global(void)
{
    mmuext(MMUEXT_TLB_FLUSH_LOCAL, 0);
}
