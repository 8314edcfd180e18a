// SPDX-License-Identifier: MIT
/*
 * sched_op: yield, block, poll and shutdown; and the older set_timer_op.
 */
#include <xen/event_channel.h>
#include <xen/sched.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/events/event.h"
#include "core/guest_access.h"
#include "core/hw.h"
#include "core/hypercall.h"
#include "core/scheduler/sched.h"
#include "core/time.h"
#include "core/vcpu.h"

#define MAX_POLL_PORTS 128

/* Wait for an event; events are let in, and one that waits ends it at once. */
static long block(struct vcpu *v)
{
    write_once(v->hot.info->evtchn_upcall_mask, 0);
    vcpu_pause(v, VCPU_PAUSED_BLOCKED);
    /* Looked at after the pause: what came between is not slept over. */
    if (upcall_due(v))
        vcpu_unpause(v, VCPU_PAUSED_BLOCKED);
    return 0;
}

/* Is one of the ports pending? 1 or 0, or a negative errno. */
static long any_port_pending(struct domain *d,
                             const struct sched_poll *poll, uint32_t *last)
{
    gva_t ports = GVA((uint64_t)poll->ports.p);
    const struct channel *channel;
    unsigned int i;

    for (i = 0; i < poll->nr_ports; i++) {
        if (get_guest(*last, guest_element(ports, i, sizeof(*last))))
            return refuse(RULE_BAD_POINTER, -EFAULT, ports.a, 0);
        channel = channel_at(d, *last);
        if (!channel || channel->state == CHANNEL_FREE)
            return refuse(RULE_PORT_NOT_OPEN, -EINVAL, *last, 0);
        if (event_is_pending(d, channel))
            return 1;
    }
    return 0;
}

static long poll(struct vcpu *v, gva_t arg)
{
    struct sched_poll poll;
    uint32_t port = 0;
    long rc;

    if (get_guest(poll, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    if (poll.nr_ports > MAX_POLL_PORTS)
        return refuse(RULE_TOO_MANY_PORTS, -EINVAL, poll.nr_ports,
                      MAX_POLL_PORTS);
    if (!guest_range_ok(GVA((uintptr_t)poll.ports.p),
                        max_of(poll.nr_ports, 1u) * sizeof(evtchn_port_t)))
        return refuse(RULE_BAD_POINTER, -EFAULT, (uintptr_t)poll.ports.p, 0);
    v->poll_port = 0;
    v->poll_until = poll.timeout;
    vcpu_pause(v, VCPU_PAUSED_POLLING);
    rc = upcall_due(v) ? 1 : any_port_pending(v->domain, &poll, &port);
    if (rc) {
        vcpu_unpause(v, VCPU_PAUSED_POLLING);
        return rc < 0 ? rc : 0;
    }
    if (poll.nr_ports == 1)
        v->poll_port = port;
    vcpu_timer_changed(v);
    return 0;
}

/*
 * A watchdog ends its domain unless it is set again in time. id 0 makes a new
 * one, timeout 0 (seconds) gives it up.
 */
static long set_watchdog(struct domain *d, const struct sched_watchdog *asked)
{
    const struct sched_watchdog set = *asked;
    uint64_t deadline = hw_now() + set.timeout * (1000 * MILLISECONDS), *dog;
    uint32_t i;

    if (set.id > ARRAY_SIZE(d->watchdog))
        return refuse(RULE_NO_SUCH_WATCHDOG, -EINVAL, set.id,
                      ARRAY_SIZE(d->watchdog));
    for (i = 0; !set.id && i < ARRAY_SIZE(d->watchdog); i++) {
        if (!d->watchdog[i]) {
            write_once(d->watchdog[i], deadline);
            return i + 1;
        }
    }
    if (!set.id)
        return refuse(RULE_NO_WATCHDOG_LEFT, -ENOSPC, ARRAY_SIZE(d->watchdog),
                      0);
    dog = &d->watchdog[set.id - 1];
    if (!*dog)
        return refuse(RULE_NO_SUCH_WATCHDOG, -EINVAL, set.id,
                      ARRAY_SIZE(d->watchdog));
    write_once(*dog, set.timeout ? deadline : 0);
    return 0;
}

static long watchdog(struct domain *d, gva_t arg)
{
    struct sched_watchdog set;
    long rc;

    if (get_guest(set, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    spin_lock(&d->lock);
    rc = set_watchdog(d, &set);
    spin_unlock(&d->lock);
    if (rc >= 0)
        vcpu_timer_changed(d->vcpu[0]); /* which they go with */
    return rc;
}

/* Nobody here is privileged; a domain means itself by its number alone. */
static long refuse_remote_shutdown(const struct domain *d, gva_t arg)
{
    struct sched_remote_shutdown remote;

    if (get_guest(remote, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    if (remote.domain_id == d->id)
        return refuse(RULE_NOT_PRIVILEGED, -EPERM, SCHEDOP_remote_shutdown, 0);
    return refuse_domain(remote.domain_id);
}

HYPERCALL(sched_op)
{
    struct vcpu *v = current;
    gva_t arg = GVA(a2);
    struct sched_shutdown shutdown;

    switch ((int)a1) {
    case SCHEDOP_yield:
        vcpu_yield(v);
        return 0;
    case SCHEDOP_block:
        return block(v);
    case SCHEDOP_poll:
        return poll(v, arg);
    case SCHEDOP_shutdown:
        if (get_guest(shutdown, arg))
            return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
        domain_shutdown(v->domain, (uint8_t)shutdown.reason);
        return 0;
    case SCHEDOP_shutdown_code:
        if (get_guest(shutdown, arg))
            return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
        if (v->domain->shutdown_code == SHUTDOWN_NONE)
            v->domain->shutdown_code = (uint8_t)shutdown.reason;
        return 0;
    case SCHEDOP_watchdog:
        return watchdog(v->domain, arg);
    case SCHEDOP_remote_shutdown:
        return refuse_remote_shutdown(v->domain, arg);
    case SCHEDOP_pin_override:
        return refuse(RULE_NOT_PRIVILEGED, -EPERM, a1, 0);
    }
    return refuse(RULE_NO_SUCH_COMMAND, -ENOSYS, a1, 0);
}

HYPERCALL(set_timer_op)
{
    struct vcpu *v = current;
    uint64_t deadline = a1, now = hw_now();

    /*
     * Deadlines that a guest's arithmetic wrapped (negative, or 13 days
     * ahead) come from kernels that have work now, or none at all: Xen gives
     * them an interrupt in 100 ms.
     */
    if ((int64_t)deadline < 0 ||
        (deadline > now && (uint32_t)((deadline - now) >> 50) != 0))
        deadline = now + 100 * MILLISECONDS;
    v->timer = deadline;
    vcpu_timer_changed(v);
    return 0;
}
