// SPDX-License-Identifier: MIT
/*
 * The 2-level event ABI. Three bits stand between a signal and an upcall: the
 * port's in evtchn_pending, its word's in evtchn_pending_sel, and the vCPU's
 * evtchn_upcall_pending. Each is set only by who found it clear, in this
 * order, and the guest clears them in the opposite one, so that no signal is
 * lost between them. The guest writes all of them: nothing here trusts one.
 */
#include "core/domain.h"
#include "core/events/event.h"
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

/* The port's word has something for its vCPU to find: is that news to it? */
static bool select_word(struct domain *d, const struct channel *channel)
{
    struct vcpu_info *info = d->vcpu[channel->vcpu]->hot.info;

    return !test_and_set(&info->evtchn_pending_sel, channel->port / WORD_BITS);
}

bool event_2l_set_pending(struct domain *d, const struct channel *channel,
                          bool *news)
{
    struct shared_info *shared = d->shared;
    unsigned int word = channel->port / WORD_BITS;
    unsigned int bit = channel->port % WORD_BITS;

    if (test_and_set(&shared->evtchn_pending[word], bit))
        return false;
    *news = true;
    return !test(&shared->evtchn_mask[word], bit) && select_word(d, channel);
}

void event_2l_clear_pending(struct domain *d, uint32_t port)
{
    test_and_clear(&d->shared->evtchn_pending[port / WORD_BITS],
                   port % WORD_BITS);
}

bool event_2l_unmask(struct domain *d, const struct channel *channel)
{
    struct shared_info *shared = d->shared;
    unsigned int word = channel->port / WORD_BITS;
    unsigned int bit = channel->port % WORD_BITS;

    return test_and_clear(&shared->evtchn_mask[word], bit) &&
           test(&shared->evtchn_pending[word], bit) && select_word(d, channel);
}

bool event_2l_is_pending(const struct domain *d, uint32_t port)
{
    return test(&d->shared->evtchn_pending[port / WORD_BITS],
                port % WORD_BITS);
}
