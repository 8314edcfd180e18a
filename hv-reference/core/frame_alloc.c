// SPDX-License-Identifier: MIT
/*
 * Machine frames that nobody owns, in blocks of 2^order (a buddy allocator),
 * and the lists of those that a domain owns.
 *
 * The rule: a frame that was somebody's (DIRTY) reaches its next owner only
 * after every CPU has dropped its translations, and a domain only ever gets
 * frames full of zeros.
 *
 * One lock protects free lists, page lists and page counts.
 */
#include "core/domain.h"
#include "core/frame_table.h"
#include "core/hw.h"
#include "core/lib.h"
#include "core/lock.h"
#include "explain/refuse.h"

#define MAX_ORDER 18 /* 1 GiB */
/* In .progress of the first frame of a free block. */
#define FREE_BLOCK 0x8000u

static spinlock_t lock;
static uint32_t free_list[MAX_ORDER + 1];
static uint64_t free_frames;

/* --- lists by frame number --- */

static struct frame *linked(uint32_t link)
{
    return link == LINK_NONE ? NULL : &FRAME_TABLE[link];
}

static uint32_t link_to(const struct frame *frame)
{
    return frame ? (uint32_t)frame_mfn(frame).n : LINK_NONE;
}

static void list_remove(struct frame *frame)
{
    struct frame *next = linked(frame->next), *prev = linked(frame->prev);

    if (next)
        next->prev = frame->prev;
    if (prev)
        prev->next = frame->next;
}

static void link_before(struct frame *frame, struct frame *next)
{
    frame->next = link_to(next);
    frame->prev = LINK_NONE;
    if (next)
        next->prev = link_to(frame);
}

/* --- free blocks --- */

static bool is_free_block(uint64_t mfn, unsigned int order)
{
    const struct frame *frame = &FRAME_TABLE[mfn];

    return mfn < frame_limit && (state_of(frame) & ~F_DIRTY) == F_RAM &&
           !frame->owner && frame->progress == (FREE_BLOCK | order);
}

static void push_block(uint64_t mfn, unsigned int order)
{
    struct frame *frame = &FRAME_TABLE[mfn];

    frame->progress = (uint16_t)(FREE_BLOCK | order);
    link_before(frame, linked(free_list[order]));
    free_list[order] = (uint32_t)mfn;
}

static void take_block(struct frame *frame, unsigned int order)
{
    if (frame->prev == LINK_NONE)
        free_list[order] = frame->next;
    list_remove(frame);
    frame->progress = 0;
}

static void free_block(uint64_t mfn, unsigned int order)
{
    free_frames += 1UL << order;
    while (order < MAX_ORDER) {
        uint64_t buddy = mfn ^ (1UL << order);

        if (!is_free_block(buddy, order))
            break;
        take_block(&FRAME_TABLE[buddy], order);
        mfn &= ~(1UL << order);
        order++;
    }
    push_block(mfn, order);
}

void frames_add(mfn_t start, mfn_t end)
{
    static bool ready;
    uint64_t mfn;
    unsigned int order;

    spin_lock(&lock);
    if (!ready) {
        for (order = 0; order <= MAX_ORDER; order++)
            free_list[order] = LINK_NONE;
        ready = true;
    }
    if (frame_limit < end.n)
        frame_limit = end.n;
    for (mfn = start.n; mfn < end.n; mfn++) {
        FRAME_TABLE[mfn].state = F_RAM;
        M2P_TABLE[mfn] = M2P_INVALID;
    }
    /* Upwards in the largest aligned blocks that fit. */
    for (mfn = start.n; mfn < end.n; mfn += 1UL << order) {
        order = 0;
        while (order < MAX_ORDER && !(mfn & (1UL << order)) &&
               mfn + (2UL << order) <= end.n)
            order++;
        free_block(mfn, order);
    }
    spin_unlock(&lock);
}

/* Take 2^ORDER frames, the lower half of each block that must be split. */
static struct frame *pop_block(unsigned int order)
{
    unsigned int have = order;
    struct frame *frame;

    while (have <= MAX_ORDER && free_list[have] == LINK_NONE)
        have++;
    if (have > MAX_ORDER)
        return NULL;
    frame = linked(free_list[have]);
    take_block(frame, have);
    while (have > order) {
        have--;
        push_block(frame_mfn(frame).n + (1UL << have), have);
    }
    free_frames -= 1UL << order;
    return frame;
}

mfn_t frames_alloc(unsigned int order)
{
    struct frame *frame = NULL;
    uint64_t i;

    spin_lock(&lock);
    if (order <= MAX_ORDER)
        frame = pop_block(order);
    spin_unlock(&lock);
    if (!frame)
        return MFN_NONE;

    for (i = 0; i < 1UL << order; i++) {
        if (frame[i].state & F_DIRTY) {
            flush_stale(&frame[i]);
            frame[i].state = F_RAM;
        }
    }
    return frame_mfn(frame);
}

void frames_free(mfn_t first, unsigned int order)
{
    struct frame *frame = frame_of(first);
    uint32_t stamp = hw_flush_clock();
    uint64_t i;

    for (i = 0; i < 1UL << order; i++) {
        frame[i].stamp = stamp;
        frame[i].state = F_RAM | F_DIRTY;
    }
    spin_lock(&lock);
    free_block(first.n, order);
    spin_unlock(&lock);
}

uint64_t frames_free_count(void)
{
    return read_once(free_frames);
}

/* --- frames of domains --- */

static void clear_frame(mfn_t mfn)
{
    void *window = map_frame(mfn);

    memset(window, 0, PAGE_SIZE);
    unmap_frame(window);
}

/* D takes FRAME, which is nobody's: it lives from here on. */
static void give_frame(struct frame *frame, struct domain *d)
{
    frame->owner = d;
    link_before(frame, d->page_list);
    d->page_list = frame;
    if (d->pages++ == 0)
        __atomic_fetch_add(&d->references, 1, __ATOMIC_RELAXED);
    __atomic_store_n(&frame->state, F_RAM | F_ALLOCATED | REF_ONE,
                     __ATOMIC_RELEASE);
}

mfn_t domain_frame_alloc(struct domain *d)
{
    mfn_t mfn = frames_alloc(0);
    bool fits;

    if (mfn_eq(mfn, MFN_NONE))
        return mfn;
    clear_frame(mfn);

    spin_lock(&lock);
    fits = d->pages < d->max_pages && !d->dying;
    if (fits)
        give_frame(frame_of(mfn), d);
    spin_unlock(&lock);
    if (fits)
        return mfn;
    frames_free(mfn, 0);
    return MFN_NONE;
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

void release_frame(struct frame *frame)
{
    struct domain *d = frame->owner;
    bool last = false;

    m2p_set(frame_mfn(frame), M2P_INVALID);
    spin_lock(&lock);
    if (!(frame->state & F_SHARED)) {
        unlist(frame);
        last = --d->pages == 0;
    }
    frame->owner = NULL;
    frame->stamp = hw_flush_clock();
    frame->state = F_RAM | F_DIRTY;
    free_block(frame_mfn(frame).n, 0);
    spin_unlock(&lock);
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
        link_before(frame, d->lingering);
        d->lingering = frame;
    }
    spin_unlock(&lock);
    put_frame(frame);
    return true;
}

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
    clear_frame(mfn);
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
