// SPDX-License-Identifier: MIT
/*
 * mmuext_op: a list of operations on page tables other than writing entries:
 * pins, roots, flushes, the LDT, clearing and copying pages.
 */
#include <xen/xen.h>

#include "core/cpu.h"
#include "core/memory/descriptors.h"
#include "core/domain.h"
#include "core/guest_access.h"
#include "core/hypercall.h"
#include "core/lib.h"
#include "core/memory/mm.h"
#include "core/memory/mmu.h"
#include "core/memory/tables.h"
#include "core/vcpu.h"

/* --- flushes --- */

static void flush_page_everywhere(uint64_t cpus, uint64_t va)
{
    if (is_guest_va(va))
        hw_flush_page_mask(cpus, va);
}

static int flush_vcpus(const struct domain *d, const struct mmuext_op *op)
{
    uint64_t cpus;

    if (cpus_of_vcpus(d, GVA((uint64_t)op->arg2.vcpumask.p), &cpus))
        return -EINVAL;
    if (op->cmd == MMUEXT_TLB_FLUSH_MULTI)
        hw_flush_tlb_mask(cpus);
    else
        flush_page_everywhere(cpus, op->arg1.linear_addr);
    return 0;
}

/* --- pages --- */

static int fill_page(struct domain *d, mfn_t to, const void *from)
{
    void *window;

    if (!mfn_valid(to))
        return refuse_owner(-EINVAL, to);
    if (get_frame_type(frame_of(to), d, FRAME_WRITABLE))
        return -EINVAL;
    window = map_frame(to);
    if (from)
        memcpy(window, from, PAGE_SIZE);
    else
        memset(window, 0, PAGE_SIZE);
    unmap_frame(window);
    put_frame_type(frame_of(to));
    return 0;
}

static int copy_page(struct domain *d, mfn_t to, mfn_t from)
{
    struct frame *source = get_frame_or_refuse(from, d);
    const void *window;
    int rc;

    if (!source)
        return -EINVAL;
    window = map_frame(from);
    rc = fill_page(d, to, window);
    unmap_frame(window);
    put_frame(source);
    return rc;
}

/* --- the operations --- */

static int pin(struct domain *d, const struct mmuext_op *op)
{
    mfn_t mfn = MFN(op->arg1.mfn);
    int rc;

    spin_lock(&d->memory_lock);
    if (op->cmd == MMUEXT_UNPIN_TABLE)
        rc = unpin_step(d, mfn);
    else
        rc = pin_step(d, mfn, op->cmd - MMUEXT_PIN_L1_TABLE + 1);
    spin_unlock(&d->memory_lock);
    return rc;
}

static int change_ldt(struct vcpu *v, const struct mmuext_op *op)
{
    int rc;

    spin_lock(&v->domain->memory_lock);
    rc = set_ldt(v, op->arg1.linear_addr, op->arg2.nr_ents);
    spin_unlock(&v->domain->memory_lock);
    return rc;
}

/* What concerns the caller's own page tables and CPU. */
static int do_own(struct vcpu *v, const struct mmuext_op *op)
{
    switch (op->cmd) {
    case MMUEXT_NEW_BASEPTR:
        return set_kernel_root(v, MFN(op->arg1.mfn));
    case MMUEXT_NEW_USER_BASEPTR:
        return set_user_root(v, MFN(op->arg1.mfn));
    case MMUEXT_TLB_FLUSH_LOCAL:
        hw_flush_tlb_local();
        return 0;
    case MMUEXT_INVLPG_LOCAL:
        if (is_guest_va(op->arg1.linear_addr))
            hw_flush_page_local(op->arg1.linear_addr);
        return 0;
    case MMUEXT_TLB_FLUSH_MULTI:
    case MMUEXT_INVLPG_MULTI:
        return flush_vcpus(v->domain, op);
    case MMUEXT_TLB_FLUSH_ALL:
        hw_flush_tlb_mask(domain_cpus(v->domain));
        return 0;
    case MMUEXT_INVLPG_ALL:
        flush_page_everywhere(domain_cpus(v->domain), op->arg1.linear_addr);
        return 0;
    case MMUEXT_FLUSH_CACHE: /* for who drives devices: no guest here does */
        return refuse(RULE_NOT_PRIVILEGED, -EACCES, op->cmd, 0);
    case MMUEXT_FLUSH_CACHE_GLOBAL:
        return refuse(RULE_NOT_PRIVILEGED, -EINVAL, op->cmd, 0);
    case MMUEXT_SET_LDT:
        return change_ldt(v, op);
    }
    return refuse(RULE_NO_SUCH_COMMAND, -ENOSYS, op->cmd, 0);
}

static int do_op(struct vcpu *v, const struct mmuext_op *op)
{
    switch (op->cmd) {
    case MMUEXT_PIN_L1_TABLE:
    case MMUEXT_PIN_L2_TABLE:
    case MMUEXT_PIN_L3_TABLE:
    case MMUEXT_PIN_L4_TABLE:
    case MMUEXT_UNPIN_TABLE:
        return pin(v->domain, op);
    case MMUEXT_CLEAR_PAGE:
    case MMUEXT_COPY_PAGE:
        if (op->cmd == MMUEXT_CLEAR_PAGE)
            return fill_page(v->domain, MFN(op->arg1.mfn), NULL);
        return copy_page(v->domain, MFN(op->arg1.mfn), MFN(op->arg2.src_mfn));
    case MMUEXT_MARK_SUPER:
    case MMUEXT_UNMARK_SUPER:
        return refuse(RULE_NO_SUCH_COMMAND, -EOPNOTSUPP, op->cmd, 0);
    case MMUEXT_NEW_BASEPTR ... MMUEXT_SET_LDT:
    case MMUEXT_NEW_USER_BASEPTR:
    case MMUEXT_FLUSH_CACHE_GLOBAL:
        return do_own(v, op);
    }
    return refuse(RULE_NO_SUCH_COMMAND, -ENOSYS, op->cmd, 0);
}

HYPERCALL(mmuext_op)
{
    const uint64_t args[4] = {a1, a2, a3, a4};
    struct vcpu *v = current;
    const struct domain *owner;
    struct mmuext_op op;
    struct batch batch;
    bool first = true;
    long rc;

    if (!batch_begin(&batch, __HYPERVISOR_mmuext_op, args, sizeof(op), &rc))
        return rc;
    rc = memory_owner((uint16_t)a4, &owner);
    if (!rc && owner != v->domain)
        rc = refuse(RULE_NOT_PRIVILEGED, -EPERM, (uint16_t)a4, 0);
    if (rc)
        return rc;
    for (; batch.count && !rc; first = false) {
        if (v->unfinished || (!first && preempt_pending()))
            rc = -EINTR;
        else if (get_guest(op, batch.list))
            rc = refuse(RULE_BAD_POINTER, -EFAULT, batch.list.a, 0);
        else
            rc = do_op(v, &op);
        if (!rc)
            batch_done(&batch, 1, sizeof(op));
    }
    return batch_end(&batch, rc);
}
