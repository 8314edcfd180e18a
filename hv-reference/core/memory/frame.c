// SPDX-License-Identifier: MIT
/*
 * References and types of frames.
 *
 * The rule: a frame has one type at a time, and it changes only while no use
 * of the old one is left and after every CPU has dropped the translations that
 * it may still hold from then (flush_stale). References to a guest's own data
 * frames are taken and given back without a lock; the types of tables and of
 * descriptor pages change under the memory lock of their owner.
 */
#include "core/domain.h"
#include "core/errno.h"
#include "core/memory/frame_table.h"
#include "core/hw.h"
#include "core/memory/tables.h"
#include "explain/refuse.h"

uint64_t frame_limit;

bool mfn_valid(mfn_t mfn)
{
    return mfn.n < frame_limit && (state_of(&FRAME_TABLE[mfn.n]) & F_RAM);
}

struct frame *frame_of(mfn_t mfn)
{
    return &FRAME_TABLE[mfn.n];
}

mfn_t frame_mfn(const struct frame *frame)
{
    return MFN((uint64_t)(frame - FRAME_TABLE));
}

struct domain *frame_owner(const struct frame *frame)
{
    return frame->owner;
}

enum frame_type frame_type(const struct frame *frame)
{
    return state_type(state_of(frame));
}

uint32_t frame_refs(const struct frame *frame)
{
    return (uint32_t)((state_of(frame) & REF_MASK) / REF_ONE);
}

uint32_t frame_uses(const struct frame *frame)
{
    return (uint32_t)(state_of(frame) & USE_MASK);
}

bool frame_pinned(const struct frame *frame)
{
    return state_of(frame) & F_PINNED;
}

/* --- why not --- */

int refuse_frame(int error, const struct frame *frame)
{
    static const enum rule in_use[] = {
        [FRAME_NONE] = RULE_FRAME_BUSY,
        [FRAME_L1] = RULE_FRAME_IS_L1,
        [FRAME_L2] = RULE_FRAME_IS_L2,
        [FRAME_L3] = RULE_FRAME_IS_L3,
        [FRAME_L4] = RULE_FRAME_IS_L4,
        [FRAME_DESC] = RULE_FRAME_IS_DESC,
        [FRAME_WRITABLE] = RULE_FRAME_IS_WRITABLE,
        [FRAME_SHARED] = RULE_FRAME_IS_SHARED,
    };
    uint64_t state = state_of(frame);

    return refuse(in_use[state_type(state)], error, frame_mfn(frame).n,
                  state & USE_MASK);
}

int refuse_owner(int error, mfn_t mfn)
{
    const struct domain *owner;

    if (!mfn_valid(mfn))
        return refuse(RULE_NO_SUCH_FRAME, error, mfn.n, frame_limit);
    owner = frame_of(mfn)->owner;
    if (!owner)
        return refuse(RULE_FRAME_OF_HYPERVISOR, error, mfn.n, 0);
    return refuse(RULE_FOREIGN_FRAME, error, mfn.n, owner->id);
}

/* --- references --- */

bool get_frame(struct frame *frame, const struct domain *owner)
{
    uint64_t old = state_of(frame);

    if (owner && frame->owner != owner)
        return false;
    do {
        if (!(old & REF_MASK) || (old & REF_FULL))
            return false;
    } while (!swap_state(frame, &old, old + REF_ONE));

    /* It may have changed hands before the reference held it fast. */
    if (owner && frame->owner != owner) {
        put_frame(frame);
        return false;
    }
    return true;
}

struct frame *get_frame_or_refuse(mfn_t mfn, const struct domain *owner)
{
    if (mfn_valid(mfn) && get_frame(frame_of(mfn), owner))
        return frame_of(mfn);
    refuse_owner(-EINVAL, mfn);
    return NULL;
}

void put_frame(struct frame *frame)
{
    uint64_t old = state_of(frame), new;

    do {
        new = old - REF_ONE;
        if (!(new & REF_MASK))
            new &= F_RAM | F_SHARED; /* a dead frame has no type */
    } while (!swap_state(frame, &old, new));

    if (!(new & REF_MASK))
        release_frame(frame);
}

/* --- types --- */

void flush_stale(const struct frame *frame)
{
    uint64_t cpus = hw_cpus_to_flush(~0UL, read_once(frame->stamp));

    if (cpus)
        hw_flush_tlb_mask(cpus);
}

/* The reference and the use are ours, nobody else's: make it VALID. */
static int make_valid(struct frame *frame, enum frame_type type)
{
    int rc = 0;

    if (is_table_type(type))
        return make_table(frame, type);
    if (type == FRAME_DESC)
        rc = check_descriptor_page(frame);
    if (rc) {
        __atomic_fetch_sub(&frame->state, USE_ONE, __ATOMIC_RELEASE);
        put_frame(frame);
        return rc;
    }
    __atomic_fetch_or(&frame->state, F_VALID, __ATOMIC_RELEASE);
    return 0;
}

static int refuse_type(struct frame *frame)
{
    refuse_frame(-EINVAL, frame);
    put_frame(frame);
    return -EINVAL;
}

/*
 * One more use as TYPE of a frame that we hold a reference to. On failure the
 * reference is gone.
 */
static int take_type(struct frame *frame, enum frame_type type)
{
    uint64_t old = state_of(frame), new;
    enum frame_type now;

    for (;;) {
        now = state_type(old);
        if (now == type && (old & F_VALID)) {
            if (swap_state(frame, &old, old + USE_ONE))
                return 0;
        } else if (now == type && (old & F_PARTIAL)) {
            /* Its own reference and use become ours. */
            __atomic_fetch_and(&frame->state, ~F_PARTIAL, __ATOMIC_RELAXED);
            put_frame(frame);
            return make_valid(frame, type);
        } else if (now == type && (old & USE_MASK)) {
            hw_relax(); /* another CPU is making it valid */
            old = state_of(frame);
        } else if (!(old & (USE_MASK | F_SHARED))) {
            new = (old & ~(TYPE_MASK | F_VALID)) + TYPE(type) + USE_ONE;
            if (!swap_state(frame, &old, new))
                continue;
            if (now != FRAME_NONE && now != type)
                flush_stale(frame);
            hw_frame_changed(frame);
            frame->progress = 0;
            return make_valid(frame, type);
        } else if (now == FRAME_SHARED && type == FRAME_WRITABLE &&
                   !(old & F_READONLY)) {
            if (swap_state(frame, &old, old + USE_ONE))
                return 0;
        } else {
            return refuse_type(frame);
        }
    }
}

int get_frame_type(struct frame *frame, const struct domain *owner,
                   enum frame_type type)
{
    if (!get_frame(frame, owner))
        return refuse_owner(-EINVAL, frame_mfn(frame));
    return take_type(frame, type);
}

void put_frame_type(struct frame *frame)
{
    uint64_t old = state_of(frame);

    if (is_table_type(state_type(old))) {
        if (put_table(frame) == -EINTR)
            finish_undoing(frame);
        return;
    }
    put_data_use(frame);
}
