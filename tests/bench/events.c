// SPDX-License-Identifier: MIT
/*
 * A vCPU sends an event to itself. With upcalls open it is in the handler before
 * the call returns; with upcalls masked, the event is left to be taken back.
 */
#include "bench.h"

static struct evtchn_send event;

static long send_masked(void)
{
    long result = hypercall_event_channel_op(EVTCHNOP_send, &event);

    shared->evtchn_pending[0] = 0;
    shared->vcpu_info[0].evtchn_pending_sel = 0;
    shared->vcpu_info[0].evtchn_upcall_pending = 0;
    return result;
}

static long send_upcall(void)
{
    return hypercall_event_channel_op(EVTCHNOP_send, &event);
}

void bench_events(void)
{
    struct evtchn_bind_ipi bind = {0, 0};
    struct vcpu_info *vcpu = &shared->vcpu_info[0];

    need("bind_ipi", hypercall_event_channel_op(EVTCHNOP_bind_ipi, &bind));
    event.port = bind.port;
    need("unmasking the port", xen_port_unmask(event.port));
    measure(OP_send_masked, send_masked);
    xen_events_enable(vcpu);
    measure(OP_send_upcall, send_upcall);
    xen_events_disable(vcpu);
    if (shared->evtchn_pending[0])
        give_up("an upcall that did not come", shared->evtchn_pending[0]);
}
