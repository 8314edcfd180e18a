// SPDX-License-Identifier: MIT
/*
 * The life of a page-table page.
 *
 * A table is ordinary memory while the kernel builds it. It goes live when
 * its tree is loaded for the first time, or when a live table comes to point
 * to it: no entry of the tree may map any live table writable, the kernel's
 * own mappings of the pages become read-only, and Xen takes the tree. When
 * the last live entry that points to it is gone, it is ordinary memory again.
 *
 * Going live has three steps over the whole new tree, because a table may be
 * mapped by an L1 that comes earlier or later: mark all pages; take away
 * write permission from entries that map marked pages; make the pages
 * read-only where the kernel has them mapped now.
 */
#include "xenpv.h"

bool pv_is_user_slot(unsigned slot)
{
    return slot < (pv_kernel.user_slots ? pv_kernel.user_slots
                                        : XEN_SLOT_FIRST);
}

/* Of a top-level table. */
bool pv_is_user_entry(unsigned slot, uint64_t value)
{
    return pv_is_user_slot(slot) &&
           (value & (PTE_P | PTE_U)) == (PTE_P | PTE_U);
}

static bool skip_slot(int level, unsigned index)
{
    return level == 4 && index >= XEN_SLOT_FIRST && index <= XEN_SLOT_LAST;
}

static unsigned long target(uint64_t entry)
{
    return pv_mfn_to_pfn((entry & PTE_ADDRESS) >> PAGE_SHIFT);
}

/* Step 1. False if the tree cannot go live; what is wrong is said. */
static bool mark(unsigned long pfn, int level, bool user)
{
    struct frame *frame = &pv_xen_frames[pfn];
    uint64_t *table = pv_table_of(pfn);
    bool ok = true;

    if (frame->flags & FRAME_LIVE) {
        if (frame->level != level) {
            pv_report("the page at %x is a live table of level %d and cannot "
                      "be one of level %d too", pfn << PAGE_SHIFT,
                      (long)frame->level, (long)level);
            return false;
        }
        frame->refs++;
        return true;
    }
    frame->flags |= FRAME_LIVE | FRAME_NEW | (user ? FRAME_USER : 0);
    frame->level = (uint8_t)level;
    frame->refs = 1;
    for (unsigned i = 0; level == 1 && user && i < ENTRIES; i++)
        table[i] = pv_guard_of(table[i]);
    for (unsigned i = 0; level > 1 && i < ENTRIES; i++) {
        if (!(table[i] & PTE_P) || skip_slot(level, i))
            continue;
        if (target(table[i]) == NO_FRAME) {
            pv_report("entry %d of the level %d table at %x does not name "
                      "memory of this guest: %x", (long)i, (long)level,
                      pfn << PAGE_SHIFT, table[i]);
            return false;
        }
        ok &= mark(target(table[i]), level - 1,
                   level == 4 ? pv_is_user_entry(i, table[i]) : user);
    }
    return ok;
}

#define VA_BITS ((1ul << 48) - 1)
#define VA_UNKNOWN (~0ul)

/* A kernel maps all memory, tables too, and need not know that they become
 * read-only there. A mapping elsewhere was made on purpose, so it is said. */
static void say_if_odd(unsigned long va, unsigned long pfn)
{
    unsigned long pa = pfn << PAGE_SHIFT;

    if (va == VA_UNKNOWN ||
        !((va ^ (unsigned long)pv_table_of(pfn)) & VA_BITS) ||
        !((va ^ (pv_kernel.virt_base + pa)) & VA_BITS))
        return;
    pv_report("the page-table or descriptor page at %x is mapped writable at "
              "%x (48 bits) too: there it is read-only from now on", pa, va);
}

/* Step 2. `va` is what the table's first entry maps, if it is known. */
static void take_write_permission(unsigned long pfn, unsigned long va)
{
    struct frame *frame = &pv_xen_frames[pfn];
    uint64_t *table = pv_table_of(pfn);
    int shift = PAGE_SHIFT + 9 * (frame->level - 1);

    if (!(frame->flags & FRAME_NEW))
        return;
    for (unsigned i = 0; i < ENTRIES; i++) {
        unsigned long to, at = va == VA_UNKNOWN
                                   ? va
                                   : va | (unsigned long)i << shift;

        if (!(table[i] & PTE_P) || skip_slot(frame->level, i))
            continue;
        to = target(table[i]);
        if (frame->level > 1) {
            take_write_permission(to, at);
        } else if (table[i] & PTE_W && to != NO_FRAME &&
                   pv_xen_frames[to].flags & FRAME_READ_ONLY) {
            table[i] &= ~PTE_W;
            say_if_odd(at, to);
        }
    }
}

/* Step 3. */
static void make_read_only(unsigned long pfn)
{
    struct frame *frame = &pv_xen_frames[pfn];
    uint64_t *table = pv_table_of(pfn);

    if (!(frame->flags & FRAME_NEW))
        return;
    frame->flags &= (uint8_t)~FRAME_NEW;
    for (unsigned i = 0; frame->level > 1 && i < ENTRIES; i++)
        if (table[i] & PTE_P && !skip_slot(frame->level, i))
            make_read_only(target(table[i]));
    pv_page_make_read_only(pfn);
}

bool pv_table_go_live(unsigned long pfn, int level, bool user)
{
    if (!pv_tree_is_good(pfn, level) || !mark(pfn, level, user))
        return false;
    take_write_permission(pfn, level == 4 ? 0 : VA_UNKNOWN);
    make_read_only(pfn);
    return true;
}

/* One live entry fewer points to this table. */
void pv_table_unref(unsigned long pfn)
{
    struct frame *frame = &pv_xen_frames[pfn];
    uint64_t *table = pv_table_of(pfn);

    if (!(frame->flags & FRAME_LIVE) || frame->flags & FRAME_FIXED ||
        --frame->refs)
        return;
    if (frame->level > 1)
        pv_batch_settle_above();
    for (unsigned i = 0; frame->level > 1 && i < ENTRIES; i++)
        if (table[i] & PTE_P && !skip_slot(frame->level, i))
            pv_table_unref(target(table[i]));
    pv_guard_close(); /* some may be in this table */
    frame->flags &= (uint8_t)~(FRAME_LIVE | FRAME_USER);
    pv_page_make_writable(pfn);
}

static void pin(unsigned long pfn)
{
    pv_batch_op(MMUEXT_PIN_L4_TABLE, pfn, "mmuext_op PIN_L4_TABLE",
                "a table of the tree is mapped writable somewhere, or an "
                "entry of it is none");
}

/* User mode's own top-level table: what is user mode's of this one. Kernel
 * memory is not in it, for Xen lets user mode read whatever is mapped. */
unsigned long pv_user_table_of(unsigned long l4)
{
    struct frame *frame = &pv_xen_frames[l4];
    uint64_t *from = pv_table_of(l4), *to;
    unsigned long pfn;

    if (frame->user_l4)
        return frame->user_l4;
    pv_batch_settle_above();
    to = pv_new_page();
    if (!to)
        pv_fatal("no memory for user mode's top-level table");
    for (unsigned i = 0; i < ENTRIES; i++)
        to[i] = pv_is_user_entry(i, from[i]) ? from[i] : 0;

    pfn = pv_kernel.virt_to_phys(to) >> PAGE_SHIFT;
    pv_xen_frames[pfn].flags |= FRAME_LIVE;
    pv_xen_frames[pfn].level = 4;
    pv_xen_frames[pfn].refs = 1;
    pv_page_make_read_only(pfn);
    pin(pfn);
    frame->user_l4 = (uint32_t)pfn;
    return pfn;
}

static bool has_user_part(unsigned long l4)
{
    uint64_t *table = pv_table_of(l4);

    for (unsigned i = 0; i < ENTRIES; i++)
        if (pv_is_user_entry(i, table[i]))
            return true;
    return false;
}

bool pv_l4_pin(unsigned long pfn)
{
    bool user = has_user_part(pfn), good;
    unsigned before = pv_batch_begin();

    good = pv_table_go_live(pfn, 4, false);
    if (good)
        pin(pfn);
    if (good && user)
        pv_user_table_of(pfn);
    return pv_batch_end(before) && good;
}

static void unpin(unsigned long pfn)
{
    pv_batch_op(MMUEXT_UNPIN_TABLE, pfn, "mmuext_op UNPIN_TABLE",
                "it was not pinned");
}

static bool is_loaded(unsigned long pfn)
{
    for (unsigned cpu = 0; cpu < PV_MAX_CPUS; cpu++)
        if (pv_xen_l4_of[cpu] == pfn)
            return true;
    return false;
}

static void release(struct frame *frame, unsigned long pfn)
{
    unsigned long user = frame->user_l4;
    unsigned before;

    if (frame->level != 4 || is_loaded(pfn)) {
        pv_report("the table at %x %s and cannot be released",
                  pfn << PAGE_SHIFT,
                  frame->level == 4 ? "is loaded" : "is no top-level table");
        return;
    }
    frame->user_l4 = 0;
    before = pv_batch_begin();
    unpin(pfn);
    if (user) {
        unpin(user);
        pv_xen_frames[user].flags = 0;
        pv_page_make_writable(user);
    }
    pv_table_unref(pfn);
    pv_batch_end(before);
    if (user)
        pv_kernel.page_free(pv_table_of(user));
}

void pv_xenpv_table_release(void *addr)
{
    unsigned long pfn, flags = pv_mmu_enter();
    struct frame *frame = pv_frame_of(addr, &pfn);

    if (frame && frame->flags & FRAME_LIVE)
        release(frame, pfn); /* else it was never loaded */
    pv_mmu_leave(flags);
}
