// SPDX-License-Identifier: MIT
/*
 * Machine frames that nobody owns, in blocks of 2^order (a buddy allocator).
 *
 * The rule: a frame that was somebody's (DIRTY) reaches its next owner only
 * after every CPU has dropped the translations that it may still hold.
 */
#include "core/memory/frame_table.h"
#include "core/hw.h"
#include "core/lock.h"

#define MAX_ORDER 18 /* 1 GiB */
/* In .progress of the first frame of a free block. */
#define FREE_BLOCK 0x8000u

static spinlock_t lock = SPINLOCK(LOCK_FRAMES);
static uint32_t free_list[MAX_ORDER + 1];
static uint64_t free_frames;

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
    list_push(frame, linked(free_list[order]));
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

/* The first free block of HAVE that starts with 2^ORDER frames below LIMIT. */
static struct frame *find_block(unsigned int have, unsigned int order,
                                uint64_t limit)
{
    struct frame *frame = linked(free_list[have]);

    while (frame && frame_mfn(frame).n + (1UL << order) > limit)
        frame = linked(frame->next);
    return frame;
}

/* Take 2^ORDER frames, the lower half of each block that must be split. */
static struct frame *pop_block(unsigned int order, uint64_t limit)
{
    unsigned int have;
    struct frame *frame = NULL;

    for (have = order; have <= MAX_ORDER; have++) {
        frame = find_block(have, order, limit);
        if (frame)
            break;
    }
    if (!frame)
        return NULL;
    take_block(frame, have);
    while (have > order) {
        have--;
        push_block(frame_mfn(frame).n + (1UL << have), have);
    }
    free_frames -= 1UL << order;
    return frame;
}

mfn_t frames_alloc_below(unsigned int order, uint64_t limit)
{
    struct frame *frame = NULL;
    uint64_t i;

    spin_lock(&lock);
    if (order <= MAX_ORDER)
        frame = pop_block(order, limit);
    spin_unlock(&lock);
    if (!frame)
        return MFN_NONE;

    for (i = 0; i < 1UL << order; i++) {
        if (frame[i].state & F_DIRTY) {
            flush_stale(&frame[i]);
            frame[i].state = F_RAM;
        }
        hw_frame_changed(&frame[i]);
    }
    return frame_mfn(frame);
}

mfn_t frames_alloc(unsigned int order)
{
    return frames_alloc_below(order, frame_limit);
}

void frames_free(mfn_t first, unsigned int order)
{
    struct frame *frame = frame_of(first);
    uint32_t stamp = hw_flush_clock();
    uint64_t i;

    for (i = 0; i < 1UL << order; i++) {
        frame[i].stamp = stamp;
        frame[i].state = F_RAM | F_DIRTY;
        hw_frame_changed(&frame[i]);
    }
    spin_lock(&lock);
    free_block(first.n, order);
    spin_unlock(&lock);
}

uint64_t frames_free_count(void)
{
    return read_once(free_frames);
}
