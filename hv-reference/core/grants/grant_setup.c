// SPDX-License-Identifier: MIT
/*
 * grant_table_op's operations on a domain's own table: its size, where it is,
 * its version, two entries exchanged.
 */
#include "core/cpu.h"
#include "core/domain.h"
#include "core/errno.h"
#include "core/grants/grants.h"
#include "core/guest_access.h"
#include "core/vcpu.h"

static int bad_pointer(gva_t at)
{
    return refuse(RULE_BAD_POINTER, -EFAULT, at.a, 0);
}

/* GNTST_* for naming domain DOMID: a guest may look at its own table only. */
static int16_t own_table(domid_t domid)
{
    if (domid == DOMID_SELF || domid == current->domain->id)
        return GNTST_okay;
    return refuse_domain(domid) == -EPERM ? GNTST_permission_denied
                                          : GNTST_bad_domain;
}

int grant_setup_table(gva_t at)
{
    struct domain *d = current->domain;
    struct grant_table *t = d->grants;
    struct gnttab_setup_table op;
    gva_t list;
    uint32_t i;

    if (get_guest(op, at))
        return bad_pointer(at);
    list = GVA((uint64_t)op.frame_list.p);
    if (!guest_range_ok(list, (size_t)op.nr_frames * sizeof(xen_pfn_t)))
        return bad_pointer(list);
    op.status = own_table(op.dom);
    if (op.status == GNTST_okay) {
        spin_lock(&t->lock);
        if (op.nr_frames > MAX_GRANT_FRAMES || grow_grants(d, op.nr_frames)) {
            refuse(RULE_BAD_ARGUMENT, -EINVAL, op.nr_frames, MAX_GRANT_FRAMES);
            op.status = GNTST_general_error;
        }
        spin_unlock(&t->lock);
    }
    /* The table never shrinks: its frames can be read without the lock. */
    for (i = 0; op.status == GNTST_okay && i < op.nr_frames; i++) {
        xen_pfn_t frame = t->frame[i].n;

        if (put_guest(guest_element(list, i, sizeof(frame)), frame))
            op.status = GNTST_bad_virt_addr;
    }
    at.a += offsetof(struct gnttab_setup_table, status);
    return put_guest(at, op.status) ? bad_pointer(at) : 0;
}

int grant_query_size(gva_t at)
{
    struct gnttab_query_size op;

    if (get_guest(op, at))
        return bad_pointer(at);
    op.status = own_table(op.dom);
    if (op.status == GNTST_okay) {
        op.nr_frames = read_once(current->domain->grants->frames);
        op.max_nr_frames = MAX_GRANT_FRAMES;
    }
    return put_guest(at, op) ? bad_pointer(at) : 0;
}

int grant_set_version(gva_t at)
{
    struct domain *d = current->domain;
    struct gnttab_set_version op;
    int rc = 0;

    if (get_guest(op, at))
        return bad_pointer(at);
    spin_lock(&d->grants->lock);
    if (op.version != 1 && op.version != 2)
        rc = refuse(RULE_BAD_ARGUMENT, -EINVAL, op.version, 2);
    else if (op.version != d->grants->version)
        rc = set_grant_version(d, op.version);
    op.version = d->grants->version;
    spin_unlock(&d->grants->lock);
    return put_guest(at, op) ? bad_pointer(at) : rc;
}

int grant_get_version(gva_t at)
{
    struct gnttab_get_version op;
    int16_t status;

    if (get_guest(op, at))
        return bad_pointer(at);
    status = own_table(op.dom);
    if (status != GNTST_okay)
        return status == GNTST_bad_domain ? -ESRCH : -EPERM;
    op.version = read_once(current->domain->grants->version);
    return put_guest(at, op) ? bad_pointer(at) : 0;
}

int grant_get_status_frames(gva_t at)
{
    const struct grant_table *t = current->domain->grants;
    struct gnttab_get_status_frames op;
    gva_t list;
    uint32_t i;

    if (get_guest(op, at))
        return bad_pointer(at);
    list = GVA((uint64_t)op.frame_list.p);
    if (!guest_range_ok(list, (size_t)op.nr_frames * sizeof(uint64_t)))
        return bad_pointer(list);
    op.status = own_table(op.dom);
    if (op.status == GNTST_okay && op.nr_frames > read_once(t->status_frames)) {
        refuse(RULE_BAD_ARGUMENT, -EINVAL, op.nr_frames, t->status_frames);
        op.status = GNTST_general_error;
    }
    for (i = 0; op.status == GNTST_okay && i < op.nr_frames; i++) {
        uint64_t frame = t->status[i].n;

        if (put_guest(guest_element(list, i, sizeof(frame)), frame))
            op.status = GNTST_bad_virt_addr;
    }
    at.a += offsetof(struct gnttab_get_status_frames, status);
    return put_guest(at, op.status) ? bad_pointer(at) : 0;
}

static int16_t swap_refs(struct grant_table *t, grant_ref_t a, grant_ref_t b)
{
    if (a >= grant_entries(t) || b >= grant_entries(t))
        return GNTST_bad_gntref;
    if (a == b)
        return GNTST_okay;
    if (grant_in_use(t, a) || grant_in_use(t, b))
        return GNTST_eagain;
    if (t->version == 1) {
        grant_entry_v1_t entry = *grant_v1(t, a);

        *grant_v1(t, a) = *grant_v1(t, b);
        *grant_v1(t, b) = entry;
    } else {
        grant_entry_v2_t entry = *grant_v2(t, a);
        uint16_t status = *grant_status(t, a);

        *grant_v2(t, a) = *grant_v2(t, b);
        *grant_status(t, a) = *grant_status(t, b);
        *grant_v2(t, b) = entry;
        *grant_status(t, b) = status;
    }
    return GNTST_okay;
}

int grant_swap_ref(gva_t at)
{
    struct grant_table *t = current->domain->grants;
    struct gnttab_swap_grant_ref op;

    if (get_guest(op, at))
        return bad_pointer(at);
    spin_lock(&t->lock);
    op.status = swap_refs(t, op.ref_a, op.ref_b);
    spin_unlock(&t->lock);
    at.a += offsetof(struct gnttab_swap_grant_ref, status);
    return put_guest(at, op.status) ? bad_pointer(at) : 0;
}
