// SPDX-License-Identifier: MIT
/*
 * A domain's grant table: the pages that it shares with the hypervisor, in
 * version 1 or 2, and the hypervisor's record of what is in use.
 *
 * The rule: an entry's use is decided by the record alone; shared memory is
 * read once for each decision.
 */
#include "core/grants/grant_table.h"

#include "core/domain.h"
#include "core/errno.h"
#include "core/grants/grants.h"
#include "core/hw.h"
#include "core/lib.h"
#include "explain/refuse.h"

uint32_t grant_entries(const struct grant_table *t)
{
    return t->frames * (t->version == 1 ? GRANTS_V1 : GRANTS_V2);
}

grant_entry_v1_t *grant_v1(const struct grant_table *t, grant_ref_t ref)
{
    grant_entry_v1_t *page = t->window[ref / GRANTS_V1];

    return &page[ref % GRANTS_V1];
}

grant_entry_v2_t *grant_v2(const struct grant_table *t, grant_ref_t ref)
{
    grant_entry_v2_t *page = t->window[ref / GRANTS_V2];

    return &page[ref % GRANTS_V2];
}

grant_entry_header_t *grant_header(const struct grant_table *t, grant_ref_t ref)
{
    if (t->version == 1)
        return (grant_entry_header_t *)grant_v1(t, ref);
    return &grant_v2(t, ref)->hdr;
}

uint16_t *grant_status(const struct grant_table *t, grant_ref_t ref)
{
    if (t->version == 1)
        return &grant_v1(t, ref)->flags;
    return &t->status_window[ref / STATUS_PER_FRAME][ref % STATUS_PER_FRAME];
}

struct active_grant *grant_active(struct grant_table *t, grant_ref_t ref)
{
    struct active_grant **chunk = &t->active[ref / ACTIVE_PER_CHUNK];

    if (!*chunk)
        *chunk = hv_alloc(ACTIVE_PER_CHUNK * sizeof(**chunk));
    return *chunk ? &(*chunk)[ref % ACTIVE_PER_CHUNK] : NULL;
}

bool grant_in_use(const struct grant_table *t, grant_ref_t ref)
{
    const struct active_grant *chunk = t->active[ref / ACTIVE_PER_CHUNK];
    uint32_t pins;

    if (!chunk)
        return false;
    memcpy(&pins, chunk[ref % ACTIVE_PER_CHUNK].pin, sizeof(pins));
    return pins;
}

/* --- its pages --- */

static unsigned int status_frames_for(unsigned int frames)
{
    return (unsigned int)((frames * GRANTS_V2 + STATUS_PER_FRAME - 1) /
                          STATUS_PER_FRAME);
}

/* Give D shared frames until it has WANTED of them. */
static int add_frames(struct domain *d, mfn_t *frames, void **windows,
                      unsigned int *have, unsigned int wanted)
{
    while (*have < wanted) {
        mfn_t mfn = share_frame(d, true);

        if (mfn_eq(mfn, MFN_NONE))
            return refuse(RULE_NO_MEMORY, -ENOMEM, wanted, *have);
        frames[*have] = mfn;
        windows[*have] = map_frame(mfn);
        ++*have;
    }
    return 0;
}

static void drop_frames(const mfn_t *frames, void *const *windows,
                        unsigned int *have)
{
    while (*have) {
        --*have;
        unmap_frame(windows[*have]);
        unshare_frame(frames[*have]);
    }
}

static int grow_status(struct domain *d, unsigned int frames)
{
    struct grant_table *t = d->grants;

    return add_frames(d, t->status, (void **)t->status_window,
                      &t->status_frames, status_frames_for(frames));
}

int grow_grants(struct domain *d, unsigned int frames)
{
    struct grant_table *t = d->grants;
    int rc = 0;

    /* Status first: an entry is in use only where it has one. */
    if (t->version == 2)
        rc = grow_status(d, max_of(frames, t->frames));
    if (!rc)
        rc = add_frames(d, t->frame, t->window, &t->frames, frames);
    return rc;
}

int grant_table_init(struct domain *d)
{
    struct grant_table *t = hv_alloc(sizeof(*t));

    if (!t)
        return -ENOMEM;
    spin_lock_init(&t->lock, LOCK_GRANTS, d->id);
    t->version = 1;
    t->free_handle = NO_HANDLE;
    d->grants = t;
    return grow_grants(d, 1);
}

/* Others may still map its frames: they find its records until the end. */
void grant_table_destroy(struct domain *d)
{
    if (d->grants)
        drop_handles(d);
}

void grant_table_free(struct domain *d)
{
    struct grant_table *t = d->grants;
    unsigned int i;

    if (!t)
        return;
    d->grants = NULL;
    drop_frames(t->frame, t->window, &t->frames);
    drop_frames(t->status, (void *const *)t->status_window, &t->status_frames);
    for (i = 0; i < ACTIVE_CHUNKS; i++)
        hv_free(t->active[i]);
    for (i = 0; i < MAPTRACK_CHUNKS; i++)
        hv_free(t->maptrack[i]);
    hv_free(t);
}

void grant_table_seed(struct domain *d, uint32_t ref, mfn_t mfn)
{
    grant_entry_v1_t *entry = grant_v1(d->grants, ref);

    entry->domid = 0;
    entry->frame = (uint32_t)mfn.n;
    entry->flags = GTF_permit_access;
}

/* --- its version --- */

/* The entries that the builder made survive a change of version. */
struct reserved {
    uint16_t flags;
    domid_t domid;
    uint64_t frame;
};

static int keep_reserved(const struct grant_table *t, grant_ref_t ref,
                         struct reserved *keep)
{
    grant_entry_header_t h = *grant_header(t, ref);
    unsigned int type = h.flags & GTF_type_mask;

    *keep = (struct reserved){0, 0, 0};
    if (t->version == 1) {
        *keep = (struct reserved){h.flags, h.domid, grant_v1(t, ref)->frame};
        return 0;
    }
    if (type == GTF_transitive ||
        (type == GTF_permit_access && grant_v2(t, ref)->full_page.frame >> 32))
        return refuse(RULE_GRANT_NOT_V1, -ERANGE, ref, 0);
    if (type == GTF_permit_access)
        *keep = (struct reserved){
            (uint16_t)(h.flags | *grant_status(t, ref)), h.domid,
            grant_v2(t, ref)->full_page.frame};
    return 0;
}

static void put_reserved(const struct grant_table *t, grant_ref_t ref,
                         const struct reserved *keep)
{
    const uint16_t marks = GTF_reading | GTF_writing;
    grant_entry_header_t *h = grant_header(t, ref);

    if (t->version == 1) {
        grant_v1(t, ref)->frame = (uint32_t)keep->frame;
        h->flags = keep->flags;
    } else {
        grant_v2(t, ref)->full_page.frame = keep->frame;
        *grant_status(t, ref) = keep->flags & marks;
        h->flags = keep->flags & (uint16_t)~marks;
    }
    h->domid = keep->domid;
}

/* Status frames can go only if the guest does not map them. */
static bool status_mapped(const struct grant_table *t)
{
    unsigned int i;

    for (i = 0; i < t->status_frames; i++) {
        if (frame_refs(frame_of(t->status[i])) > 1)
            return true;
    }
    return false;
}

int set_grant_version(struct domain *d, unsigned int version)
{
    struct grant_table *t = d->grants;
    struct reserved keep[GNTTAB_NR_RESERVED_ENTRIES];
    unsigned int i;
    int rc = 0;

    for (i = GNTTAB_NR_RESERVED_ENTRIES; i < grant_entries(t); i++) {
        if (grant_in_use(t, i))
            return refuse(RULE_GRANT_IN_USE, -EBUSY, i, 0);
    }
    for (i = 0; i < ARRAY_SIZE(keep) && !rc; i++)
        rc = keep_reserved(t, i, &keep[i]);
    if (!rc && version == 1 && status_mapped(t))
        rc = refuse(RULE_GRANT_STATUS_MAPPED, -EBUSY, 0, 0);
    if (!rc && version == 2)
        rc = grow_status(d, t->frames);
    if (rc)
        return rc;

    if (version == 1)
        drop_frames(t->status, (void *const *)t->status_window,
                    &t->status_frames);
    t->version = version;
    for (i = 0; i < t->frames; i++)
        memset(t->window[i], 0, PAGE_SIZE);
    for (i = 0; i < ARRAY_SIZE(keep); i++)
        put_reserved(t, i, &keep[i]);
    return 0;
}
