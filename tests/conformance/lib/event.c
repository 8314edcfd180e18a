// SPDX-License-Identifier: MIT
/*
 * Upcalls: each port's events are counted as they arrive. The way to wait opens
 * upcalls and blocks, with a timer as the limit.
 */
#include "conform.h"

static unsigned int counts[64];
void (*event_hook)(evtchn_port_t port);
static evtchn_port_t limit_port;

static bool upcall(struct trap_regs *regs, struct caught *caught)
{
    xen_ulong_t words = 0;
    evtchn_port_t port;

    (void)regs;
    (void)caught;
    while ((port = xen_next_event(shared, vcpu, &words)) != 0) {
        if (port < sizeof(counts) / sizeof(*counts))
            counts[port]++;
        if (event_hook)
            event_hook(port);
    }
    return true;
}

void events_init(void)
{
    trap_set_hook(ENTRY_EVENT, upcall);
    /* A tick of the periodic timer would end a sleep too. */
    hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    limit_port = bind_virq(VIRQ_TIMER);
    if (xen_port_unmask(limit_port))
        error("the timer's port could not be unmasked");
}

unsigned int event_count(evtchn_port_t port)
{
    return counts[port];
}

/* The far end of the console, unbound by the reset, is there to be bound. */
long events_reset(void)
{
    struct evtchn_status was = {.dom = DOMID_SELF, .port = console_port};
    struct evtchn_reset reset = {DOMID_SELF};
    struct evtchn_bind_interdomain bind;
    long rc;

    if (!is_dom0() && hypercall_event_channel_op(EVTCHNOP_status, &was))
        error("the console's port has no status");
    rc = hypercall_event_channel_op(EVTCHNOP_reset, &reset);
    if (is_dom0() || rc)
        return rc;
    bind.remote_dom = was.u.interdomain.dom;
    bind.remote_port = was.u.interdomain.port;
    if (hypercall_event_channel_op(EVTCHNOP_bind_interdomain, &bind))
        shut_down(SHUTDOWN_crash); /* nobody hears us */
    console_port = bind.local_port;
    return 0;
}

uint64_t now(void)
{
    return xen_system_time(&vcpu->time);
}

long timer_at(uint64_t when)
{
    struct vcpu_set_singleshot_timer t = {when, 0};

    return hypercall_vcpu_op(VCPUOP_set_singleshot_timer, 0, &t);
}

bool event_wait(evtchn_port_t port, unsigned int count, uint64_t ns)
{
    uint64_t end = now() + ns;

    while (counts[port] < count && now() < end) {
        if (port != limit_port)
            timer_at(end);
        hypercall_sched_op(SCHEDOP_block, NULL);
        xen_events_disable(vcpu);
    }
    return counts[port] >= count;
}

evtchn_port_t bind_ipi(void)
{
    struct evtchn_bind_ipi b = {0, 0};

    if (hypercall_event_channel_op(EVTCHNOP_bind_ipi, &b))
        error("bind_ipi was refused");
    return b.port;
}

evtchn_port_t bind_virq(uint32_t virq)
{
    struct evtchn_bind_virq b = {virq, 0, 0};

    if (hypercall_event_channel_op(EVTCHNOP_bind_virq, &b))
        error("bind_virq %u was refused", virq);
    return b.port;
}
