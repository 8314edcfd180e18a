/* SPDX-License-Identifier: MIT */
/*
 * The inside of the frame table, for the files of memory management alone;
 * everyone else sees frame.h.
 *
 * A frame's two counts, type and flags are one 64-bit word, so that "one more
 * reference and one more use as TYPE, if it still has that type" is a single
 * compare-and-swap.
 *
 *   63..59  RAM ALLOCATED SHARED READONLY DIRTY
 *   57..32  refs
 *   31..29  PINNED PARTIAL VALID
 *   28..26  type
 *   25..0   uses
 *
 * VALID: the frame may be used as its type: its contents were checked, stale
 * translations are gone. PARTIAL: a table whose check, or whose undoing, was
 * preempted; entries [0, progress) hold their references. A partial table
 * holds one reference and one use of itself by nobody but itself, so that
 * anyone may carry on, in either direction.
 */
#ifndef HV_FRAME_TABLE_H
#define HV_FRAME_TABLE_H

#include "core/memory/frame.h"

#define USE_ONE  (1UL << 0)
#define USE_MASK ((1UL << 26) - 1)

#define TYPE_SHIFT 26
#define TYPE_MASK  (7UL << TYPE_SHIFT)
#define TYPE(t)    ((uint64_t)(t) << TYPE_SHIFT)

#define F_VALID   (1UL << 29)
#define F_PARTIAL (1UL << 30)
#define F_PINNED  (1UL << 31)

#define REF_ONE  (1UL << 32)
#define REF_MASK (((1UL << 26) - 1) << 32)
#define REF_FULL (1UL << 57) /* no more references from here on */

#define F_DIRTY     (1UL << 59) /* was somebody's: flush before it is reused */
#define F_READONLY  (1UL << 60) /* SHARED, and not writable */
#define F_SHARED    (1UL << 61) /* the hypervisor's, shown to its owner */
#define F_ALLOCATED (1UL << 62) /* its owner's allocation holds a reference */
#define F_RAM       (1UL << 63)

#define LINK_NONE UINT32_MAX

struct frame {
    uint64_t state;       /* atomic */
    struct domain *owner; /* stable while there is a reference */
    uint32_t next, prev;  /* of the owner's page list, or of a free list */
    uint32_t stamp;       /* the flush clock when the last use fell */
    uint16_t progress;    /* PARTIAL: see above. Free or heap: order, class */
    int16_t linear;       /* > 0: linear entries in it; < 0: linear uses of it */
};

_Static_assert(sizeof(struct frame) == 32, "the address map counts on it");

#ifdef HV_HOST
extern struct frame host_frame_table[];
extern uint64_t host_m2p[];
#define FRAME_TABLE host_frame_table
#define M2P_TABLE   host_m2p
#else
#define FRAME_TABLE ((struct frame *)FRAMETABLE_START)
#define M2P_TABLE   ((uint64_t *)M2P_RW_START)
#endif

/* The first frame number that the table does not have. */
extern uint64_t frame_limit;

static inline uint64_t state_of(const struct frame *frame)
{
    return __atomic_load_n(&frame->state, __ATOMIC_RELAXED);
}

/* Replace *OLD by NEW; otherwise *OLD is what stands there now. */
static inline bool swap_state(struct frame *frame, uint64_t *old, uint64_t new)
{
    return __atomic_compare_exchange_n(&frame->state, old, new, true,
                                       __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

static inline enum frame_type state_type(uint64_t state)
{
    return (enum frame_type)((state & TYPE_MASK) >> TYPE_SHIFT);
}

/* --- lists by frame number --- */

static inline struct frame *linked(uint32_t link)
{
    return link == LINK_NONE ? NULL : &FRAME_TABLE[link];
}

static inline uint32_t link_to(const struct frame *frame)
{
    return frame ? (uint32_t)(frame - FRAME_TABLE) : LINK_NONE;
}

static inline void list_remove(struct frame *frame)
{
    struct frame *next = linked(frame->next), *prev = linked(frame->prev);

    if (next)
        next->prev = frame->prev;
    if (prev)
        prev->next = frame->next;
}

/* FRAME becomes the first, before HEAD. */
static inline void list_push(struct frame *frame, struct frame *head)
{
    frame->next = link_to(head);
    frame->prev = LINK_NONE;
    if (head)
        head->prev = link_to(frame);
}

static inline bool is_table_type(enum frame_type type)
{
    return type >= FRAME_L1 && type <= FRAME_L4;
}


/* --- frame.c --- */

/* The rule that speaks of FRAME as it is now, in somebody's way. */
int refuse_frame(int error, const struct frame *frame);
/* The rule that says why MFN is not OWNER's. */
int refuse_owner(int error, mfn_t mfn);
/* A reference to MFN if it is OWNER's; otherwise NULL, with a reason. */
struct frame *get_frame_or_refuse(mfn_t mfn, const struct domain *owner);
/* Flush whatever may still hold a translation from before FRAME's stamp. */
void flush_stale(const struct frame *frame);

/* --- frame_alloc.c --- */

/* Like frames_alloc(), all of them below frame LIMIT. */
mfn_t frames_alloc_below(unsigned int order, uint64_t limit);

/* --- domain_frames.c --- */

/* D takes frames that are nobody's, as they are. False: it has its maximum. */
bool give_frames(mfn_t first, unsigned int order, struct domain *d);
/* The last reference fell: back to where it came from. */
void release_frame(struct frame *frame);
/* Drop the reference of the owner's allocation. False: it had none. */
bool drop_allocation(struct frame *frame);
/* Take FRAME from D, if nothing refers to it: then it is nobody's. */
bool steal_frame(struct frame *frame, struct domain *d);
/* Then, unless somebody is given it. */
void free_stolen_frame(mfn_t mfn);
/* Some frame on D's lists, with a reference; NULL: they are empty. */
struct frame *get_listed_frame(struct domain *d);
/* Take it off them. */
void unlist_frame(struct frame *frame);

#endif
