// SPDX-License-Identifier: MIT
/*
 * sched_op: block opens events and sleeps until there is one, poll wakes for a
 * masked port or at its time, yield comes back; and what is refused.
 *
 * conform: reference dom0 domU
 * requires: SCHED-1 SCHED-2 SCHED-3 SCHED-4 SCHED-5 SCHED-6
 */
#include "conform.h"

#define MS 1000000UL

static long poll(evtchn_port_t *ports, unsigned int count, uint64_t timeout)
{
    struct sched_poll p = {.nr_ports = count, .timeout = timeout};

    set_xen_guest_handle(p.ports, ports);
    return hypercall_sched_op(SCHEDOP_poll, &p);
}

void test(void)
{
    evtchn_port_t port = bind_ipi(), many[129];
    struct sched_watchdog dog = {99, 0};
    unsigned int rounds = 0;
    uint64_t before;
    long result;

    events_init();
    xen_events_disable(vcpu);
    works(hypercall_sched_op(SCHEDOP_yield, NULL), "yield");

    xen_port_unmask(port);
    xen_port_send(port);
    before = now();
    works(hypercall_sched_op(SCHEDOP_block, NULL),
          "block with an event pending");
    check(now() - before < 1000 * MS, "comes back at once");
    check_equal(event_count(port), 1, "the event was delivered");
    check_equal(vcpu->evtchn_upcall_mask, 0, "block has cleared the mask");
    xen_events_disable(vcpu);
    before = now();
    hypercall_set_timer_op(before + 30 * MS);
    works(hypercall_sched_op(SCHEDOP_block, NULL), "block without one");
    check(now() - before >= 30 * MS, "sleeps until the timer");
    xen_events_disable(vcpu);

    xen_port_mask(shared, port);
    before = now();
    works(poll(&port, 1, before + 30 * MS), "poll for a port that is quiet");
    check(now() - before >= 30 * MS, "sleeps until its time");
    xen_port_send(port);
    before = now();
    works(poll(&port, 1, before + 2000 * MS), "poll for a masked pending port");
    check(now() - before < 1000 * MS, "comes back at once");
    check(xen_test_bit(port, shared->evtchn_pending), "the bit stays");
    check_equal(event_count(port), 1, "and there was no upcall");
    before = now();
    do { /* any event of the domain ends it, on Xen the console's */
        result = poll(NULL, 0, before + 20 * MS);
        rounds++;
    } while (result == 0 && now() - before < 20 * MS);
    works(result, "poll for no port");
    check(now() - before >= 20 * MS, "goes on until its time");
    check(rounds < 20, "asleep");
    fill(many, 0, sizeof(many));
    refused(poll(many, 129, now() + MS), XEN_EINVAL, "poll for 129 ports");
    refused(poll((evtchn_port_t *)1, 1, now() + MS), XEN_EFAULT,
            "ports that are not mapped");
    port = 0xffffff;
    refused(poll(&port, 1, now() + MS), XEN_EINVAL, "a port that cannot be");
    refused(hypercall_sched_op(99, NULL), XEN_ENOSYS,
            "an operation that is not");
    refused(hypercall_sched_op(SCHEDOP_poll, (void *)1), XEN_EFAULT,
            "a structure that is not mapped");
    refused(hypercall_sched_op(SCHEDOP_watchdog, &dog), XEN_EINVAL,
            "a watchdog that is not");
}
