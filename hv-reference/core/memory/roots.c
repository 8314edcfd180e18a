// SPDX-License-Identifier: MIT
/*
 * What keeps page tables alive without an entry that refers to them: pins,
 * and the roots of each vCPU's kernel and user mode.
 *
 * The rule: a root or a pin is a reference and a use like any other. The new
 * root is taken and loaded before the old one is given back.
 */
#include "core/cpu.h"
#include "core/memory/descriptors.h"
#include "core/domain.h"
#include "core/memory/mm.h"
#include "core/memory/tables.h"
#include "core/vcpu.h"

/* Give back a use as a root or pin; what cannot be finished now is noted. */
static void put_root(struct frame *frame)
{
    if (put_table(frame))
        undo_later(frame);
}

static int take_root(struct domain *d, mfn_t mfn)
{
    if (!mfn_valid(mfn))
        return refuse_owner(-EINVAL, mfn);
    return get_frame_type(frame_of(mfn), d, FRAME_L4);
}

static int set_root_locked(struct vcpu *v, uint64_t *cr3, mfn_t l4)
{
    uint64_t old = *cr3;
    int rc = 0;

    if (l4.n)
        rc = take_root(v->domain, l4);
    if (rc)
        return rc;
    if (l4.n && m2p_is_strict(v->domain) != (cr3 == &v->hot.kernel_cr3))
        show_m2p(v->domain, l4, cr3 == &v->hot.kernel_cr3);
    *cr3 = mfn_to_maddr(l4).a;
    if (cr3 == &v->hot.kernel_cr3) {
        unmap_ldt(v); /* the same address may be another page now */
        if (v == current)
            hw_load_page_tables(v);
    }
    if (old)
        put_root(frame_of(maddr_to_mfn(MADDR(old))));
    return 0;
}

static int set_root(struct vcpu *v, uint64_t *cr3, mfn_t l4)
{
    struct domain *d = v->domain;
    int rc = 0;

    spin_lock(&d->memory_lock);
    if (maddr_to_mfn(MADDR(*cr3)).n != l4.n)
        rc = set_root_locked(v, cr3, l4);
    else if (cr3 == &v->hot.kernel_cr3 && v == current)
        hw_load_page_tables(v); /* asked for again: it still flushes */
    spin_unlock(&d->memory_lock);
    return rc;
}

/* Only user mode may be without one, which is what frame 0 says. */
int set_kernel_root(struct vcpu *v, mfn_t l4)
{
    if (!l4.n)
        return refuse_owner(-EINVAL, l4);
    return set_root(v, &v->hot.kernel_cr3, l4);
}

int set_user_root(struct vcpu *v, mfn_t l4)
{
    return set_root(v, &v->hot.user_cr3, l4);
}

/*
 * For a vCPU that will not run again. What is left of a table that cannot be
 * undone at once is found by relinquish_memory().
 */
void drop_roots(struct vcpu *v)
{
    uint64_t *const cr3[] = {&v->hot.kernel_cr3, &v->hot.user_cr3};
    unsigned int i;

    spin_lock(&v->domain->memory_lock);
    v->unfinished = NULL;
    for (i = 0; i < ARRAY_SIZE(cr3); i++) {
        uint64_t old = *cr3[i];

        *cr3[i] = 0;
        if (old)
            put_table(frame_of(maddr_to_mfn(MADDR(old))));
    }
    spin_unlock(&v->domain->memory_lock);
}

/* --- pins --- */

int pin_step(struct domain *d, mfn_t mfn, unsigned int level)
{
    struct frame *frame;
    int rc;

    if (!mfn_valid(mfn))
        return refuse_owner(-EINVAL, mfn);
    frame = frame_of(mfn);
    rc = get_frame_type(frame, d, (enum frame_type)level);
    if (rc)
        return rc;
    if (!frame_pinned(frame)) {
        __atomic_fetch_or(&frame->state, F_PINNED, __ATOMIC_RELAXED);
        return 0;
    }
    put_root(frame);
    return refuse(RULE_PINNED_ALREADY, -EINVAL, mfn.n, 0);
}

int unpin_step(struct domain *d, mfn_t mfn)
{
    struct frame *frame = get_frame_or_refuse(mfn, d);
    int rc = 0;

    if (!frame)
        return -EINVAL;
    if (frame_pinned(frame)) {
        __atomic_fetch_and(&frame->state, ~F_PINNED, __ATOMIC_RELAXED);
        put_root(frame);
    } else {
        rc = refuse(RULE_NOT_PINNED, -EINVAL, mfn.n, 0);
    }
    put_frame(frame);
    return rc;
}

int pin_table(struct domain *d, mfn_t mfn, unsigned int level)
{
    int rc;

    spin_lock(&d->memory_lock);
    while ((rc = pin_step(d, mfn, level)) == -EINTR)
        continue;
    spin_unlock(&d->memory_lock);
    return rc;
}

int unpin_table(struct domain *d, mfn_t mfn)
{
    int rc;

    spin_lock(&d->memory_lock);
    rc = unpin_step(d, mfn);
    spin_unlock(&d->memory_lock);
    return rc;
}
