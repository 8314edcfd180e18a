// SPDX-License-Identifier: MIT
/*
 * Many events from another domain to a vCPU that masks, unmasks and sleeps
 * meanwhile: none is lost, none invented, by bits and by queues.
 *
 * conform: reference domU
 * requires: EVT-29
 * domains: 2
 * cpus: 2
 * memory: 32
 * cmdline: 10000
 */
#include "peer.h"
#include "storm.h"

/* A port of ours, bound by the peer to the one of its that is given back. */
static evtchn_port_t connect(evtchn_port_t *its)
{
    struct evtchn_alloc_unbound a = {DOMID_SELF, peer_domid(), 0};
    struct evtchn_bind_interdomain bind;

    works(hypercall_event_channel_op(EVTCHNOP_alloc_unbound, &a), "a port");
    bind = (struct evtchn_bind_interdomain){own_domid(), a.port, 0};
    works(peer_op(__HYPERVISOR_event_channel_op, EVTCHNOP_bind_interdomain,
                  bind), "bound by the peer");
    *its = bind.local_port;
    return a.port;
}

void test(void)
{
    struct storm *storm = (void *)peer_page.data;
    evtchn_port_t ports[STORM_PORTS], its[STORM_PORTS];
    unsigned int i;

    xen_events_disable(vcpu);
    peer_meet();
    for (i = 0; i < STORM_PORTS; i++) {
        storm_skip_ports();
        ports[i] = connect(&its[i]);
    }
    storm_init(storm);
    for (i = 0; i < STORM_PORTS; i++)
        storm->port[i] = its[i];
    peer_ask(PEER_STORM, (uint64_t)storm, 0, 0, 0);
    storm_receive(storm, ports, false);
    peer_answer();
    fifo_start(1);
    peer_ask(PEER_STORM, (uint64_t)storm, 0, 0, 0);
    storm_receive(storm, ports, true);
}
