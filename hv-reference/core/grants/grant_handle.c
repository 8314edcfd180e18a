// SPDX-License-Identifier: MIT
/*
 * The mappings that a domain has made of others' grants, by handle.
 *
 * The rule: a handle is claimed while it is being unmapped, so that each
 * mapping is given back once, whoever asks how often.
 */
#include "core/cpu.h"
#include "core/domain.h"
#include "core/memory/frame_table.h"
#include "core/grants/grants.h"
#include "core/memory/tables.h"

static struct maptrack *maptrack_of(const struct grant_table *t,
                                    grant_handle_t handle)
{
    return &t->maptrack[handle / MAPTRACK_PER_CHUNK]
                       [handle % MAPTRACK_PER_CHUNK];
}

/* One more chunk of free handles. */
static bool add_handles(struct grant_table *t)
{
    unsigned int chunk = t->handles / MAPTRACK_PER_CHUNK, i;

    if (chunk == MAPTRACK_CHUNKS)
        return false;
    t->maptrack[chunk] = hv_alloc(MAPTRACK_PER_CHUNK * sizeof(struct maptrack));
    if (!t->maptrack[chunk])
        return false;
    for (i = MAPTRACK_PER_CHUNK; i-- > 0;) {
        t->maptrack[chunk][i].ref = t->free_handle;
        t->free_handle = t->handles + i;
    }
    t->handles += MAPTRACK_PER_CHUNK;
    return true;
}

grant_handle_t take_handle(struct domain *d)
{
    struct grant_table *t = d->grants;
    grant_handle_t handle = NO_HANDLE;

    spin_lock(&t->lock);
    if (t->free_handle != NO_HANDLE || add_handles(t)) {
        handle = t->free_handle;
        t->free_handle = maptrack_of(t, handle)->ref;
        maptrack_of(t, handle)->flags = HANDLE_TAKEN;
    }
    spin_unlock(&t->lock);
    return handle;
}

static void free_locked(struct grant_table *t, grant_handle_t handle)
{
    struct maptrack *map = maptrack_of(t, handle);

    map->flags = 0;
    map->ref = t->free_handle;
    t->free_handle = handle;
}

void free_handle(struct domain *d, grant_handle_t handle)
{
    spin_lock(&d->grants->lock);
    free_locked(d->grants, handle);
    spin_unlock(&d->grants->lock);
}

void set_handle(struct domain *d, grant_handle_t handle, uint32_t flags,
                domid_t domid, grant_ref_t ref)
{
    spin_lock(&d->grants->lock);
    *maptrack_of(d->grants, handle) = (struct maptrack){flags, ref, domid};
    spin_unlock(&d->grants->lock);
}

bool claim_handle(struct domain *d, grant_handle_t handle, struct maptrack *map)
{
    struct grant_table *t = d->grants;
    bool ours = false;

    spin_lock(&t->lock);
    if (handle < t->handles) {
        *map = *maptrack_of(t, handle);
        ours = map->flags && !(map->flags & (HANDLE_TAKEN | HANDLE_CLAIMED));
        if (ours)
            maptrack_of(t, handle)->flags |= HANDLE_CLAIMED;
    }
    spin_unlock(&t->lock);
    return ours;
}

bool finish_handle(struct domain *d, grant_handle_t handle, uint32_t flags)
{
    struct grant_table *t = d->grants;
    bool stays = flags & (GNTMAP_host_map | GNTMAP_device_map);

    spin_lock(&t->lock);
    if (stays)
        maptrack_of(t, handle)->flags = flags;
    else
        free_locked(t, handle);
    spin_unlock(&t->lock);
    return !stays;
}

bool maps_grant(struct domain *d, const struct frame *frame, bool writable)
{
    struct grant_table *t = d->grants;
    grant_handle_t handle;
    bool found = false;

    for (handle = 0; t && handle < t->handles && !found; handle++) {
        const struct maptrack *map = maptrack_of(t, handle);
        struct domain *granter = frame->owner;
        const struct active_grant *act;

        if (!(map->flags & GNTMAP_host_map) || map->domid != granter->id ||
            (writable && (map->flags & GNTMAP_readonly)))
            continue;
        act = grant_active(granter->grants, map->ref);
        found = act->domid == d->id && mfn_eq(act->mfn, frame_mfn(frame));
    }
    return found;
}

/* The references of host mappings are in page tables, and go with those. */
static void drop_one(const struct maptrack *map)
{
    struct grant_use use = {
        .granter = get_domain(map->domid),
        .ref = map->ref,
        .readonly = map->flags & GNTMAP_readonly,
        .host = map->flags & GNTMAP_host_map,
        .device = map->flags & GNTMAP_device_map,
    };
    struct frame *frame;

    frame = frame_of(grant_active(use.granter->grants, use.ref)->mfn);
    if (use.device && use.readonly)
        put_frame(frame);
    else if (use.device)
        put_data_use(frame);
    unpin_grant(&use);
    put_domain(use.granter); /* this call's reference, and the handle's own */
    put_domain(use.granter);
}

void drop_handles(struct domain *d)
{
    struct maptrack map;
    grant_handle_t handle;

    for (handle = 0; handle < d->grants->handles; handle++) {
        if (!claim_handle(d, handle, &map))
            continue;
        drop_one(&map);
        finish_handle(d, handle, 0);
    }
}
