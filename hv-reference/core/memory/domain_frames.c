// SPDX-License-Identifier: MIT
/*
 * The frames that domains have: given, counted, listed, taken back.
 *
 * The rule: a frame in a domain's count is on at most one of its lists, and
 * leaves count and list together with its last reference. A domain only ever
 * gets frames full of zeros. While a domain has frames it does not disappear.
 *
 * One lock protects lists and counts. It is taken inside all locks but the
 * allocator's.
 */
#include "core/domain.h"
#include "core/memory/frame_table.h"
#include "core/hw.h"
#include "core/lib.h"
#include "core/lock.h"

static spinlock_t lock = SPINLOCK(LOCK_FRAME_LISTS);

static void clear_frames(mfn_t mfn, unsigned int order)
{
    void *window = map_frame(mfn);

    memset(window, 0, PAGE_SIZE << order);
    unmap_frame(window);
}

/* D takes FRAME, which is nobody's: it lives from here on. */
static void give_frame(struct frame *frame, struct domain *d)
{
    frame->owner = d;
    list_push(frame, d->page_list);
    d->page_list = frame;
    if (d->pages++ == 0)
        __atomic_fetch_add(&d->references, 1, __ATOMIC_RELAXED);
    __atomic_store_n(&frame->state, F_RAM | F_ALLOCATED | REF_ONE,
                     __ATOMIC_RELEASE);
    hw_frame_changed(frame);
}

bool give_frames(mfn_t first, unsigned int order, struct domain *d)
{
    uint64_t n = 1UL << order, i;
    bool fits;

    spin_lock(&lock);
    fits = d->pages + n <= d->max_pages && !d->dying;
    for (i = 0; fits && i < n; i++)
        give_frame(frame_of(MFN(first.n + i)), d);
    spin_unlock(&lock);
    return fits;
}

mfn_t domain_frames_alloc(struct domain *d, unsigned int order, uint64_t limit)
{
    mfn_t first = frames_alloc_below(order, limit);

    if (mfn_eq(first, MFN_NONE))
        return first;
    clear_frames(first, order);
    if (give_frames(first, order, d))
        return first;
    frames_free(first, order);
    return MFN_NONE;
}

mfn_t domain_frame_alloc(struct domain *d)
{
    return domain_frames_alloc(d, 0, frame_limit);
}

/* Off whichever list of its owner's it is on, if any. */
static void unlist(struct frame *frame)
{
    struct domain *d = frame->owner;

    if (d->page_list == frame)
        d->page_list = linked(frame->next);
    if (d->lingering == frame)
        d->lingering = linked(frame->next);
    list_remove(frame);
    frame->next = frame->prev = LINK_NONE;
}

/* Out of its owner's count. True: that was the last one. */
static bool disown(struct frame *frame)
{
    struct domain *d = frame->owner;

    unlist(frame);
    frame->owner = NULL;
    return --d->pages == 0;
}

void release_frame(struct frame *frame)
{
    struct domain *d = frame->owner;
    bool last = false;

    m2p_set(frame_mfn(frame), M2P_INVALID);
    if (frame->state & F_SHARED) {
        frame->owner = NULL;
    } else {
        spin_lock(&lock);
        last = disown(frame);
        spin_unlock(&lock);
    }
    frames_free(frame_mfn(frame), 0);
    if (last)
        put_domain(d);
}

bool drop_allocation(struct frame *frame)
{
    struct domain *d = frame->owner;
    uint64_t old = __atomic_fetch_and(&frame->state, ~F_ALLOCATED,
                                      __ATOMIC_ACQ_REL);

    if (!(old & F_ALLOCATED))
        return false;
    spin_lock(&lock);
    unlist(frame);
    if (!d->dying) {
        list_push(frame, d->lingering);
        d->lingering = frame;
    }
    spin_unlock(&lock);
    put_frame(frame);
    return true;
}

bool steal_frame(struct frame *frame, struct domain *d)
{
    uint64_t old = state_of(frame);
    bool last;

    /* Nothing but the allocation itself may refer to it. */
    do {
        if (frame->owner != d || !(old & F_ALLOCATED) || (old & F_SHARED) ||
            (old & (REF_MASK | USE_MASK)) != REF_ONE)
            return false;
    } while (!swap_state(frame, &old, F_RAM | F_DIRTY));

    spin_lock(&lock);
    last = disown(frame);
    spin_unlock(&lock);
    if (last)
        put_domain(d);
    return true;
}

/* Its place in the M2P was kept, for that it might be given back. */
void free_stolen_frame(mfn_t mfn)
{
    m2p_set(mfn, M2P_INVALID);
    frames_free(mfn, 0);
}

/* --- for the end of a domain --- */

struct frame *get_listed_frame(struct domain *d)
{
    struct frame *frame;

    spin_lock(&lock);
    frame = d->page_list ? d->page_list : d->lingering;
    /* One whose last reference has just fallen is about to leave by itself. */
    while (frame && !get_frame(frame, d))
        frame = linked(frame->next);
    spin_unlock(&lock);
    return frame;
}

void unlist_frame(struct frame *frame)
{
    spin_lock(&lock);
    unlist(frame);
    spin_unlock(&lock);
}

/* --- the hypervisor's, shown to a domain --- */

mfn_t share_frame(struct domain *d, bool writable)
{
    mfn_t mfn = frames_alloc(0);
    struct frame *frame;

    if (mfn_eq(mfn, MFN_NONE))
        return mfn;
    clear_frames(mfn, 0);
    frame = frame_of(mfn);
    frame->owner = d;
    __atomic_store_n(&frame->state,
                     F_RAM | F_SHARED | F_VALID | TYPE(FRAME_SHARED) |
                         (writable ? 0 : F_READONLY) | REF_ONE | USE_ONE,
                     __ATOMIC_RELEASE);
    return mfn;
}

void unshare_frame(mfn_t mfn)
{
    put_frame_type(frame_of(mfn));
}
