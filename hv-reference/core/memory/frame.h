/* SPDX-License-Identifier: MIT */
/*
 * The frame table: for every machine frame who owns it, what it is used as,
 * and two counts.
 *
 *   refs   how many reasons there are to keep the frame with its owner
 *   uses   how many of them need its present type (I1: uses <= refs)
 *
 * A frame's type may change only while uses is 0, and only after every CPU
 * that may hold a stale writable translation has flushed (the stamp). The
 * types exclude one another: that alone is why no guest ever has a writable
 * mapping of a live page table. Every rule has a number in invariants.md.
 */
#ifndef HV_FRAME_H
#define HV_FRAME_H

#include "core/types.h"

struct domain;

enum frame_type {
    FRAME_NONE,
    FRAME_L1, /* live page tables … */
    FRAME_L2,
    FRAME_L3,
    FRAME_L4,
    FRAME_DESC,     /* a page of segment descriptors (GDT or LDT) */
    FRAME_WRITABLE, /* mapped writable by its owner */
    FRAME_SHARED,   /* the hypervisor's, shown to a guest (shared_info …) */
};

struct frame; /* at most 32 bytes: frame.c */

/* --- the table (frame.c) --- */

/* Is there RAM behind MFN? Only then has it a struct frame. */
bool mfn_valid(mfn_t mfn);
struct frame *frame_of(mfn_t mfn);
mfn_t frame_mfn(const struct frame *frame);
struct domain *frame_owner(const struct frame *frame);
enum frame_type frame_type(const struct frame *frame);
uint32_t frame_refs(const struct frame *frame);
uint32_t frame_uses(const struct frame *frame);
bool frame_pinned(const struct frame *frame);

/* One more reference, if the frame is OWNER's (NULL: whoever's) and alive. */
bool get_frame(struct frame *frame, const struct domain *owner);
void put_frame(struct frame *frame);

/*
 * One more reference and one more use as TYPE. For table and descriptor types
 * this validates the contents first. 0, or a negative errno after refuse():
 * -EINVAL (contents or type), -EBUSY (in use as something else), -EINTR
 * (preempted: progress is saved in the frame, call again).
 */
int get_frame_type(struct frame *frame, const struct domain *owner,
                   enum frame_type type);
void put_frame_type(struct frame *frame);

/* --- the allocator (frame_alloc.c) --- */

/* Give RAM [start, end) to the allocator: once, at boot. */
void frames_add(mfn_t start, mfn_t end);
/* 2^ORDER contiguous frames of the hypervisor's own. MFN_NONE: none left. */
mfn_t frames_alloc(unsigned int order);
void frames_free(mfn_t first, unsigned int order);
/* A zeroed frame owned by D, on its page list and counted; MFN_NONE: none. */
mfn_t domain_frame_alloc(struct domain *d);
/* The same, 2^ORDER contiguous ones, all below frame LIMIT (~0UL: any). */
mfn_t domain_frames_alloc(struct domain *d, unsigned int order, uint64_t limit);
uint64_t frames_free_count(void);
/*
 * A zeroed frame that the hypervisor keeps and D may map, writable or not
 * (shared_info, grant tables): owned by D, not on its page list and not in
 * its page count, with a reference and a use of the hypervisor's own, so that
 * it can never become a table. unshare_frame() gives those back.
 */
mfn_t share_frame(struct domain *d, bool writable);
void unshare_frame(mfn_t mfn);

/* Zeroed memory of the hypervisor's own; NULL when there is none. (heap.c) */
void *hv_alloc(size_t bytes);
void hv_free(void *p);
/* The bytes of all that is allocated, and the frames that small objects have
 * been cut from: these stay with the heap. */
void heap_usage(uint64_t *bytes, uint64_t *cut_frames);

/* --- machine to pseudo-physical (m2p.c) --- */

#define M2P_INVALID (~0UL)
void m2p_set(mfn_t mfn, uint64_t pfn);
uint64_t m2p_get(mfn_t mfn);

#endif
