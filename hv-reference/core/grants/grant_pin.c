// SPDX-License-Identifier: MIT
/*
 * Grant entries while somebody uses them.
 *
 * The rule: what an entry allows is decided when its first use begins, from
 * one reading of the shared words, together with the mark (GTF_reading,
 * GTF_writing) that tells the granter so. Until the last use ends the record
 * decides, whatever the granter writes. The marks go with the uses.
 */
#include "core/cpu.h"
#include "core/domain.h"
#include "core/memory/frame_table.h"
#include "core/grants/grants.h"
#include "core/hw.h"

/* How often a granter may change an entry while it is being marked. */
#define RETRIES 5

/* flags and domid of an entry, which change together. */
union grant_word {
    uint32_t raw;
    struct {
        uint16_t flags;
        domid_t domid;
    } is;
};

static bool writers(const struct active_grant *act)
{
    return act->pin[PIN_HOST_WRITE] || act->pin[PIN_DEV_WRITE];
}

static bool in_use(const struct active_grant *act)
{
    return writers(act) || act->pin[PIN_HOST_READ] || act->pin[PIN_DEV_READ];
}

/* May WHO use an entry that reads WORD, in this way? */
static bool allows(union grant_word word, const struct grant_use *use,
                   bool mapping, bool v2)
{
    unsigned int type = word.is.flags & GTF_type_mask;

    if (word.is.domid != use->who)
        return false;
    if (mapping)
        return type == GTF_permit_access && !(word.is.flags & GTF_sub_page);
    return type == GTF_permit_access || (v2 && type == GTF_transitive);
}

static int16_t mark_v1(uint32_t *shared, const struct active_grant *act,
                       const struct grant_use *use, bool mapping)
{
    union grant_word old = {.raw = read_once(*shared)}, new;
    unsigned int i;

    for (i = 0; i < RETRIES; i++) {
        if (!in_use(act) && !allows(old, use, mapping, false))
            return GNTST_general_error;
        if (!use->readonly && (old.is.flags & GTF_readonly))
            return GNTST_general_error;
        new = old;
        new.is.flags |= GTF_reading | (use->readonly ? 0 : GTF_writing);
        if (__atomic_compare_exchange_n(shared, &old.raw, new.raw, false,
                                        __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
            return GNTST_okay;
    }
    return GNTST_general_error; /* it never stands still */
}

/* The marks are in a word of their own: mark, then see that it still holds. */
static int16_t mark_v2(uint32_t *shared, uint16_t *status,
                       const struct active_grant *act,
                       const struct grant_use *use, bool mapping)
{
    uint16_t marks = GTF_reading | (use->readonly ? 0 : GTF_writing);
    union grant_word word;
    unsigned int look;

    for (look = 0; look < 2; look++) {
        word.raw = read_once(*shared);
        if ((!in_use(act) && !allows(word, use, mapping, true)) ||
            (!use->readonly && (word.is.flags & GTF_readonly))) {
            if (look)
                __atomic_fetch_and(status,
                                   (uint16_t)~(in_use(act) ? GTF_writing
                                                           : marks),
                                   __ATOMIC_SEQ_CST);
            return GNTST_general_error;
        }
        __atomic_fetch_or(status, marks, __ATOMIC_SEQ_CST);
    }
    return GNTST_okay;
}

static int16_t mark(struct grant_table *t, const struct active_grant *act,
                    const struct grant_use *use, bool mapping)
{
    uint32_t *shared = (uint32_t *)grant_header(t, use->ref);

    if (t->version == 1)
        return mark_v1(shared, act, use, mapping);
    return mark_v2(shared, grant_status(t, use->ref), act, use, mapping);
}

/* Take back the marks that no use needs any more. */
static void unmark(struct grant_table *t, const struct active_grant *act,
                   const struct grant_use *use)
{
    uint16_t marks = in_use(act) ? 0 : GTF_reading;

    if (!use->readonly && !writers(act))
        marks |= GTF_writing;
    if (marks)
        __atomic_fetch_and(grant_status(t, use->ref), (uint16_t)~marks,
                           __ATOMIC_SEQ_CST);
}

static void count(struct active_grant *act, const struct grant_use *use,
                  int change)
{
    if (use->host)
        act->pin[use->readonly ? PIN_HOST_READ : PIN_HOST_WRITE] += change;
    if (use->device)
        act->pin[use->readonly ? PIN_DEV_READ : PIN_DEV_WRITE] += change;
}

static bool count_full(const struct active_grant *act,
                       const struct grant_use *use)
{
    return (use->host &&
            act->pin[use->readonly ? PIN_HOST_READ : PIN_HOST_WRITE] ==
                PIN_MAX) ||
           (use->device &&
            act->pin[use->readonly ? PIN_DEV_READ : PIN_DEV_WRITE] == PIN_MAX);
}

/* In every form but the transitive one. */
static mfn_t named_frame(struct grant_table *t, grant_ref_t ref)
{
    return MFN(t->version == 1 ? read_once(grant_v1(t, ref)->frame)
                               : read_once(grant_v2(t, ref)->full_page.frame));
}

/* The record of a new use: what the entry says now. */
static void describe(struct grant_table *t, struct active_grant *act,
                     const struct grant_use *use)
{
    grant_entry_v2_t entry;

    act->domid = use->who;
    act->start = 0;
    act->length = PAGE_SIZE;
    act->sub_page = act->transitive = false;
    act->mfn = named_frame(t, use->ref);
    if (t->version == 1)
        return;
    entry = *grant_v2(t, use->ref);
    if (entry.hdr.flags & GTF_sub_page) {
        act->sub_page = true;
        act->start = entry.sub_page.page_off;
        act->length = entry.sub_page.length;
    }
}

static struct frame *get_granted(struct domain *granter, mfn_t mfn)
{
    if (!mfn_valid(mfn) || !get_frame(frame_of(mfn), granter))
        return NULL;
    return frame_of(mfn);
}

/* Mark and describe the entry if this is its first use of the kind. */
static int16_t begin_use(struct grant_table *t, struct active_grant *act,
                         const struct grant_use *use, bool mapping)
{
    bool fresh = !in_use(act);
    int16_t status;

    if (!fresh && (act->domid != use->who || count_full(act, use) ||
                   (mapping && act->sub_page)))
        return GNTST_general_error;
    if (!fresh && (use->readonly || writers(act)))
        return GNTST_okay;
    status = mark(t, act, use, mapping);
    if (status == GNTST_okay && fresh)
        describe(t, act, use);
    return status;
}

/* The record of an entry that may be used; NULL: *STATUS says why not. */
static struct active_grant *find(struct grant_table *t, grant_ref_t ref,
                                 int16_t *status)
{
    struct active_grant *act = NULL;

    if (ref >= grant_entries(t))
        *status = GNTST_bad_gntref;
    else if (!(act = grant_active(t, ref)))
        *status = GNTST_no_space;
    return act;
}

int16_t pin_for_mapping(const struct grant_use *use, struct frame **frame)
{
    struct grant_table *t = use->granter->grants;
    struct active_grant *act;
    int16_t status;

    spin_lock(&t->lock);
    act = find(t, use->ref, &status);
    if (act)
        status = begin_use(t, act, use, true);
    if (act && status == GNTST_okay) {
        *frame = get_granted(use->granter, act->mfn);
        if (*frame) {
            count(act, use, 1);
        } else {
            status = in_use(act) ? GNTST_general_error : GNTST_bad_page;
            unmark(t, act, use);
        }
    }
    spin_unlock(&t->lock);
    return status;
}

void unpin_grant(const struct grant_use *use)
{
    struct grant_table *t = use->granter->grants;
    struct active_grant *act;
    struct grant_use behind = *use;
    bool transitive;

    spin_lock(&t->lock);
    act = grant_active(t, use->ref); /* it is in use, hence there */
    count(act, use, -1);
    unmark(t, act, use);
    transitive = act->transitive;
    behind.ref = act->trans_ref;
    behind.who = use->granter->id;
    behind.granter = transitive ? get_domain(act->trans_domid) : NULL;
    spin_unlock(&t->lock);

    if (!behind.granter)
        return;
    unpin_grant(&behind); /* one level: pin_for_copy() allows no more */
    put_domain(behind.granter); /* this call's reference, and the use's own */
    put_domain(behind.granter);
}

/* --- copies, which may go through a second grant --- */

/*
 * The first writer's copy, where others read: Xen looks at the entry's frame
 * again, though it writes to the record's. Here the two must be the same.
 */
static int16_t check_same_frame(struct grant_table *t,
                                const struct active_grant *act,
                                const struct grant_use *use)
{
    mfn_t now = named_frame(t, use->ref);
    struct frame *frame;

    if (mfn_eq(now, act->mfn))
        return GNTST_okay;
    frame = get_granted(use->granter, now);
    if (!frame)
        return GNTST_bad_page;
    put_frame(frame);
    return GNTST_general_error;
}

static int16_t pin_direct(const struct grant_use *use, struct frame **frame,
                          uint16_t *start, uint16_t *length)
{
    struct grant_table *t = use->granter->grants;
    struct active_grant *act;
    int16_t status;
    bool marked;

    spin_lock(&t->lock);
    act = find(t, use->ref, &status);
    if (act) /* what cannot begin has left no mark */
        status = begin_use(t, act, use, false);
    marked = act && status == GNTST_okay;
    if (marked &&
        (t->version == 2 && !in_use(act) &&
         (grant_v2(t, use->ref)->hdr.flags & GTF_type_mask) ==
             GTF_transitive))
        status = GNTST_general_error; /* it has changed, or is the second */
    if (marked && in_use(act) && !use->readonly && !writers(act))
        status = check_same_frame(t, act, use);
    if (act && status == GNTST_okay) {
        *frame = get_granted(use->granter, act->mfn);
        if (!*frame)
            status = in_use(act) ? GNTST_bad_domain : GNTST_bad_page;
    }
    if (act && status == GNTST_okay) {
        *start = act->start;
        *length = act->length;
        count(act, use, 1);
    } else if (marked) {
        unmark(t, act, use);
    }
    spin_unlock(&t->lock);
    return status;
}

/* Where a transitive entry leads to; false: USE's entry is not one. */
static bool is_transitive(const struct grant_use *use, domid_t *domid,
                          grant_ref_t *ref)
{
    struct grant_table *t = use->granter->grants;
    grant_entry_v2_t entry;
    bool yes = false;

    spin_lock(&t->lock);
    if (t->version == 2 && use->ref < grant_entries(t)) {
        entry = *grant_v2(t, use->ref);
        yes = (entry.hdr.flags & GTF_type_mask) == GTF_transitive;
        *domid = entry.transitive.trans_domid;
        *ref = entry.transitive.gref;
    }
    spin_unlock(&t->lock);
    return yes;
}

/*
 * The first grant is used for as long as the second one is. BEHIND has been
 * pinned; its granter's reference becomes the entry's.
 */
static int16_t pin_transitive(const struct grant_use *use,
                              const struct grant_use *behind, mfn_t mfn,
                              uint16_t start, uint16_t length)
{
    struct grant_table *t = use->granter->grants;
    struct active_grant *act;
    int16_t status;

    spin_lock(&t->lock);
    act = find(t, use->ref, &status);
    if (act && in_use(act)) {
        /* Only one copy at a time: each record leads to one second grant. */
        status = GNTST_eagain;
    } else if (act) {
        status = begin_use(t, act, use, false);
        if (status == GNTST_okay) {
            act->mfn = mfn;
            act->start = start;
            act->length = length;
            act->sub_page = act->transitive = true; /* not for mapping */
            act->trans_domid = behind->granter->id;
            act->trans_ref = behind->ref;
            count(act, use, 1);
        }
    }
    spin_unlock(&t->lock);
    return status;
}

int16_t pin_for_copy(const struct grant_use *use, struct frame **frame,
                     uint16_t *start, uint16_t *length)
{
    struct grant_use behind = *use;
    domid_t domid;
    int16_t status;

    if (!is_transitive(use, &domid, &behind.ref))
        return pin_direct(use, frame, start, length);
    if (domid == use->granter->id)
        return GNTST_general_error;
    behind.granter = get_domain(domid);
    if (!behind.granter)
        return GNTST_general_error;
    behind.who = use->granter->id;
    status = pin_direct(&behind, frame, start, length);
    if (status == GNTST_okay) {
        status = pin_transitive(use, &behind, frame_mfn(*frame), *start,
                                *length);
        if (status == GNTST_okay)
            return status; /* the entry keeps the domain */
        unpin_grant(&behind);
        put_frame(*frame);
    }
    put_domain(behind.granter);
    return status;
}
