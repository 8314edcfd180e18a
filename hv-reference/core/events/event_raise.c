// SPDX-License-Identifier: MIT
/*
 * A signal's way from a channel to a vCPU, by the ABI that the domain uses.
 *
 * The rule: first the port becomes pending where the guest can see it, then
 * its vCPU is told, then those who poll for it. A vCPU that blocks looks at
 * its pending byte after it has said that it blocks: so one of the two sees
 * the other.
 */
#include "core/domain.h"
#include "core/events/event.h"
#include "core/scheduler/sched.h"
#include "core/vcpu.h"

bool upcall_due(const struct vcpu *v)
{
    return read_once(v->hot.info->evtchn_upcall_pending) &&
           !read_once(v->hot.info->evtchn_upcall_mask);
}

void vcpu_mark_pending(struct vcpu *v)
{
    if (!__atomic_exchange_n(&v->hot.info->evtchn_upcall_pending, 1,
                             __ATOMIC_SEQ_CST))
        vcpu_wake(v);
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

static bool uses_fifo(const struct domain *d)
{
    return __atomic_load_n(&d->events->fifo, __ATOMIC_SEQ_CST) != NULL;
}

void event_set_pending(struct domain *d, struct channel *channel)
{
    struct vcpu *v = d->vcpu[channel->vcpu];
    bool tell = false, news = false;

    if (!uses_fifo(d))
        tell = event_2l_set_pending(d, channel, &news);
    if (uses_fifo(d)) /* also if it was turned on just now */
        tell |= event_fifo_set_pending(d, channel, &news);
    if (tell)
        vcpu_mark_pending(v);
    if (news)
        end_polls(d, channel->port);
}

void event_clear_pending(struct domain *d, struct channel *channel)
{
    if (uses_fifo(d))
        event_fifo_clear_pending(d, channel);
    else
        event_2l_clear_pending(d, channel->port);
}

void event_unmask(struct domain *d, struct channel *channel)
{
    struct vcpu *v = d->vcpu[channel->vcpu];
    bool tell, news = false;

    tell = uses_fifo(d) ? event_fifo_unmask(d, channel, &news)
                        : event_2l_unmask(d, channel);
    if (tell)
        vcpu_mark_pending(v);
    if (news)
        end_polls(d, channel->port);
}

bool event_is_pending(struct domain *d, const struct channel *channel)
{
    return uses_fifo(d) ? event_fifo_is_pending(d, channel->port)
                        : event_2l_is_pending(d, channel->port);
}
