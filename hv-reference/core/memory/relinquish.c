// SPDX-License-Identifier: MIT
/*
 * A dying domain gives its memory back, frame by frame: unpinned, what is left
 * of it as a table undone, its allocation dropped. What others still refer to
 * (grants) goes when they let go of it; the last frame takes the domain with
 * it.
 *
 * Linear mappings form no circles (entries.c), so that nothing keeps itself
 * alive once pins and roots are gone.
 */
#include "core/domain.h"
#include "core/hypercall.h"
#include "core/memory/mm.h"
#include "core/memory/tables.h"

/* How many frames go between two looks at the clock. */
#define FRAMES_BETWEEN_POLLS 32

/* No longer a pin, no longer a partial table. 0 or -EINTR. */
static int let_go(struct frame *frame)
{
    int rc = 0;

    if (frame_pinned(frame)) {
        __atomic_fetch_and(&frame->state, ~F_PINNED, __ATOMIC_RELAXED);
        rc = put_table(frame);
    } else if (state_of(frame) & F_PARTIAL) {
        rc = undo_partial(frame);
    }
    return rc;
}

int relinquish_memory(struct domain *d)
{
    struct frame *frame;
    unsigned int n = 0;
    int rc = 0;

    d->dying = true;
    while (!rc && (frame = get_listed_frame(d))) {
        spin_lock(&d->memory_lock);
        rc = let_go(frame);
        spin_unlock(&d->memory_lock);
        if (!rc) {
            unlist_frame(frame);
            drop_allocation(frame);
        }
        put_frame(frame);
        if (!rc && ++n % FRAMES_BETWEEN_POLLS == 0 && preempt_pending())
            rc = -EINTR;
    }
    return rc;
}
