// SPDX-License-Identifier: MIT
/*
 * A domain's table of event channels: making, finding and closing ports, and
 * the hypervisor's own ends of them.
 */
#include "core/events/event.h"

#include "core/errno.h"

#include "core/domain.h"
#include "core/memory/frame.h"
#include "core/vcpu.h"
#include "explain/refuse.h"

static spinlock_t bindings_lock = SPINLOCK(LOCK_BINDINGS);

void events_lock(struct domain *d)
{
    spin_lock(&bindings_lock);
    spin_lock(&d->events->lock);
}

void events_unlock(struct domain *d)
{
    spin_unlock(&d->events->lock);
    spin_unlock(&bindings_lock);
}

/* Only one CPU at a time has two of these: who has the bindings lock. */
void lock_far_end(const struct domain *d, struct domain *remote)
{
    if (remote != d)
        spin_lock(&remote->events->lock);
}

void unlock_far_end(const struct domain *d, struct domain *remote)
{
    if (remote != d)
        spin_unlock(&remote->events->lock);
}

int events_init(struct domain *d)
{
    d->events = hv_alloc(sizeof(*d->events));
    if (!d->events)
        return -ENOMEM;
    spin_lock_init(&d->events->lock, LOCK_EVENTS, d->id);
    spin_lock_init(&d->events->fifo_lock, LOCK_FIFO, d->id);
    return 0;
}

struct channel *channel_at(const struct domain *d, uint32_t port)
{
    struct channel *bucket;

    if (port >= EVENT_PORTS)
        return NULL;
    bucket = d->events->bucket[port / EVENT_BUCKET_PORTS];
    return bucket ? &bucket[port % EVENT_BUCKET_PORTS] : NULL;
}

static struct channel *bucket_new(struct domain *d, unsigned int number)
{
    struct channel *bucket = hv_alloc(EVENT_BUCKET_PORTS * sizeof(*bucket));
    uint32_t i;

    if (!bucket)
        return NULL;
    for (i = 0; i < EVENT_BUCKET_PORTS; i++) {
        bucket[i].port = number * EVENT_BUCKET_PORTS + i;
        bucket[i].priority = EVTCHN_FIFO_PRIORITY_DEFAULT;
    }
    __atomic_store_n(&d->events->bucket[number], bucket, __ATOMIC_RELEASE);
    return bucket;
}

struct channel *channel_new(struct domain *d)
{
    unsigned int b, i;

    for (b = 0; b < ARRAY_SIZE(d->events->bucket); b++) {
        struct channel *bucket = d->events->bucket[b];

        if (!bucket)
            bucket = bucket_new(d, b);
        if (!bucket)
            return NULL;
        for (i = b ? 0 : 1; i < EVENT_BUCKET_PORTS; i++) {
            if (bucket[i].state == CHANNEL_FREE &&
                !event_fifo_is_linked(d, bucket[i].port))
                return &bucket[i];
        }
    }
    return NULL;
}

void channel_free(struct domain *d, struct channel *channel)
{
    event_clear_pending(d, channel);
    *channel = (struct channel){
        .port = channel->port,
        .priority = EVTCHN_FIFO_PRIORITY_DEFAULT,
        .last_vcpu = channel->last_vcpu,
        .last_priority = channel->last_priority,
    };
}

/* The other end of an interdomain channel is unbound again, for D. */
static void unbind_far_end(struct domain *d, const struct channel *channel)
{
    struct domain *remote = get_domain(channel->remote_dom);
    struct channel *far;

    if (!remote)
        return;
    lock_far_end(d, remote);
    far = channel_at(remote, channel->remote_port);
    if (far && far->state == CHANNEL_INTERDOMAIN && far->remote_dom == d->id &&
        far->remote_port == channel->port)
        far->state = CHANNEL_UNBOUND;
    unlock_far_end(d, remote);
    put_domain(remote);
}

int channel_close(struct domain *d, uint32_t port)
{
    struct channel *channel = channel_at(d, port);

    if (!channel || channel->state == CHANNEL_FREE)
        return refuse(RULE_PORT_NOT_OPEN, -EINVAL, port, 0);
    if (channel->state == CHANNEL_VIRQ)
        d->vcpu[channel->vcpu]->virq_port[channel->virq] = 0;
    else if (channel->state == CHANNEL_INTERDOMAIN)
        unbind_far_end(d, channel);
    else if (channel->state == CHANNEL_SERVICE)
        d->events->service[channel->remote_port - 1].port = 0;
    channel_free(d, channel);
    return 0;
}

void events_destroy(struct domain *d)
{
    uint32_t port;

    if (!d->events)
        return;
    events_lock(d);
    for (port = 1; port < EVENT_PORTS; port++) {
        struct channel *channel = channel_at(d, port);

        if (channel && channel->state != CHANNEL_FREE)
            channel_close(d, port);
    }
    event_fifo_destroy(d);
    events_unlock(d);
}

void events_free(struct domain *d)
{
    unsigned int b;

    if (!d->events)
        return;
    for (b = 0; b < ARRAY_SIZE(d->events->bucket); b++)
        hv_free(d->events->bucket[b]);
    hv_free(d->events);
    d->events = NULL;
}

void raise_virq(struct vcpu *v, unsigned int virq)
{
    struct domain *d = v->domain;
    uint32_t port;

    spin_lock(&d->events->lock);
    port = v->virq_port[virq];
    if (port)
        event_set_pending(d, channel_at(d, port));
    spin_unlock(&d->events->lock);
}

static struct channel *bind_service(struct domain *d, unsigned int number,
                                    event_notify_fn *notify)
{
    struct channel *channel = channel_new(d);

    if (!channel)
        return NULL;
    channel->state = CHANNEL_SERVICE;
    channel->notify = notify;
    channel->remote_port = number + 1;
    d->events->service[number].port = channel->port;
    return channel;
}

unsigned int event_port_for_service(struct domain *d, event_notify_fn *notify)
{
    const struct channel *channel = NULL;
    unsigned int i = 0;

    events_lock(d);
    while (i < EVENT_SERVICES && d->events->service[i].notify)
        i++;
    if (i < EVENT_SERVICES)
        channel = bind_service(d, i, notify);
    if (channel) {
        d->events->service[i].notify = notify;
        d->events->service[i].first_port = channel->port;
    }
    events_unlock(d);
    return channel ? channel->port : 0;
}

int channel_bind_service(struct domain *d, uint32_t far_port,
                         evtchn_port_t *port)
{
    struct channel *channel;
    uint32_t i = far_port - 1;

    if (i >= EVENT_SERVICES || !d->events->service[i].notify ||
        d->events->service[i].port)
        return refuse(RULE_PORT_NOT_OFFERED, -EINVAL, far_port, 0);
    channel = bind_service(d, i, d->events->service[i].notify);
    if (!channel)
        return refuse(RULE_NO_PORT_LEFT, -ENOSPC, EVENT_PORTS, 0);
    event_set_pending(d, channel);
    *port = channel->port;
    return 0;
}

void signal_port(struct domain *d, unsigned int port)
{
    unsigned int i;

    spin_lock(&d->events->lock);
    for (i = 0; i < EVENT_SERVICES; i++) {
        const struct service_end *service = &d->events->service[i];

        if (service->first_port == port && service->port)
            event_set_pending(d, channel_at(d, service->port));
    }
    spin_unlock(&d->events->lock);
}
