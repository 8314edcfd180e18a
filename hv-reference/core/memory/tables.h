/* SPDX-License-Identifier: MIT */
/*
 * Live page tables, for the files of memory management alone. Whoever calls
 * anything here holds the memory lock of the tables' owner.
 *
 * -EINTR from any of these: preempted. A table that was being checked is
 * PARTIAL and is carried on with by asking again; one that was being undone is
 * PARTIAL too, and must be remembered with undo_later().
 */
#ifndef HV_TABLES_H
#define HV_TABLES_H

#include "core/errno.h"
#include "core/memory/frame_table.h"
#include "core/hw.h"
#include "core/memory/pte.h"
#include "explain/refuse.h"

struct vcpu;

/* --- tables.c: whole tables --- */

/*
 * Check all entries of FRAME and take what they refer to, from .progress on.
 * The caller's one reference and one use become those of the valid table; on
 * failure they are gone: given to a partial table, or given back.
 */
int make_table(struct frame *frame, enum frame_type type);
/* Give back one use and reference; the last one undoes the table. */
int put_table(struct frame *frame);
/* Carry on with giving back what a PARTIAL table still holds. */
int undo_partial(struct frame *frame);
/* The same, to the end. */
void finish_undoing(struct frame *frame);

/*
 * Undoing FRAME was preempted: the current vCPU carries on at the start of its
 * next memory hypercall, with undo_unfinished(). -EINTR: not done yet.
 */
void undo_later(struct frame *frame);
int undo_unfinished(struct vcpu *v);

/* --- entries.c: single entries --- */

/* Take what a present ENTRY for TABLE, of LEVEL 2 to 4, refers to. */
int get_upper_entry(struct frame *table, uint64_t entry, int level);
/* Give it back. */
int put_upper_entry(struct frame *table, uint64_t entry, int level);

/*
 * Take what a present L1 entry refers to: a frame of OWNER's. -EINVAL, -EBUSY
 * or (nothing there that a guest may have) -EPERM.
 */
int get_l1_slowly(uint64_t entry, const struct domain *owner);

/* --- update.c: changing one entry of a live table --- */

/*
 * Does the guest ask (vm_assist) that user mode never see the M2P? And let the
 * top table L4 show it, or not.
 */
bool m2p_is_strict(const struct domain *d);
void show_m2p(const struct domain *d, mfn_t l4, bool show);

/*
 * Put NEW into the entry SLOT of TABLE, whose type says its level. L1 entries
 * may refer to frames of OWNER, all others to those of the table's owner.
 * KEEP_AD: the processor's accessed and dirty bits survive.
 */
int update_entry(struct frame *table, unsigned int slot, uint64_t new,
                 const struct domain *owner, bool keep_ad);

/*
 * Replace the L1 entry at AT, if it still is OLD, by NEW: -EAGAIN if it is not
 * (the processor sets A and D). AT is a window into a live L1 of OWNER's.
 */
int exchange_l1(uint64_t *at, uint64_t old, uint64_t new,
                const struct domain *owner);

/* --- va_mapping.c --- */

/* The live table that holds VA's L1 entry for V's kernel; NULL: none does. */
struct frame *find_l1(const struct vcpu *v, uint64_t va);

/* --- roots.c --- */

int pin_step(struct domain *d, mfn_t mfn, unsigned int level);
int unpin_step(struct domain *d, mfn_t mfn);

/* --- descriptors.c --- */

/* Make all descriptors of FRAME harmless, or refuse: -EINVAL. */
int check_descriptor_page(struct frame *frame);
/* Is there nothing left to be done to them? */
bool descriptor_page_ok(const struct frame *frame);

/* --- data frames: the short paths --- */

/*
 * What the state of a data frame becomes by one more reference, and, if it is
 * to be WRITABLE, one more use as that: it is writable already, or was nothing
 * yet, so that there is nothing stale to flush. 0: not as simply as that.
 */
static inline uint64_t one_more(uint64_t old, bool writable)
{
    const uint64_t usual = TYPE(FRAME_WRITABLE) | F_VALID;
    const uint64_t nothing_yet =
        TYPE_MASK | F_VALID | F_PARTIAL | F_SHARED | USE_MASK | REF_FULL;

    /* What has a type is alive. */
    if (writable && (old & (TYPE_MASK | F_VALID | REF_FULL)) == usual)
        return old + REF_ONE + USE_ONE;
    if (!(old & REF_MASK) || (old & (writable ? nothing_yet : REF_FULL)))
        return 0;
    return old + REF_ONE + (writable ? USE_ONE + usual : 0);
}

static inline int get_l1_entry(uint64_t entry, const struct domain *owner)
{
    uint64_t n = pte_mfn(entry).n, old, new;
    struct frame *frame;

    if (n < frame_limit && !(entry & PTE_REFUSED_L1)) {
        frame = &FRAME_TABLE[n];
        old = state_of(frame);
        new = one_more(old, entry & PTE_RW);
        if (new && frame->owner == owner && swap_state(frame, &old, new)) {
            if (frame->owner == owner)
                return 0;
            if (entry & PTE_RW)
                __atomic_fetch_sub(&frame->state, USE_ONE, __ATOMIC_RELAXED);
            put_frame(frame);
        }
    }
    return get_l1_slowly(entry, owner);
}

/* One use of a frame that is no table, and its reference. */
static inline void put_data_use(struct frame *frame)
{
    uint64_t old = state_of(frame), new;

    do {
        /* Stamped before the use falls: from then on the type may change. */
        if ((old & USE_MASK) == USE_ONE)
            write_once(frame->stamp, hw_flush_clock());
        new = old - REF_ONE - USE_ONE;
        if (!(new & REF_MASK))
            new &= F_RAM | F_SHARED; /* a dead frame has no type */
    } while (!swap_state(frame, &old, new));

    if (!(new & REF_MASK))
        release_frame(frame);
}

static inline void put_l1_entry(uint64_t entry)
{
    struct frame *frame = &FRAME_TABLE[pte_mfn(entry).n];

    if (entry & PTE_RW)
        put_data_use(frame);
    else
        put_frame(frame);
}

#endif
