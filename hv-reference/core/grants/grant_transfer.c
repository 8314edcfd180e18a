// SPDX-License-Identifier: MIT
/*
 * GNTTABOP_transfer: a frame changes its owner for good, to where another
 * domain has said that it takes one.
 *
 * As on Xen a frame is lost to its old owner as soon as it could be taken from
 * it; if the other side then does not take it, it is freed.
 */
#include "core/cpu.h"
#include "core/domain.h"
#include "core/errno.h"
#include "core/memory/frame_table.h"
#include "core/grants/grants.h"
#include "core/guest_access.h"
#include "core/hw.h"
#include "core/memory/mmu.h"
#include "core/vcpu.h"
#include "explain/refuse.h"

#define RETRIES 5

/* Does entry REF of TO wait for a frame from GIVER? Then it is committed. */
static bool commit_entry(struct grant_table *t, grant_ref_t ref, domid_t giver)
{
    grant_entry_header_t *shared, wanted, new;
    uint32_t old_raw, new_raw;
    unsigned int i;

    if (ref >= grant_entries(t))
        return false;
    shared = grant_header(t, ref);
    wanted = (grant_entry_header_t){GTF_accept_transfer, giver};
    new = wanted;
    new.flags |= GTF_transfer_committed;
    new_raw = new.flags | (uint32_t)new.domid << 16;
    for (i = 0; i < RETRIES; i++) {
        old_raw = wanted.flags | (uint32_t)wanted.domid << 16;
        if (__atomic_compare_exchange_n((uint32_t *)shared, &old_raw, new_raw,
                                        false, __ATOMIC_SEQ_CST,
                                        __ATOMIC_SEQ_CST))
            return true;
        if (old_raw != (wanted.flags | (uint32_t)wanted.domid << 16))
            return false;
    }
    return false;
}

/* Tell TO: the frame's place in its memory becomes the frame's number. */
static void complete_entry(struct grant_table *t, grant_ref_t ref, mfn_t mfn)
{
    if (t->version == 1) {
        m2p_set(mfn, grant_v1(t, ref)->frame);
        grant_v1(t, ref)->frame = (uint32_t)mfn.n;
    } else {
        m2p_set(mfn, grant_v2(t, ref)->full_page.frame);
        grant_v2(t, ref)->full_page.frame = mfn.n;
    }
    __atomic_fetch_or(&grant_header(t, ref)->flags, GTF_transfer_completed,
                      __ATOMIC_SEQ_CST);
}

static int16_t give_to(struct domain *to, grant_ref_t ref, mfn_t mfn)
{
    int16_t status = GNTST_general_error;

    spin_lock(&to->grants->lock);
    if (to->pages < to->max_pages && !to->dying &&
        commit_entry(to->grants, ref, current->domain->id) &&
        give_frames(mfn, 0, to)) {
        complete_entry(to->grants, ref, mfn);
        status = GNTST_okay;
    }
    spin_unlock(&to->grants->lock);
    return status;
}

static int16_t transfer(const struct gnttab_transfer *op)
{
    struct domain *d = current->domain, *to;
    mfn_t mfn = MFN(op->mfn);
    int16_t status = GNTST_bad_domain;

    if (!mfn_valid(mfn) || !steal_frame(frame_of(mfn), d))
        return GNTST_bad_page;
    hw_flush_tlb_mask(domain_cpus(d));
    flush_stale(frame_of(mfn));
    to = get_domain(op->domid);
    if (to) {
        status = give_to(to, op->ref, mfn);
        put_domain(to);
    }
    if (status != GNTST_okay)
        free_stolen_frame(mfn);
    return status;
}

int grant_transfer(gva_t at)
{
    struct gnttab_transfer op;

    if (get_guest(op, at))
        return refuse(RULE_BAD_POINTER, -EFAULT, at.a, 0);
    op.status = transfer(&op);
    if (op.status != GNTST_okay)
        refuse(RULE_GRANT_STATUS, -EINVAL, op.ref, (uint64_t)-op.status);
    at.a += offsetof(struct gnttab_transfer, status);
    return put_guest(at, op.status)
               ? refuse(RULE_BAD_POINTER, -EFAULT, at.a, 0)
               : 0;
}

/*
 * Caches are coherent here: a flush (of an own frame; of others' nobody has
 * asked yet) does nothing, and invalidating without writing back is not had.
 */
int grant_cache_flush(gva_t at)
{
    struct gnttab_cache_flush op;
    mfn_t mfn;

    if (get_guest(op, at))
        return refuse(RULE_BAD_POINTER, -EFAULT, at.a, 0);
    if (op.offset >= PAGE_SIZE || op.length > PAGE_SIZE ||
        op.offset + op.length > PAGE_SIZE ||
        (op.op & ~(GNTTAB_CACHE_INVAL | GNTTAB_CACHE_CLEAN)))
        return refuse(RULE_BAD_ARGUMENT, -EINVAL, op.op, PAGE_SIZE);
    if (!op.length || !op.op)
        return 0;
    mfn = maddr_to_mfn(MADDR(op.a.dev_bus_addr));
    if (!mfn_valid(mfn))
        return refuse(RULE_NO_SUCH_FRAME, -EINVAL, mfn.n, frame_limit);
    if (frame_owner(frame_of(mfn)) != current->domain)
        return refuse_owner(-EINVAL, mfn);
    if (op.op == GNTTAB_CACHE_INVAL)
        return refuse(RULE_NOT_OFFERED, -EOPNOTSUPP, GNTTABOP_cache_flush, 0);
    return 0;
}
