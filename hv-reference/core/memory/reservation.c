// SPDX-License-Identifier: MIT
/*
 * A domain gets and gives back memory: increase, decrease and populate.
 *
 * As on Xen these never fail: they return how many extents are done, and stop
 * at the first that cannot be. What was refused is recorded all the same.
 */
#include "core/memory/reservation.h"

#include "core/cpu.h"
#include "core/domain.h"
#include "core/errno.h"
#include "core/memory/frame_table.h"
#include "core/guest_access.h"
#include "core/hypercall.h"
#include "core/memory/tables.h"
#include "core/vcpu.h"

struct extents {
    struct domain *d;
    gva_t list;
    uint64_t frames; /* of an extent */
    unsigned int order;
    uint64_t limit; /* the first frame that is too high */
};

static gva_t item(const struct extents *e, uint64_t i)
{
    return guest_element(e->list, i, sizeof(xen_pfn_t));
}

uint64_t reservation_limit(const struct xen_memory_reservation *r)
{
    unsigned int bits = XENMEMF_get_address_bits(r->mem_flags);

    if (!bits || bits >= 52)
        return frame_limit;
    if (bits <= PAGE_SHIFT)
        return 0;
    return min_of(1UL << (bits - PAGE_SHIFT), frame_limit);
}

/* --- one extent --- */

static bool increase(const struct extents *e, uint64_t i)
{
    mfn_t mfn = domain_frames_alloc(e->d, e->order, e->limit);
    xen_pfn_t n = mfn.n;

    if (mfn_eq(mfn, MFN_NONE)) {
        refuse(RULE_NO_FRAMES, -ENOMEM, e->frames, e->d->max_pages);
        return false;
    }
    return !e->list.a || !put_guest(item(e, i), n);
}

static bool populate(const struct extents *e, uint64_t i)
{
    xen_pfn_t pfn, n;
    uint64_t k;
    mfn_t mfn;

    if (get_guest(pfn, item(e, i)))
        return false;
    mfn = domain_frames_alloc(e->d, e->order, e->limit);
    if (mfn_eq(mfn, MFN_NONE)) {
        refuse(RULE_NO_FRAMES, -ENOMEM, e->frames, e->d->max_pages);
        return false;
    }
    for (k = 0; k < e->frames; k++)
        m2p_set(MFN(mfn.n + k), pfn + k);
    n = mfn.n;
    return !put_guest(item(e, i), n);
}

static bool decrease(const struct extents *e, uint64_t i)
{
    xen_pfn_t first;
    uint64_t k;

    if (get_guest(first, item(e, i)))
        return false;
    for (k = 0; k < e->frames; k++) {
        struct frame *frame = get_frame_or_refuse(MFN(first + k), e->d);

        if (!frame)
            return false;
        /* What still refers to it keeps it; it is freed when that goes. */
        drop_allocation(frame);
        put_frame(frame);
    }
    return true;
}

/* --- the lists --- */

/* Fill in E from the guest's request; false: it cannot be done at all. */
static bool begin(struct extents *e, unsigned int cmd, uint64_t start,
                  const struct xen_memory_reservation *r)
{
    struct domain *d = current->domain;
    bool own = r->domid == DOMID_SELF || r->domid == d->id;

    if (!own)
        refuse(RULE_NO_SUCH_DOMAIN, -EPERM, r->domid, 0);
    else if (r->extent_order > MAX_EXTENT_ORDER)
        refuse(RULE_BAD_ARGUMENT, -EINVAL, r->extent_order, MAX_EXTENT_ORDER);
    else if (r->nr_extents > UINT32_MAX >> MEMOP_EXTENT_SHIFT ||
             start >= r->nr_extents)
        refuse(RULE_BAD_ARGUMENT, -EINVAL, r->nr_extents,
               UINT32_MAX >> MEMOP_EXTENT_SHIFT);
    else if (cmd == XENMEM_populate_physmap &&
             (r->mem_flags & XENMEMF_populate_on_demand))
        refuse(RULE_BAD_ARGUMENT, -EINVAL, r->mem_flags, 0);
    else {
        *e = (struct extents){
            .d = d,
            .list = GVA((uint64_t)r->extent_start.p),
            .frames = 1UL << r->extent_order,
            .order = r->extent_order,
            .limit = reservation_limit(r),
        };
        if ((!e->list.a && cmd == XENMEM_increase_reservation) ||
            guest_range_ok(item(e, start),
                           (r->nr_extents - start) * sizeof(xen_pfn_t)))
            return e->limit;
        refuse(RULE_BAD_POINTER, -EFAULT, e->list.a, 0);
    }
    return false;
}

long change_reservation(unsigned int cmd, uint64_t start, gva_t arg)
{
    struct xen_memory_reservation r;
    struct extents e;
    uint64_t i;
    bool (*one)(const struct extents *e, uint64_t i) =
        cmd == XENMEM_populate_physmap       ? populate
        : cmd == XENMEM_increase_reservation ? increase
                                             : decrease;

    if (get_guest(r, arg)) {
        refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
        return (long)start;
    }
    if (!begin(&e, cmd, start, &r))
        return (long)start;
    for (i = start; i < r.nr_extents; i++) {
        if (i > start && preempt_pending())
            return continue_hypercall(__HYPERVISOR_memory_op, 2,
                                      cmd | i << MEMOP_EXTENT_SHIFT, arg.a);
        if (!one(&e, i))
            break;
    }
    return (long)i;
}
