// SPDX-License-Identifier: MIT
/*
 * The FIFO event ABI: each vCPU has sixteen queues of pending ports, linked
 * through the ports' event words. The hypervisor appends, the guest takes off
 * the head; a word's LINKED bit says whose turn it is.
 *
 * The rule: a word is appended behind a tail only while that tail is LINKED,
 * in the same instruction that checks it. If the guest has taken the tail off
 * meanwhile its queue is empty, and the head and the ready bit say so. BUSY in
 * a tail's word asks the guest to unmask it by hypercall while its link is
 * being written. The guest may write anything anywhere: it can lose its own
 * events by that, and nothing else, for nothing in its pages is believed.
 */
#include "core/events/event_fifo.h"

#include "core/events/event.h"
#include "core/vcpu.h"

#define BIT(n) ((event_word_t)1 << (n))
#define LINK_ATTEMPTS 5 /* as often as an honest guest can be in between */

static bool test(const event_word_t *word, unsigned int bit)
{
    return __atomic_load_n(word, __ATOMIC_SEQ_CST) & BIT(bit);
}

static bool test_and_set(event_word_t *word, unsigned int bit)
{
    return __atomic_fetch_or(word, BIT(bit), __ATOMIC_SEQ_CST) & BIT(bit);
}

static void clear(event_word_t *word, unsigned int bit)
{
    __atomic_fetch_and(word, ~BIT(bit), __ATOMIC_SEQ_CST);
}

/* The event word of PORT; NULL: its page has not been given. */
static event_word_t *word_at(const struct event_fifo *fifo, uint32_t port)
{
    unsigned int page = (unsigned int)(port / EVENT_WORDS_PER_PAGE);

    if (!fifo || page >= fifo->pages)
        return NULL;
    return &fifo->page[page][port % EVENT_WORDS_PER_PAGE];
}

/*
 * Make the tail at WORD point to PORT, if it is still LINKED. false: it is not,
 * its queue is empty.
 */
static bool link_behind(event_word_t *word, uint32_t port)
{
    event_word_t old = __atomic_load_n(word, __ATOMIC_SEQ_CST);
    unsigned int attempt;

    for (attempt = 0; attempt < LINK_ATTEMPTS; attempt++) {
        event_word_t new =
            (old & ~(BIT(EVTCHN_FIFO_BUSY) | EVTCHN_FIFO_LINK_MASK)) | port;

        if (!(old & BIT(EVTCHN_FIFO_LINKED)))
            break;
        if (__atomic_compare_exchange_n(word, &old, new, false,
                                        __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
            return true;
        old = __atomic_or_fetch(word, BIT(EVTCHN_FIFO_BUSY), __ATOMIC_SEQ_CST);
    }
    if (attempt)
        clear(word, EVTCHN_FIFO_BUSY);
    /* A guest that never lets it be written loses the event. */
    return attempt == LINK_ATTEMPTS;
}

/*
 * Put the channel, whose word has just become LINKED, at the end of its queue.
 * true: it is the queue's only one, and the vCPU does not know of the queue.
 */
static bool append(struct event_fifo *fifo, struct channel *channel)
{
    struct fifo_vcpu *v = &fifo->vcpu[channel->vcpu];
    unsigned int queue = channel->priority;
    uint32_t *old_tail =
        &fifo->vcpu[channel->last_vcpu].tail[channel->last_priority];
    uint32_t *tail = &v->tail[queue];
    bool linked = false;

    /* LINKED was clear, so the queue that it was the last of is empty. */
    if (*old_tail == channel->port)
        *old_tail = 0;
    channel->last_vcpu = (uint8_t)channel->vcpu;
    channel->last_priority = (uint8_t)queue;
    if (*tail)
        linked = link_behind(word_at(fifo, *tail), channel->port);
    if (!linked)
        __atomic_store_n(&v->block->head[queue], channel->port,
                         __ATOMIC_SEQ_CST);
    *tail = channel->port;
    return !linked && !test_and_set(&v->block->ready, queue);
}

static bool set_pending(struct event_fifo *fifo, struct channel *channel,
                        bool *news)
{
    event_word_t *word = word_at(fifo, channel->port);

    if (!word) {
        channel->waiting = true; /* until its page is given */
        return false;
    }
    /* As Xen: events for a vCPU without a control block are lost. */
    if (!fifo->vcpu[channel->vcpu].block)
        return false;
    if (!test_and_set(word, EVTCHN_FIFO_PENDING))
        *news = true;
    return !test(word, EVTCHN_FIFO_MASKED) &&
           !test_and_set(word, EVTCHN_FIFO_LINKED) && append(fifo, channel);
}

bool event_fifo_set_pending(struct domain *d, struct channel *channel,
                            bool *news)
{
    bool tell;

    spin_lock(&d->events->fifo_lock);
    tell = set_pending(d->events->fifo, channel, news);
    spin_unlock(&d->events->fifo_lock);
    return tell;
}

/* The guest takes it off its queue, and sees then that it is not pending. */
void event_fifo_clear_pending(struct domain *d, struct channel *channel)
{
    event_word_t *word;

    spin_lock(&d->events->fifo_lock);
    channel->waiting = false;
    word = word_at(d->events->fifo, channel->port);
    if (word)
        clear(word, EVTCHN_FIFO_PENDING);
    spin_unlock(&d->events->fifo_lock);
}

bool event_fifo_unmask(struct domain *d, struct channel *channel, bool *news)
{
    event_word_t *word;
    bool tell = false;

    spin_lock(&d->events->fifo_lock);
    word = word_at(d->events->fifo, channel->port);
    if (word) {
        clear(word, EVTCHN_FIFO_MASKED);
        if (test(word, EVTCHN_FIFO_PENDING))
            tell = set_pending(d->events->fifo, channel, news);
    }
    spin_unlock(&d->events->fifo_lock);
    return tell;
}

static bool word_bit(struct domain *d, uint32_t port, unsigned int bit)
{
    const event_word_t *word;
    bool set;

    spin_lock(&d->events->fifo_lock);
    word = word_at(d->events->fifo, port);
    set = word && test(word, bit);
    spin_unlock(&d->events->fifo_lock);
    return set;
}

bool event_fifo_is_pending(struct domain *d, uint32_t port)
{
    return word_bit(d, port, EVTCHN_FIFO_PENDING);
}

bool event_fifo_is_linked(struct domain *d, uint32_t port)
{
    return word_bit(d, port, EVTCHN_FIFO_LINKED);
}
