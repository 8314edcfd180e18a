// SPDX-License-Identifier: MIT
/*
 * Making and closing ports: what each operation gives, what status tells of it,
 * and what is refused.
 *
 * conform: reference dom0 domU
 * requires: EVT-10 EVT-11 EVT-12 EVT-13 EVT-14 EVT-15
 */
#include "conform.h"

static long op(int cmd, void *arg)
{
    return hypercall_event_channel_op(cmd, arg);
}

static struct evtchn_status status_of(evtchn_port_t port)
{
    struct evtchn_status s = {.dom = DOMID_SELF, .port = port};

    works(op(EVTCHNOP_status, &s), "status of port %u", port);
    return s;
}

static void ipi(void)
{
    struct evtchn_bind_ipi b = {0, 0};
    struct evtchn_close close;
    struct evtchn_bind_vcpu move;

    works(op(EVTCHNOP_bind_ipi, &b), "bind_ipi");
    check(b.port > 0 && b.port < EVTCHN_2L_NR_CHANNELS, "gives a port");
    check_equal(status_of(b.port).status, EVTCHNSTAT_ipi, "an IPI");
    move = (struct evtchn_bind_vcpu){b.port, 0};
    refused(op(EVTCHNOP_bind_vcpu, &move), XEN_EINVAL, "it cannot be moved");
    close.port = b.port;
    works(op(EVTCHNOP_close, &close), "close");
    check_equal(status_of(b.port).status, EVTCHNSTAT_closed, "closed");
    refused(op(EVTCHNOP_close, &close), XEN_EINVAL, "closing it twice");
    refused(xen_port_send(b.port), XEN_EINVAL, "sending to a closed port");
    b.vcpu = 5;
    refused(op(EVTCHNOP_bind_ipi, &b), XEN_ENOENT, "for a vCPU that is not");
}

static void virq(void)
{
    struct evtchn_bind_virq b = {VIRQ_TIMER, 0, 0};
    struct evtchn_status s;
    struct evtchn_close close;

    works(op(EVTCHNOP_bind_virq, &b), "bind_virq");
    s = status_of(b.port);
    check_equal(s.status, EVTCHNSTAT_virq, "a VIRQ");
    check_equal(s.u.virq, VIRQ_TIMER, "the timer");
    check_equal(s.vcpu, 0, "on vCPU 0");
    refused(xen_port_send(b.port), XEN_EINVAL, "no sending to a VIRQ");
    refused(op(EVTCHNOP_bind_virq, &b), XEN_EEXIST, "binding it twice");
    close.port = b.port;
    works(op(EVTCHNOP_close, &close), "close");
    works(op(EVTCHNOP_bind_virq, &b), "binding it again");
    b.virq = NR_VIRQS;
    refused(op(EVTCHNOP_bind_virq, &b), XEN_EINVAL, "a VIRQ that is not");
    b = (struct evtchn_bind_virq){VIRQ_DEBUG, 7, 0};
    refused(op(EVTCHNOP_bind_virq, &b), XEN_ENOENT, "a vCPU that is not");
    b = (struct evtchn_bind_virq){VIRQ_ARCH_0, 7, 0};
    refused(op(EVTCHNOP_bind_virq, &b), XEN_EINVAL,
            "one of the domain on another vCPU than 0");
}

static void interdomain(void)
{
    struct evtchn_alloc_unbound a = {DOMID_SELF, DOMID_SELF, 0};
    struct evtchn_bind_interdomain b = {DOMID_SELF, 0, 0};
    struct evtchn_close close;
    struct evtchn_status s;

    works(op(EVTCHNOP_alloc_unbound, &a), "alloc_unbound for ourselves");
    check_equal(status_of(a.port).status, EVTCHNSTAT_unbound, "unbound");
    works(xen_port_send(a.port), "sending to it is lost without an error");
    b.remote_port = a.port;
    works(op(EVTCHNOP_bind_interdomain, &b), "bind_interdomain");
    s = status_of(b.local_port);
    check_equal(s.status, EVTCHNSTAT_interdomain, "interdomain");
    check_equal(s.u.interdomain.port, a.port, "with the peer's port");
    check(xen_test_bit(b.local_port, shared->evtchn_pending),
          "the new port is pending at once");
    check(!xen_test_bit(a.port, shared->evtchn_pending), "the peer is not");
    works(xen_port_send(b.local_port), "sending through it");
    check(xen_test_bit(a.port, shared->evtchn_pending), "raises the peer");
    refused(op(EVTCHNOP_bind_interdomain, &b), XEN_EINVAL,
            "binding to the same peer twice");
    close.port = b.local_port;
    works(op(EVTCHNOP_close, &close), "closing one end");
    check_equal(status_of(a.port).status, EVTCHNSTAT_unbound,
                "makes the other unbound");
    b.remote_dom = 0x7fe0;
    refused(op(EVTCHNOP_bind_interdomain, &b), XEN_ESRCH, "no such domain");
    a.dom = 0x7fe0;
    refused(op(EVTCHNOP_alloc_unbound, &a), XEN_ESRCH, "nor there");
}

void test(void)
{
    struct evtchn_status s = {.dom = DOMID_SELF, .port = 0};
    struct evtchn_unmask u = {0xffffff};

    xen_events_disable(vcpu);
    ipi();
    virq();
    interdomain();
    works(op(EVTCHNOP_status, &s), "status of port 0");
    check_equal(s.status, EVTCHNSTAT_closed, "port 0 is never in use");
    s.port = 0xffffff;
    refused(op(EVTCHNOP_status, &s), XEN_EINVAL, "status of a huge port");
    refused(op(EVTCHNOP_unmask, &u), XEN_EINVAL, "unmask of a huge port");
    refused(xen_port_send(0xffffff), XEN_EINVAL, "send to a huge port");
    refused(op(99, NULL), XEN_ENOSYS, "an operation that is not");
    refused(op(EVTCHNOP_send, (void *)1), XEN_EFAULT,
            "a structure that is not mapped");
}
