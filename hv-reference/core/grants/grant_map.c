// SPDX-License-Identifier: MIT
/*
 * GNTTABOP_map_grant_ref, unmap_grant_ref, unmap_and_replace: another domain's
 * frame in one's own address space, for as long as it is granted.
 *
 * The rule: a mapping counts in the granter's record from before its entry is
 * written until after the entry is gone and flushed; only then does the
 * granter see that its frame is free again.
 */
#include "core/cpu.h"
#include "core/domain.h"
#include "core/errno.h"
#include "core/grants/grants.h"
#include "core/guest_access.h"
#include "core/memory/mmu.h"
#include "core/memory/tables.h"
#include "core/vcpu.h"

/* One reference, and a use if it is to be written: for an entry, a device. */
static bool hold(struct frame *frame, const struct grant_use *use)
{
    if (use->readonly)
        return get_frame(frame, use->granter);
    return !get_frame_type(frame, use->granter, FRAME_WRITABLE);
}

static void let_go(struct frame *frame, bool readonly)
{
    if (readonly)
        put_frame(frame);
    else
        put_frame_type(frame);
}

/* The references of a mapping, and its entry. */
static int16_t make_mapping(const struct gnttab_map_grant_ref *op,
                            const struct grant_use *use, struct frame *frame)
{
    int16_t status = GNTST_general_error;

    if (use->device && !hold(frame, use))
        return status;
    if (use->host && hold(frame, use)) {
        status = map_grant_entry(op->host_addr, frame_mfn(frame), op->flags);
        if (status != GNTST_okay)
            let_go(frame, use->readonly);
    } else if (!use->host) {
        status = GNTST_okay;
    }
    if (status != GNTST_okay && use->device)
        let_go(frame, use->readonly);
    return status;
}

static int16_t map_pinned(struct gnttab_map_grant_ref *op,
                          const struct grant_use *use)
{
    struct frame *frame = NULL;
    int16_t status = pin_for_mapping(use, &frame);

    if (status != GNTST_okay)
        return status;
    status = make_mapping(op, use, frame);
    if (status != GNTST_okay)
        unpin_grant(use);
    else
        op->dev_bus_addr = mfn_to_maddr(frame_mfn(frame)).a;
    put_frame(frame);
    return status;
}

static int16_t map_ref(struct gnttab_map_grant_ref *op)
{
    struct domain *d = current->domain;
    struct grant_use use = {
        .ref = op->ref,
        .who = d->id,
        .readonly = op->flags & GNTMAP_readonly,
        .host = op->flags & GNTMAP_host_map,
        .device = op->flags & GNTMAP_device_map,
    };
    grant_handle_t handle;
    int16_t status;

    if (!use.host && !use.device)
        return GNTST_bad_gntref;
    use.granter = get_domain(op->dom);
    if (!use.granter)
        return GNTST_bad_domain;
    handle = take_handle(d);
    status = handle == NO_HANDLE ? GNTST_no_space : map_pinned(op, &use);
    if (status == GNTST_okay) {
        op->handle = handle;
        set_handle(d, handle, op->flags, op->dom, op->ref);
        return status; /* the handle keeps the domain */
    }
    if (handle != NO_HANDLE)
        free_handle(d, handle);
    put_domain(use.granter);
    return status;
}

int grant_map_ref(gva_t at)
{
    struct gnttab_map_grant_ref op;

    if (get_guest(op, at))
        return refuse(RULE_BAD_POINTER, -EFAULT, at.a, 0);
    op.status = map_ref(&op);
    if (op.status != GNTST_okay)
        refuse(RULE_GRANT_STATUS, -EINVAL, op.ref, (uint64_t)-op.status);
    return put_guest(at, op) ? refuse(RULE_BAD_POINTER, -EFAULT, at.a, 0) : 0;
}

/* --- unmap --- */

struct unmapping {
    uint64_t host_addr, dev_bus_addr, new_addr;
    grant_handle_t handle;
    struct maptrack map;
    struct grant_use use; /* what is given back: .granter NULL: nothing */
    mfn_t mfn;
};

/* Remove the entry; references and counts stay until all CPUs have flushed. */
static int16_t begin_unmap(struct unmapping *u)
{
    struct domain *d = current->domain;
    bool device, host;
    int16_t status = GNTST_okay;

    u->use = (struct grant_use){.who = d->id};
    if (!claim_handle(d, u->handle, &u->map))
        return GNTST_bad_handle;
    u->use.granter = get_domain(u->map.domid);
    u->use.ref = u->map.ref;
    u->use.readonly = u->map.flags & GNTMAP_readonly;
    /* In use, so that the record is there and does not change. */
    u->mfn = grant_active(u->use.granter->grants, u->use.ref)->mfn;

    device = u->dev_bus_addr && (u->map.flags & GNTMAP_device_map);
    host = u->host_addr && (u->map.flags & GNTMAP_host_map);
    if (device && u->dev_bus_addr != mfn_to_maddr(u->mfn).a)
        status = GNTST_bad_dev_addr;
    if (status == GNTST_okay && host)
        status = unmap_grant_entry(u->host_addr, u->mfn, u->new_addr,
                                   u->map.flags);
    if (status == GNTST_okay) {
        u->use.host = host;
        u->use.device = device;
    }
    return status;
}

static void end_unmap(struct unmapping *u)
{
    uint32_t left = u->map.flags;

    if (!u->use.granter)
        return;
    if (u->use.host) {
        let_go(frame_of(u->mfn), u->use.readonly);
        left &= ~(uint32_t)GNTMAP_host_map;
    }
    if (u->use.device) {
        let_go(frame_of(u->mfn), u->use.readonly);
        left &= ~(uint32_t)GNTMAP_device_map;
    }
    unpin_grant(&u->use);
    if (finish_handle(current->domain, u->handle, left))
        put_domain(u->use.granter); /* the handle's reference */
    put_domain(u->use.granter);
}

static int unmap_batch(gva_t at, unsigned int n, size_t size,
                       size_t status_at,
                       bool (*read)(gva_t at, struct unmapping *u))
{
    struct unmapping batch[UNMAP_BATCH];
    unsigned int i, begun = 0;
    int rc = 0;

    for (i = 0; i < n && !rc; i++, at.a += size) {
        int16_t status;

        if (!read(at, &batch[i])) {
            rc = refuse(RULE_BAD_POINTER, -EFAULT, at.a, 0);
            break;
        }
        status = begin_unmap(&batch[begun++]);
        if (status != GNTST_okay)
            refuse(RULE_GRANT_STATUS, -EINVAL, batch[i].handle,
                   (uint64_t)-status);
        if (put_guest(GVA(at.a + status_at), status))
            rc = refuse(RULE_BAD_POINTER, -EFAULT, at.a, 0);
    }
    hw_flush_tlb_mask(domain_cpus(current->domain));
    for (i = 0; i < begun; i++)
        end_unmap(&batch[i]);
    return rc;
}

static bool read_unmap(gva_t at, struct unmapping *u)
{
    struct gnttab_unmap_grant_ref op;

    if (get_guest(op, at))
        return false;
    u->host_addr = op.host_addr;
    u->dev_bus_addr = op.dev_bus_addr;
    u->new_addr = 0;
    u->handle = op.handle;
    return true;
}

static bool read_replace(gva_t at, struct unmapping *u)
{
    struct gnttab_unmap_and_replace op;

    if (get_guest(op, at))
        return false;
    u->host_addr = op.host_addr;
    u->dev_bus_addr = 0;
    u->new_addr = op.new_addr;
    u->handle = op.handle;
    return true;
}

int grant_unmap_refs(gva_t at, unsigned int n)
{
    return unmap_batch(at, n, sizeof(struct gnttab_unmap_grant_ref),
                       offsetof(struct gnttab_unmap_grant_ref, status),
                       read_unmap);
}

int grant_unmap_and_replace(gva_t at, unsigned int n)
{
    return unmap_batch(at, n, sizeof(struct gnttab_unmap_and_replace),
                       offsetof(struct gnttab_unmap_and_replace, status),
                       read_replace);
}
