// SPDX-License-Identifier: MIT
/*
 * The 2-level event ABI. Three bits stand between a signal and an upcall: the
 * port's in evtchn_pending, its word's in evtchn_pending_sel, and the vCPU's
 * evtchn_upcall_pending. Each is set only by who found it clear, in this
 * order, and the guest clears them in the opposite one, so that no signal is
 * lost between them. The guest writes all of them: nothing here trusts one.
 */
#include "core/domain.h"
#include "core/event.h"
#include "core/sched.h"
#include "core/vcpu.h"

#define WORD_BITS 64

static bool test_and_set(xen_ulong_t *word, unsigned int bit)
{
    uint64_t mask = 1UL << bit;

    return __atomic_fetch_or(word, mask, __ATOMIC_SEQ_CST) & mask;
}

static bool test_and_clear(xen_ulong_t *word, unsigned int bit)
{
    uint64_t mask = 1UL << bit;

    return __atomic_fetch_and(word, ~mask, __ATOMIC_SEQ_CST) & mask;
}

static bool test(const xen_ulong_t *word, unsigned int bit)
{
    return __atomic_load_n(word, __ATOMIC_SEQ_CST) >> bit & 1;
}

bool upcall_due(const struct vcpu *v)
{
    return read_once(v->hot.info->evtchn_upcall_pending) &&
           !read_once(v->hot.info->evtchn_upcall_mask);
}

void vcpu_mark_pending(struct vcpu *v)
{
    if (!__atomic_exchange_n(&v->hot.info->evtchn_upcall_pending, 1,
                             __ATOMIC_SEQ_CST))
        vcpu_unpause(v, VCPU_PAUSED_BLOCKED | VCPU_PAUSED_POLLING);
}

/* A vCPU that polls for PORT (0: for several) has its answer. */
static void end_polls(struct domain *d, uint32_t port)
{
    unsigned int i;

    for (i = 0; i < d->vcpus; i++) {
        struct vcpu *v = d->vcpu[i];

        if (v && (v->paused & VCPU_PAUSED_POLLING) &&
            (!v->poll_port || v->poll_port == port))
            vcpu_unpause(v, VCPU_PAUSED_POLLING);
    }
}

/* The port's word has something for V to find. */
static void select_word(struct vcpu *v, uint32_t port)
{
    if (!test_and_set(&v->hot.info->evtchn_pending_sel, port / WORD_BITS))
        vcpu_mark_pending(v);
}

void event_set_pending(struct domain *d, unsigned int vcpu, uint32_t port)
{
    struct shared_info *shared = d->shared;
    unsigned int word = port / WORD_BITS, bit = port % WORD_BITS;

    if (test_and_set(&shared->evtchn_pending[word], bit))
        return;
    if (!test(&shared->evtchn_mask[word], bit))
        select_word(d->vcpu[vcpu], port);
    end_polls(d, port);
}

void event_clear_pending(struct domain *d, uint32_t port)
{
    test_and_clear(&d->shared->evtchn_pending[port / WORD_BITS],
                   port % WORD_BITS);
}

void event_unmask(struct domain *d, unsigned int vcpu, uint32_t port)
{
    struct shared_info *shared = d->shared;
    unsigned int word = port / WORD_BITS, bit = port % WORD_BITS;

    if (test_and_clear(&shared->evtchn_mask[word], bit) &&
        test(&shared->evtchn_pending[word], bit))
        select_word(d->vcpu[vcpu], port);
}

bool event_is_pending(const struct domain *d, uint32_t port)
{
    return test(&d->shared->evtchn_pending[port / WORD_BITS],
                port % WORD_BITS);
}
