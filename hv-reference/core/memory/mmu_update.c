// SPDX-License-Identifier: MIT
/*
 * mmu_update: a list of writes to page-table entries (or to ordinary pages),
 * and to the guest's rows of the machine-to-pseudo-physical table.
 *
 * The rule: which check an entry gets follows from what the frame is now, not
 * from what the guest says. After a change above L1 all CPUs of the domain
 * flush before the hypercall returns, since paging-structure caches and linear
 * mappings may show the old tables.
 */
#include <xen/xen.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/guest_access.h"
#include "core/hypercall.h"
#include "core/memory/mmu.h"
#include "core/memory/tables.h"
#include "core/vcpu.h"

/* Requests that are copied in at once. */
#define CHUNK 16

struct update_context {
    struct domain *d;
    const struct domain *owner; /* of what entries may refer to */
    bool upper_changed;
};

/* A frame that is no table: writable by its owner, hence by this as well. */
static int write_word(struct frame *frame, mfn_t mfn, uint64_t ptr,
                      uint64_t value)
{
    uint64_t *window;

    if (get_frame_type(frame, frame->owner, FRAME_WRITABLE))
        return -EINVAL;
    window = map_frame(mfn);
    write_once(window[(ptr & ~PAGE_MASK) / sizeof(*window)], value);
    unmap_frame(window);
    put_frame_type(frame);
    return 0;
}

static int write_entry(struct update_context *c, uint64_t ptr, uint64_t value,
                       bool keep_ad)
{
    mfn_t mfn = maddr_to_mfn(MADDR(ptr));
    unsigned int slot = (ptr & ~PAGE_MASK) / sizeof(uint64_t);
    struct frame *frame;
    int rc;

    if (!mfn_valid(mfn) || (frame = frame_of(mfn))->owner != c->d)
        return refuse_owner(-EINVAL, mfn);
    if (!is_table_type(frame_type(frame)) || !(state_of(frame) & F_VALID))
        return write_word(frame, mfn, ptr, value);
    rc = update_entry(frame, slot, value, c->owner, keep_ad);
    if (!rc && frame_type(frame) != FRAME_L1)
        c->upper_changed = true;
    return rc;
}

static int set_m2p_row(struct update_context *c, uint64_t ptr, uint64_t pfn)
{
    mfn_t mfn = maddr_to_mfn(MADDR(ptr));
    struct frame *frame = get_frame_or_refuse(mfn, c->owner);

    if (!frame)
        return -EINVAL;
    m2p_set(mfn, pfn);
    put_frame(frame);
    return 0;
}

static int do_request(struct update_context *c, const struct mmu_update *req)
{
    uint64_t cmd = req->ptr & 7;

    if (cmd <= MMU_PT_UPDATE_NO_TRANSLATE && is_own_memory(c->owner))
        return refuse(RULE_NO_SUCH_DOMAIN, -EPERM, DOMID_XEN, 0);
    switch (cmd) {
    case MMU_NORMAL_PT_UPDATE:
    case MMU_PT_UPDATE_NO_TRANSLATE: /* the same: no PV guest is translated */
        return write_entry(c, req->ptr - cmd, req->val, false);
    case MMU_PT_UPDATE_PRESERVE_AD:
        return write_entry(c, req->ptr - cmd, req->val, true);
    case MMU_MACHPHYS_UPDATE:
        return set_m2p_row(c, req->ptr, req->val);
    }
    return refuse(RULE_NO_SUCH_COMMAND, -ENOSYS, cmd, 0);
}

/* Copy in and do up to CHUNK requests; *DONE of them succeeded. */
static int do_chunk(struct update_context *c, const struct batch *batch,
                    unsigned int *done)
{
    struct mmu_update reqs[CHUNK];
    unsigned int n = min_of(batch->count, (unsigned int)CHUNK), have;
    size_t missing = copy_from_guest(reqs, batch->list, n * sizeof(reqs[0]));
    const struct vcpu *v = current;
    int rc = 0;

    have = n - (unsigned int)((missing + sizeof(reqs[0]) - 1) / sizeof(reqs[0]));
    spin_lock(&c->d->memory_lock);
    for (*done = 0; *done < have && !rc && !v->unfinished; *done += !rc)
        rc = do_request(c, &reqs[*done]);
    spin_unlock(&c->d->memory_lock);
    if (!rc && have < n && *done == have && !v->unfinished)
        return refuse(RULE_BAD_POINTER, -EFAULT, batch->list.a, 0);
    return rc;
}

/* The guest may name another domain's page tables, in the upper half. */
static int refuse_tables_of(uint32_t domain)
{
    uint32_t tables_of = domain >> 16; /* plus one; 0: its own */

    if (!tables_of || tables_of - 1 == current->domain->id)
        return 0;
    return refuse_domain((domid_t)(tables_of - 1));
}

HYPERCALL(mmu_update)
{
    const uint64_t args[4] = {a1, a2, a3, a4};
    struct update_context c;
    struct batch batch;
    unsigned int done;
    long rc = 0;

    if (!batch_begin(&batch, __HYPERVISOR_mmu_update, args,
                     sizeof(struct mmu_update), &rc))
        return rc;
    rc = refuse_tables_of((uint32_t)a4);
    if (rc) /* as on Xen, here nobody hears how many are done */
        return rc;
    c = (struct update_context){.d = current->domain};
    rc = memory_owner((uint16_t)a4, &c.owner);
    while (batch.count && !rc) {
        rc = do_chunk(&c, &batch, &done);
        batch_done(&batch, done, sizeof(struct mmu_update));
        if (!rc && batch.count && (current->unfinished || preempt_pending()))
            rc = -EINTR;
    }
    if (c.upper_changed)
        hw_flush_tlb_mask(domain_cpus(c.d));
    return batch_end(&batch, rc);
}
