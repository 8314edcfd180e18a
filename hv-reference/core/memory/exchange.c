// SPDX-License-Identifier: MIT
/*
 * XENMEM_exchange: a domain gives frames back and gets others of the same
 * total size, contiguous in larger extents or below an address.
 *
 * It works chunk by chunk, a chunk being one extent of the larger kind. The
 * rule: all that can fail for a chunk is done first and undone if it fails;
 * then its old frames go and its new ones are given.
 */
#include "core/cpu.h"
#include "core/domain.h"
#include "core/errno.h"
#include "core/memory/frame_table.h"
#include "core/guest_access.h"
#include "core/hw.h"
#include "core/hypercall.h"
#include "core/lib.h"
#include "core/memory/reservation.h"
#include "core/vcpu.h"
#include "explain/refuse.h"

#define CHUNK_FRAMES (1u << MAX_EXTENT_ORDER)

struct exchange {
    struct domain *d;
    gva_t in, out;           /* lists of the extents' first frames */
    unsigned int in_order, out_order;
    uint64_t limit;          /* the first frame that is too high */
    uint64_t in_per_chunk, out_per_chunk; /* extents; one of them is 1 */
    unsigned int stolen, allocated;       /* of this chunk */
    uint32_t old[CHUNK_FRAMES], new[CHUNK_FRAMES]; /* frames; extents */
};

static gva_t item(gva_t list, uint64_t i)
{
    return guest_element(list, i, sizeof(xen_pfn_t));
}

static int steal_chunk(struct exchange *x, uint64_t chunk)
{
    uint64_t i, k;

    for (i = 0; i < x->in_per_chunk; i++) {
        xen_pfn_t first;

        if (get_guest(first, item(x->in, chunk * x->in_per_chunk + i)))
            return refuse(RULE_BAD_POINTER, -EFAULT, x->in.a, chunk);
        for (k = 0; k < 1UL << x->in_order; k++) {
            mfn_t mfn = MFN(first + k);

            if (!mfn_valid(mfn))
                return refuse_owner(-EINVAL, mfn);
            if (!steal_frame(frame_of(mfn), x->d))
                return refuse(RULE_NOT_STEALABLE, -EINVAL, mfn.n,
                              frame_refs(frame_of(mfn)));
            x->old[x->stolen++] = (uint32_t)mfn.n;
        }
    }
    return 0;
}

static int alloc_chunk(struct exchange *x)
{
    while (x->allocated < x->out_per_chunk) {
        mfn_t mfn = frames_alloc_below(x->out_order, x->limit);
        void *window;

        if (mfn_eq(mfn, MFN_NONE))
            return refuse(RULE_NO_FRAMES, -ENOMEM, 1UL << x->out_order,
                          x->limit);
        window = map_frame(mfn);
        memset(window, 0, PAGE_SIZE << x->out_order);
        unmap_frame(window);
        x->new[x->allocated++] = (uint32_t)mfn.n;
    }
    return 0;
}

/* Undo what was done of a chunk. */
static void undo_chunk(struct exchange *x)
{
    while (x->stolen) {
        mfn_t mfn = MFN(x->old[--x->stolen]);

        flush_stale(frame_of(mfn)); /* it has no type any more */
        if (!give_frames(mfn, 0, x->d))
            free_stolen_frame(mfn); /* the domain is dying */
    }
    while (x->allocated)
        frames_free(MFN(x->new[--x->allocated]), x->out_order);
}

/* The old frames go; the new ones are the domain's, and it is told. */
static int commit_chunk(struct exchange *x, uint64_t chunk)
{
    unsigned int i;
    uint64_t k;
    int rc = 0;

    while (x->stolen)
        free_stolen_frame(MFN(x->old[--x->stolen]));
    for (i = 0; i < x->allocated; i++) {
        gva_t at = item(x->out, chunk * x->out_per_chunk + i);
        xen_pfn_t pfn, mfn = x->new[i];

        if (!give_frames(MFN(mfn), x->out_order, x->d)) {
            frames_free(MFN(mfn), x->out_order);
            rc = refuse(RULE_NO_FRAMES, -ENOMEM, mfn, x->d->max_pages);
            continue;
        }
        if (get_guest(pfn, at)) {
            rc = refuse(RULE_BAD_POINTER, -EFAULT, at.a, 0);
            continue;
        }
        for (k = 0; k < 1UL << x->out_order; k++)
            m2p_set(MFN(mfn + k), pfn + k);
        if (put_guest(at, mfn))
            rc = refuse(RULE_BAD_POINTER, -EFAULT, at.a, 0);
    }
    x->allocated = 0;
    return rc;
}

static int exchange_chunk(struct exchange *x, uint64_t chunk)
{
    int rc = steal_chunk(x, chunk);

    if (!rc)
        rc = alloc_chunk(x);
    if (!rc)
        return commit_chunk(x, chunk);
    undo_chunk(x);
    return rc;
}

/* Is the request sound? 0 or -errno; or all is done already, and as on Xen no
 * more is looked at. */
#define NOTHING_TO_DO 1
static int begin(struct exchange *x, const struct xen_memory_exchange *e)
{
    const struct xen_memory_reservation *in = &e->in, *out = &e->out;
    const unsigned int top = MAX_EXTENT_ORDER;

    if (in->extent_order > top || out->extent_order > top)
        return refuse(RULE_BAD_ARGUMENT, -EPERM,
                      max_of(in->extent_order, out->extent_order), top);
    if (e->nr_exchanged > in->nr_extents || in->domid != out->domid ||
        ~0UL >> in->extent_order < in->nr_extents ||
        ~0UL >> out->extent_order < out->nr_extents ||
        in->nr_extents << in->extent_order !=
            out->nr_extents << out->extent_order)
        return refuse(RULE_EXCHANGE_SIZES, -EINVAL, in->nr_extents,
                      out->nr_extents);
    if (e->nr_exchanged == in->nr_extents)
        return NOTHING_TO_DO;
    x->d = current->domain;
    x->in = GVA((uint64_t)in->extent_start.p);
    x->out = GVA((uint64_t)out->extent_start.p);
    x->in_order = in->extent_order;
    x->out_order = out->extent_order;
    x->limit = reservation_limit(out);
    x->in_per_chunk = x->in_order < x->out_order
                          ? 1UL << (x->out_order - x->in_order)
                          : 1;
    x->out_per_chunk = x->out_order < x->in_order
                           ? 1UL << (x->in_order - x->out_order)
                           : 1;
    x->stolen = x->allocated = 0;
    if (in->nr_extents >> 60 || out->nr_extents >> 60 ||
        !guest_range_ok(x->in, in->nr_extents * sizeof(xen_pfn_t)) ||
        !guest_range_ok(x->out, out->nr_extents * sizeof(xen_pfn_t)))
        return refuse(RULE_BAD_POINTER, -EFAULT, x->in.a, x->out.a);
    if (in->domid != DOMID_SELF && in->domid != x->d->id)
        return refuse_domain(in->domid);
    return 0;
}

static long exchange(struct exchange *x, struct xen_memory_exchange *e,
                     gva_t arg)
{
    gva_t count_at = GVA(arg.a + offsetof(struct xen_memory_exchange,
                                          nr_exchanged));
    long rc = begin(x, e);
    uint64_t chunk = rc ? 0 : e->nr_exchanged / x->in_per_chunk;
    uint64_t chunks = rc ? 0 : e->in.nr_extents / x->in_per_chunk;
    bool again = false;

    if (rc == NOTHING_TO_DO)
        return 0;
    for (; chunk < chunks && !rc && !again; chunk += !rc) {
        rc = exchange_chunk(x, chunk);
        again = !rc && chunk + 1 < chunks && preempt_pending();
        if (!rc)
            e->nr_exchanged = (chunk + 1) * x->in_per_chunk;
    }
    if (put_guest(count_at, e->nr_exchanged))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    if (again)
        return continue_hypercall(__HYPERVISOR_memory_op, 2,
                                  (uint64_t)XENMEM_exchange, arg.a);
    return rc;
}

long exchange_memory(gva_t arg)
{
    struct xen_memory_exchange e;
    struct exchange *x;
    long rc;

    if (get_guest(e, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    x = hv_alloc(sizeof(*x));
    if (!x)
        return refuse(RULE_NO_MEMORY, -ENOMEM, 0, 0);
    rc = exchange(x, &e, arg);
    hv_free(x);
    return rc;
}
