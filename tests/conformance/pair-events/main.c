// SPDX-License-Identifier: MIT
/*
 * Event channels between two domains: offering, binding, sending both ways,
 * closing at either end, what is refused, and the other's end.
 *
 * conform: reference domU
 * requires: EVT-26 EVT-27 EVT-28
 * domains: 2
 * memory: 32
 */
#include "peer.h"

#define CALL(cmd, arg) peer_op(__HYPERVISOR_event_channel_op, cmd, arg)

static long own(int cmd, void *arg)
{
    return hypercall_event_channel_op(cmd, arg);
}

static struct evtchn_status own_status(evtchn_port_t port)
{
    struct evtchn_status s = {.dom = DOMID_SELF, .port = port};

    works(own(EVTCHNOP_status, &s), "status of our port");
    return s;
}

static struct evtchn_status its_status(evtchn_port_t port)
{
    struct evtchn_status s = {.dom = DOMID_SELF, .port = port};

    works(CALL(EVTCHNOP_status, s), "status of the peer's port");
    return s;
}

static bool pending(evtchn_port_t port)
{
    return xen_test_and_clear_bit(port, shared->evtchn_pending);
}

/* The peer's memory is laid out as ours. */
static bool pending_there(evtchn_port_t port)
{
    uint64_t at = (uint64_t)&shared->evtchn_pending[port / 64];
    uint64_t word = peer_call(PEER_READ, at, 0, 0, 0);

    peer_call(PEER_WRITE, at, word & ~(1ul << port % 64), 0, 0);
    return word >> port % 64 & 1;
}

static long its_send(evtchn_port_t port)
{
    struct evtchn_send send = {port};

    return CALL(EVTCHNOP_send, send);
}

static evtchn_port_t offer(domid_t to)
{
    struct evtchn_alloc_unbound a = {DOMID_SELF, to, 0};

    works(own(EVTCHNOP_alloc_unbound, &a), "a port for domain %u", to);
    return a.port;
}

static struct evtchn_bind_interdomain bind;

static void connection(evtchn_port_t port)
{
    struct evtchn_status s = own_status(port);

    check_equal(s.status, EVTCHNSTAT_unbound, "it is unbound");
    check_equal(s.u.unbound.dom, peer_domid(), "for the peer");
    works(xen_port_send(port), "an event before it is bound");
    bind = (struct evtchn_bind_interdomain){own_domid(), port, 0};
    works(CALL(EVTCHNOP_bind_interdomain, bind), "the peer binds it");
    s = own_status(port);
    check_equal(s.status, EVTCHNSTAT_interdomain, "it is connected");
    check_equal(s.u.interdomain.dom, peer_domid(), "with the peer's");
    check_equal(s.u.interdomain.port, bind.local_port, "port");
    s = its_status(bind.local_port);
    check_equal(s.status, EVTCHNSTAT_interdomain, "and the peer's");
    check_equal(s.u.interdomain.dom, own_domid(), "with our");
    check_equal(s.u.interdomain.port, port, "port");
    check(pending_there(bind.local_port), "which is pending at once");
    check(!pending(port), "ours is not");
    works(its_send(bind.local_port), "the peer sends");
    check(pending(port), "we hear it");
    works(xen_port_send(port), "we send");
    check(pending_there(bind.local_port), "the peer hears it");
    check(!pending_there(bind.local_port), "once");
}

static void refusals(evtchn_port_t port)
{
    struct evtchn_bind_interdomain b = {own_domid(), port, 0};
    struct evtchn_alloc_unbound a = {peer_domid(), DOMID_SELF, 0};
    struct evtchn_status s = {.dom = peer_domid(), .port = 1};
    struct evtchn_reset r = {peer_domid()};
    struct evtchn_close c;

    refused(CALL(EVTCHNOP_bind_interdomain, b), XEN_EINVAL,
            "binding what is bound");
    b.remote_port = offer(0x7fe0);
    refused(CALL(EVTCHNOP_bind_interdomain, b), XEN_EINVAL,
            "binding what is for another");
    c.port = b.remote_port;
    works(own(EVTCHNOP_close, &c), "closing that");
    refused(CALL(EVTCHNOP_bind_interdomain, b), XEN_EINVAL,
            "binding what is closed");
    b.remote_port = 100000;
    refused(CALL(EVTCHNOP_bind_interdomain, b), XEN_EINVAL,
            "binding what never was");
    refused(own(EVTCHNOP_alloc_unbound, &a), XEN_EPERM,
            "making a port in the peer");
    refused(own(EVTCHNOP_status, &s), XEN_EPERM, "asking after its ports");
    refused(own(EVTCHNOP_reset, &r), XEN_EPERM, "resetting it");
}

static void closing(evtchn_port_t port)
{
    struct evtchn_close c = {bind.local_port};
    struct evtchn_bind_interdomain b = {own_domid(), port, 0};
    struct evtchn_status s;

    works(CALL(EVTCHNOP_close, c), "the peer closes its end");
    s = own_status(port);
    check_equal(s.status, EVTCHNSTAT_unbound, "ours is unbound");
    check_equal(s.u.unbound.dom, peer_domid(), "for the peer");
    works(xen_port_send(port), "sending is lost without an error");
    works(CALL(EVTCHNOP_bind_interdomain, b), "the peer binds it again");
    works(its_send(b.local_port), "and sends");
    check(pending(port), "we hear it");
    c.port = port;
    works(own(EVTCHNOP_close, &c), "we close our end");
    s = its_status(b.local_port);
    check_equal(s.status, EVTCHNSTAT_unbound, "the peer's is unbound");
    check_equal(s.u.unbound.dom, own_domid(), "for us");
    works(its_send(b.local_port), "what it sends is lost");
    b = (struct evtchn_bind_interdomain){peer_domid(), b.local_port, 0};
    works(own(EVTCHNOP_bind_interdomain, &b), "we bind it");
    check(pending(b.local_port), "ours is pending");
    works(xen_port_send(b.local_port), "we send");
    check(pending_there(b.remote_port), "the peer hears it");
}

static void the_others_end(void)
{
    evtchn_port_t bound = offer(peer_domid()), unbound = offer(peer_domid());
    struct evtchn_bind_interdomain b = {own_domid(), bound, 0};
    struct evtchn_status s;

    works(CALL(EVTCHNOP_bind_interdomain, b), "a connection");
    check(peer_end(), "the peer ends, and is gone");
    s = own_status(bound);
    check_equal(s.status, EVTCHNSTAT_unbound, "our end is unbound");
    check_equal(s.u.unbound.dom, peer_domid(), "for a domain that was");
    check_equal(own_status(unbound).status, EVTCHNSTAT_unbound,
                "as is what it never bound");
    works(xen_port_send(bound), "sending is lost without an error");
    check(peer_is_gone(), "in the end there is no such domain");
}

void test(void)
{
    evtchn_port_t port;

    xen_events_disable(vcpu);
    peer_meet();
    port = offer(peer_domid());
    connection(port);
    refusals(port);
    closing(port);
    the_others_end();
}
