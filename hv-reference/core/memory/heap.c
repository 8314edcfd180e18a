// SPDX-License-Identifier: MIT
/*
 * Small objects of the hypervisor's own: one free list for each power of two
 * from 32 bytes to half a page, filled a frame at a time; anything larger gets
 * whole frames. A frame's .progress says what it was cut into, so that
 * hv_free() needs no size.
 */
#include "core/memory/frame_table.h"
#include "core/hw.h"
#include "core/lib.h"
#include "core/lock.h"

#define MIN_SHIFT 5  /* 32 bytes */
#define MAX_SHIFT 11 /* 2 KiB */
/* In .progress: a class's shift, or this and the order of a whole block. */
#define WHOLE 0x100u

struct free_object {
    struct free_object *next;
};

static spinlock_t lock = SPINLOCK(LOCK_HEAP);
static struct free_object *free_objects[MAX_SHIFT + 1];
static uint64_t used, cut; /* bytes allocated; frames cut into objects */

/* The smallest N with VALUE <= 1 << N. */
static unsigned int log2_up(uint64_t value)
{
    return value <= 1 ? 0 : 64 - (unsigned int)__builtin_clzl(value - 1);
}

/* Cut a new frame into objects of class SHIFT. */
static bool refill(unsigned int shift)
{
    mfn_t mfn = frames_alloc(0);
    char *window;
    size_t at;

    if (mfn_eq(mfn, MFN_NONE))
        return false;
    frame_of(mfn)->progress = (uint16_t)shift;
    cut++;
    window = map_frame(mfn);
    for (at = 0; at < PAGE_SIZE; at += 1UL << shift) {
        struct free_object *object = (struct free_object *)(window + at);

        object->next = free_objects[shift];
        free_objects[shift] = object;
    }
    return true;
}

static void *alloc_object(unsigned int shift)
{
    struct free_object *object = NULL;

    spin_lock(&lock);
    if (free_objects[shift] || refill(shift)) {
        object = free_objects[shift];
        free_objects[shift] = object->next;
        __atomic_fetch_add(&used, 1UL << shift, __ATOMIC_RELAXED);
    }
    spin_unlock(&lock);
    if (object)
        memset(object, 0, 1UL << shift);
    return object;
}

void *hv_alloc(size_t bytes)
{
    unsigned int shift = max_of(log2_up(bytes), (unsigned int)MIN_SHIFT);
    unsigned int order;
    mfn_t mfn;
    void *window;

    if (shift <= MAX_SHIFT)
        return alloc_object(shift);
    order = shift <= PAGE_SHIFT ? 0 : shift - PAGE_SHIFT;
    mfn = frames_alloc(order);
    if (mfn_eq(mfn, MFN_NONE))
        return NULL;
    frame_of(mfn)->progress = (uint16_t)(WHOLE | order);
    __atomic_fetch_add(&used, PAGE_SIZE << order, __ATOMIC_RELAXED);
    window = map_frame(mfn);
    memset(window, 0, PAGE_SIZE << order);
    return window;
}

void hv_free(void *p)
{
    struct free_object *object = p;
    struct frame *frame;
    unsigned int kind;

    if (!p)
        return;
    frame = frame_of(hw_virt_to_mfn(p));
    kind = frame->progress;
    if (kind & WHOLE) {
        frame->progress = 0;
        __atomic_fetch_sub(&used, PAGE_SIZE << (kind & ~WHOLE),
                           __ATOMIC_RELAXED);
        frames_free(frame_mfn(frame), kind & ~WHOLE);
        return;
    }
    spin_lock(&lock);
    object->next = free_objects[kind];
    free_objects[kind] = object;
    __atomic_fetch_sub(&used, 1UL << kind, __ATOMIC_RELAXED);
    spin_unlock(&lock);
}

void heap_usage(uint64_t *bytes, uint64_t *cut_frames)
{
    spin_lock(&lock);
    *bytes = __atomic_load_n(&used, __ATOMIC_RELAXED);
    *cut_frames = cut;
    spin_unlock(&lock);
}
