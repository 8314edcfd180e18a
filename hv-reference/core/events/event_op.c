// SPDX-License-Identifier: MIT
/*
 * event_channel_op: what a guest does with its ports. Each command has a
 * function that gets the copied-in argument and may change it; who gave a
 * structure with results gets it back.
 */
#include <xen/event_channel.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/events/event.h"
#include "core/guest_access.h"
#include "core/hypercall.h"
#include "core/vcpu.h"

static struct vcpu *vcpu_of(const struct domain *d, uint32_t id)
{
    if (id < MAX_VCPUS && d->vcpu[id])
        return d->vcpu[id];
    refuse(RULE_NO_SUCH_VCPU, -ENOENT, id, d->vcpus);
    return NULL;
}

/* Those of which every vCPU has its own. */
static bool is_per_vcpu(uint32_t virq)
{
    return virq == VIRQ_TIMER || virq == VIRQ_DEBUG ||
           virq == VIRQ_XENOPROF || virq == VIRQ_XENPMU;
}

static struct channel *new_port(struct domain *d, long *rc)
{
    struct channel *channel = channel_new(d);

    if (!channel)
        *rc = refuse(RULE_NO_PORT_LEFT, -ENOSPC, EVENT_PORTS, 0);
    return channel;
}

static long bind_virq(struct domain *d, struct evtchn_bind_virq *arg)
{
    struct channel *channel;
    struct vcpu *v;
    long rc = 0;

    if (arg->virq >= NR_VIRQS)
        return refuse(RULE_NO_SUCH_VIRQ, -EINVAL, arg->virq, NR_VIRQS);
    if (!is_per_vcpu(arg->virq) && arg->vcpu != 0)
        return refuse(RULE_VIRQ_OF_VCPU0, -EINVAL, arg->virq, arg->vcpu);
    v = vcpu_of(d, arg->vcpu);
    if (!v)
        return -ENOENT;
    if (v->virq_port[arg->virq])
        return refuse(RULE_VIRQ_BOUND, -EEXIST, arg->virq,
                      v->virq_port[arg->virq]);
    channel = new_port(d, &rc);
    if (!channel)
        return rc;
    channel->state = CHANNEL_VIRQ;
    channel->virq = (uint8_t)arg->virq;
    channel->vcpu = (uint16_t)arg->vcpu;
    v->virq_port[arg->virq] = (uint16_t)channel->port;
    arg->port = channel->port;
    return 0;
}

static long bind_ipi(struct domain *d, struct evtchn_bind_ipi *arg)
{
    struct channel *channel;
    long rc = 0;

    if (!vcpu_of(d, arg->vcpu))
        return -ENOENT;
    channel = new_port(d, &rc);
    if (!channel)
        return rc;
    channel->state = CHANNEL_IPI;
    channel->vcpu = (uint16_t)arg->vcpu;
    arg->port = channel->port;
    return 0;
}

static long alloc_unbound(struct domain *d, struct evtchn_alloc_unbound *arg)
{
    struct channel *channel;
    long rc = 0;

    if (arg->dom != DOMID_SELF && arg->dom != d->id)
        return refuse_domain(arg->dom);
    channel = new_port(d, &rc);
    if (!channel)
        return rc;
    channel->state = CHANNEL_UNBOUND;
    channel->remote_dom =
        arg->remote_dom == DOMID_SELF ? d->id : arg->remote_dom;
    arg->port = channel->port;
    return 0;
}

/* A domU has no physical interrupts; how many there might be is Xen's number
 * for a PC. */
static long bind_pirq(const struct evtchn_bind_pirq *arg)
{
    if (arg->pirq >= NR_PIRQS)
        return refuse(RULE_BAD_ARGUMENT, -EINVAL, arg->pirq, NR_PIRQS);
    return refuse(RULE_NOT_PRIVILEGED, -EPERM, EVTCHNOP_bind_pirq, 0);
}

/* With REMOTE found: bind to its port, which must wait for this domain. */
static long bind_to(struct domain *d, struct domain *remote,
                    struct evtchn_bind_interdomain *arg)
{
    struct channel *far = channel_at(remote, arg->remote_port);
    struct channel *channel;
    long rc = 0;

    if (!far || far->state != CHANNEL_UNBOUND || far->remote_dom != d->id)
        return refuse(RULE_PORT_NOT_OFFERED, -EINVAL, arg->remote_port,
                      arg->remote_dom);
    channel = new_port(d, &rc);
    if (!channel)
        return rc;
    channel->state = CHANNEL_INTERDOMAIN;
    channel->remote_dom = remote->id;
    channel->remote_port = far->port;
    lock_far_end(d, remote);
    far->remote_port = channel->port;
    far->state = CHANNEL_INTERDOMAIN;
    unlock_far_end(d, remote);
    /* What the other side sent before it was bound is seen now. */
    event_set_pending(d, channel);
    arg->local_port = channel->port;
    return 0;
}

static long bind_interdomain(struct domain *d,
                             struct evtchn_bind_interdomain *arg)
{
    domid_t id = arg->remote_dom == DOMID_SELF ? d->id : arg->remote_dom;
    struct domain *remote;
    long rc;

    if (id == 0) /* the hypervisor's own ends */
        return channel_bind_service(d, arg->remote_port, &arg->local_port);
    remote = get_domain(id);
    if (!remote)
        return refuse(RULE_NO_SUCH_DOMAIN, -ESRCH, id, 0);
    rc = bind_to(d, remote, arg);
    put_domain(remote);
    return rc;
}

/* The near end is not locked: what it says is taken for a hint. */
static void send_to(const struct domain *d, const struct channel *near)
{
    struct domain *remote = get_domain(read_once(near->remote_dom));
    struct channel *far;

    if (!remote)
        return;
    spin_lock(&remote->events->lock);
    far = channel_at(remote, read_once(near->remote_port));
    if (far && far->state == CHANNEL_INTERDOMAIN && far->remote_dom == d->id &&
        far->remote_port == near->port)
        event_set_pending(remote, far);
    spin_unlock(&remote->events->lock);
    put_domain(remote);
}

static void send_ipi(struct domain *d, struct channel *channel)
{
    spin_lock(&d->events->lock);
    if (channel->state == CHANNEL_IPI)
        event_set_pending(d, channel);
    spin_unlock(&d->events->lock);
}

static long do_send(struct domain *d, uint32_t port)
{
    struct channel *channel = channel_at(d, port);
    event_notify_fn *notify;

    if (!channel)
        return refuse(RULE_PORT_NOT_OPEN, -EINVAL, port, 0);
    switch (read_once(channel->state)) {
    case CHANNEL_INTERDOMAIN:
        send_to(d, channel);
        return 0;
    case CHANNEL_SERVICE:
        notify = read_once(channel->notify); /* closed meanwhile: NULL */
        if (notify)
            notify(d);
        return 0;
    case CHANNEL_IPI:
        send_ipi(d, channel);
        return 0;
    case CHANNEL_UNBOUND: /* nobody hears it */
        return 0;
    default:
        return refuse(RULE_PORT_CANNOT_SEND, -EINVAL, port, channel->state);
    }
}

static long status(struct domain *d, struct evtchn_status *arg)
{
    const struct channel *channel;

    if (arg->dom != DOMID_SELF && arg->dom != d->id)
        return refuse_domain(arg->dom);
    channel = channel_at(d, arg->port);
    if (!channel)
        return refuse(RULE_PORT_NOT_OPEN, -EINVAL, arg->port, 0);
    arg->vcpu = channel->vcpu;
    switch (channel->state) {
    case CHANNEL_UNBOUND:
        arg->status = EVTCHNSTAT_unbound;
        arg->u.unbound.dom = channel->remote_dom;
        break;
    case CHANNEL_SERVICE:
    case CHANNEL_INTERDOMAIN:
        arg->status = EVTCHNSTAT_interdomain;
        arg->u.interdomain.dom = channel->remote_dom;
        arg->u.interdomain.port = channel->remote_port;
        break;
    case CHANNEL_VIRQ:
        arg->status = EVTCHNSTAT_virq;
        arg->u.virq = channel->virq;
        break;
    case CHANNEL_IPI:
        arg->status = EVTCHNSTAT_ipi;
        break;
    default:
        arg->status = EVTCHNSTAT_closed;
    }
    return 0;
}

static long bind_vcpu(struct domain *d, const struct evtchn_bind_vcpu *arg)
{
    struct channel *channel;

    if (!vcpu_of(d, arg->vcpu))
        return -ENOENT;
    channel = channel_at(d, arg->port);
    if (!channel || channel->state == CHANNEL_FREE ||
        channel->state == CHANNEL_IPI ||
        (channel->state == CHANNEL_VIRQ && is_per_vcpu(channel->virq)))
        return refuse(RULE_PORT_NOT_MOVABLE, -EINVAL, arg->port, arg->vcpu);
    channel->vcpu = (uint16_t)arg->vcpu;
    return 0;
}

static long unmask(struct domain *d, uint32_t port)
{
    struct channel *channel = channel_at(d, port);

    if (!channel)
        return refuse(RULE_PORT_NOT_OPEN, -EINVAL, port, 0);
    if (channel->state != CHANNEL_FREE)
        event_unmask(d, channel);
    return 0;
}

static long init_control(struct domain *d, struct evtchn_init_control *arg)
{
    const uint32_t last =
        PAGE_SIZE - sizeof(struct evtchn_fifo_control_block);

    if (!vcpu_of(d, arg->vcpu))
        return -ENOENT;
    if (arg->offset > last || arg->offset % sizeof(uint64_t))
        return refuse(RULE_CONTROL_BLOCK_MISPLACED, -EINVAL, arg->offset,
                      last);
    arg->link_bits = EVTCHN_FIFO_LINK_BITS;
    return event_fifo_give_block(d, arg->vcpu, MFN(arg->control_gfn),
                                 arg->offset);
}

static long set_priority(struct domain *d,
                         const struct evtchn_set_priority *arg)
{
    struct channel *channel = channel_at(d, arg->port);

    if (!channel)
        return refuse(RULE_PORT_NOT_OPEN, -EINVAL, arg->port, 0);
    if (!d->events->fifo)
        return refuse(RULE_NO_FIFO, -ENOSYS, 0, 0);
    if (channel->state == CHANNEL_FREE)
        return refuse(RULE_PORT_NOT_OPEN, -EACCES, arg->port, 0);
    if (arg->priority > EVTCHN_FIFO_PRIORITY_MIN)
        return refuse(RULE_NO_SUCH_PRIORITY, -EINVAL, arg->priority,
                      EVTCHN_FIFO_PRIORITY_MIN);
    /* An event that is on a queue stays there; the next goes to the new one. */
    write_once(channel->priority, (uint8_t)arg->priority);
    return 0;
}

static long reset(struct domain *d, const struct evtchn_reset *arg)
{
    uint32_t port;

    if (arg->dom != DOMID_SELF && arg->dom != d->id)
        return refuse_domain(arg->dom);
    for (port = 1; port < EVENT_PORTS; port++) {
        const struct channel *channel = channel_at(d, port);

        if (channel && channel->state != CHANNEL_FREE)
            channel_close(d, port);
    }
    event_fifo_destroy(d);
    return 0;
}

/* The number under which Xen goes on with a reset: guests may use it, too. */
#define RESET_CONTINUED 14

HYPERCALL(event_channel_op)
{
    struct domain *d = current->domain;
    gva_t arg = GVA(a2);
    long rc;

    /* send comes by far the most often: it takes what lock it needs. */
    if ((int)a1 == EVTCHNOP_send) {
        struct evtchn_send send;

        if (get_guest(send, arg))
            return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
        return do_send(d, send.port);
    }

/* Copy the argument in, run FN under the lock, and copy results back. */
#define COMMAND(cmd, type, back, fn)                                           \
    case cmd: {                                                                \
        struct type in;                                                        \
        if (get_guest(in, arg))                                                \
            return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);                \
        events_lock(d);                                                        \
        rc = (fn);                                                             \
        events_unlock(d);                                                      \
        if ((back) && !rc && put_guest(arg, in))                               \
            return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);                \
        return rc;                                                             \
    }
    switch ((int)a1) {
        COMMAND(EVTCHNOP_bind_virq, evtchn_bind_virq, true, bind_virq(d, &in))
        COMMAND(EVTCHNOP_bind_pirq, evtchn_bind_pirq, false, bind_pirq(&in))
        COMMAND(EVTCHNOP_bind_ipi, evtchn_bind_ipi, true, bind_ipi(d, &in))
        COMMAND(EVTCHNOP_alloc_unbound, evtchn_alloc_unbound, true,
                alloc_unbound(d, &in))
        COMMAND(EVTCHNOP_bind_interdomain, evtchn_bind_interdomain, true,
                bind_interdomain(d, &in))
        COMMAND(EVTCHNOP_status, evtchn_status, true, status(d, &in))
        COMMAND(EVTCHNOP_close, evtchn_close, false, channel_close(d, in.port))
        COMMAND(EVTCHNOP_bind_vcpu, evtchn_bind_vcpu, false, bind_vcpu(d, &in))
        COMMAND(EVTCHNOP_unmask, evtchn_unmask, false, unmask(d, in.port))
        COMMAND(EVTCHNOP_reset, evtchn_reset, false, reset(d, &in))
        COMMAND(RESET_CONTINUED, evtchn_reset, false, reset(d, &in))
        COMMAND(EVTCHNOP_init_control, evtchn_init_control, true,
                init_control(d, &in))
        COMMAND(EVTCHNOP_expand_array, evtchn_expand_array, false,
                event_fifo_give_page(d, MFN(in.array_gfn)))
        COMMAND(EVTCHNOP_set_priority, evtchn_set_priority, false,
                set_priority(d, &in))
    }
#undef COMMAND
    return refuse(RULE_NO_SUCH_COMMAND, -ENOSYS, a1, 0);
}
