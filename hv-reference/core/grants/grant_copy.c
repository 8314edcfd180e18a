// SPDX-License-Identifier: MIT
/*
 * GNTTABOP_copy: bytes from a granted frame, or one's own, to another.
 *
 * The rule: each side is held (pinned as a grant, referenced as a frame, and
 * used as WRITABLE if it is the destination) before a byte moves.
 */
#include "core/cpu.h"
#include "core/domain.h"
#include "core/errno.h"
#include "core/memory/frame_table.h"
#include "core/grants/grant_table.h"
#include "core/grants/grants.h"
#include "core/guest_access.h"
#include "core/hw.h"
#include "core/lib.h"
#include "core/vcpu.h"
#include "explain/refuse.h"

/* One side of a copy, held. */
struct side {
    struct grant_use use; /* .granter: the domain whose frame it is */
    bool granted;
    struct frame *frame;
    uint16_t start, length; /* what may be copied of it */
};

static int16_t hold_frame(struct side *s, bool granted, uint64_t which)
{
    mfn_t mfn = MFN(which);

    s->granted = granted;
    if (granted) {
        s->use.ref = (grant_ref_t)which;
        return pin_for_copy(&s->use, &s->frame, &s->start, &s->length);
    }
    s->start = 0;
    s->length = PAGE_SIZE;
    if (!mfn_valid(mfn) || !get_frame(frame_of(mfn), s->use.granter))
        return GNTST_bad_page;
    s->frame = frame_of(mfn);
    return GNTST_okay;
}

static void release_side(struct side *s)
{
    if (s->granted)
        unpin_grant(&s->use);
    put_frame(s->frame);
}

static int16_t hold_side(struct side *s, bool granted, uint64_t which)
{
    int16_t status = hold_frame(s, granted, which);

    if (status != GNTST_okay || s->use.readonly)
        return status;
    /* The frame may be of a third domain: its owner is who granted it. */
    if (!get_frame_type(s->frame, NULL, FRAME_WRITABLE))
        return status;
    release_side(s);
    return GNTST_general_error;
}

static void drop_side(struct side *s)
{
    if (!s->use.readonly)
        put_frame_type(s->frame);
    release_side(s);
}

static int16_t find_domain(struct side *s, domid_t domid, bool granted)
{
    s->use.granter = get_domain(domid == DOMID_SELF ? current->domain->id
                                                    : domid);
    if (s->use.granter && domid != DOMID_SELF && !granted)
        return GNTST_permission_denied; /* by its frame only one's own */
    s->use.who = current->domain->id;
    s->use.host = true;
    return s->use.granter ? GNTST_okay : GNTST_bad_domain;
}

static bool inside(const struct side *s, uint16_t offset, uint16_t length)
{
    return offset >= s->start && offset + length <= s->start + s->length;
}

static int16_t move(const struct gnttab_copy *op, const struct side *from,
                    const struct side *to)
{
    const uint8_t *source;
    uint8_t *dest;

    if (op->source.offset + op->len > PAGE_SIZE ||
        op->dest.offset + op->len > PAGE_SIZE)
        return GNTST_bad_copy_arg;
    if (!inside(from, op->source.offset, op->len) ||
        !inside(to, op->dest.offset, op->len))
        return GNTST_general_error;
    source = map_frame(frame_mfn(from->frame));
    dest = map_frame(frame_mfn(to->frame));
    memmove(dest + op->dest.offset, source + op->source.offset, op->len);
    unmap_frame(dest);
    unmap_frame(source);
    return GNTST_okay;
}

static uint64_t which(const struct gnttab_copy_ptr *p, bool granted)
{
    return granted ? p->u.ref : p->u.gmfn;
}

static int16_t copy_held(const struct gnttab_copy *op, struct side *from,
                         struct side *to)
{
    bool from_grant = op->flags & GNTCOPY_source_gref;
    bool to_grant = op->flags & GNTCOPY_dest_gref;
    int16_t status = hold_side(from, from_grant, which(&op->source, from_grant));

    if (status != GNTST_okay)
        return status;
    status = hold_side(to, to_grant, which(&op->dest, to_grant));
    if (status == GNTST_okay) {
        status = move(op, from, to);
        drop_side(to);
    }
    drop_side(from);
    return status;
}

static int16_t copy(const struct gnttab_copy *op)
{
    struct side from = {.use = {.readonly = true}}, to = {.granted = false};
    int16_t status = find_domain(&from, op->source.domid,
                                 op->flags & GNTCOPY_source_gref);

    if (status == GNTST_okay)
        status = find_domain(&to, op->dest.domid,
                             op->flags & GNTCOPY_dest_gref);
    if (status == GNTST_okay)
        status = copy_held(op, &from, &to);
    if (from.use.granter)
        put_domain(from.use.granter);
    if (to.use.granter)
        put_domain(to.use.granter);
    return status;
}

int grant_copy(gva_t at)
{
    struct gnttab_copy op;

    if (get_guest(op, at))
        return refuse(RULE_BAD_POINTER, -EFAULT, at.a, 0);
    op.status = copy(&op);
    if (op.status != GNTST_okay)
        refuse(RULE_GRANT_STATUS, -EINVAL, op.source.u.ref,
               (uint64_t)-op.status);
    at.a += offsetof(struct gnttab_copy, status);
    return put_guest(at, op.status)
               ? refuse(RULE_BAD_POINTER, -EFAULT, at.a, 0)
               : 0;
}

/* --- for the hypervisor's services, which are domain 0 to guests --- */

int hold_grant(struct domain *d, uint32_t ref, bool readonly,
               struct held_grant *held)
{
    struct side s = {.use = {.granter = d, .who = 0, .readonly = readonly,
                             .host = true}};
    int16_t status = hold_side(&s, true, ref);

    if (status != GNTST_okay)
        return refuse(RULE_GRANT_STATUS, -EINVAL, ref, (uint64_t)-status);
    *held = (struct held_grant){
        .domain = d,
        .ref = ref,
        .readonly = readonly,
        .frame = s.frame,
        .bytes = (uint8_t *)map_frame(frame_mfn(s.frame)) + s.start,
        .length = s.length,
    };
    return 0;
}

void release_grant(struct held_grant *held)
{
    struct side s = {
        .use = {.granter = held->domain, .ref = held->ref,
                .readonly = held->readonly, .host = true},
        .granted = true,
        .frame = held->frame,
    };

    unmap_frame(held->bytes);
    drop_side(&s);
}
