// SPDX-License-Identifier: MIT
/*
 * VCPUOP_set_singleshot_timer and set_timer_op: VIRQ_TIMER at the time asked
 * for, not before; a time that is past fires at once; stopping works.
 *
 * conform: reference dom0 domU
 * requires: TIME-1 TIME-2 TIME-3 TIME-4 TIME-5
 */
#include "conform.h"

#define MS 1000000UL

static evtchn_port_t port;

static bool fires(uint64_t within)
{
    unsigned int before = event_count(port);
    uint64_t end = now() + within;

    xen_events_enable(vcpu);
    while (event_count(port) == before && now() < end)
        hypercall_sched_op(SCHEDOP_yield, NULL);
    xen_events_disable(vcpu);
    return event_count(port) > before;
}

void test(void)
{
    struct vcpu_set_singleshot_timer t = {0, VCPU_SSHOTTMR_future};
    struct evtchn_bind_virq b = {VIRQ_TIMER, 0, 0};
    uint64_t when;

    events_init();
    hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    hypercall_event_channel_op(EVTCHNOP_bind_virq, &b);
    for (port = 1; port < 64 && xen_test_bit(port, shared->evtchn_mask);)
        port++; /* the one that events_init has opened */

    when = now() + 20 * MS;
    works(timer_at(when), "a timer 20 ms ahead");
    check(fires(5000 * MS), "fires");
    check(now() >= when, "not too early");
    check(!fires(30 * MS), "and once");
    works(timer_at(now() - 5 * MS), "a time that is past");
    check(fires(3000 * MS), "fires at once");
    t.timeout_abs_ns = now() - 5 * MS;
    works(hypercall_vcpu_op(VCPUOP_set_singleshot_timer, 0, &t),
          "VCPU_SSHOTTMR_future makes no difference");
    check(fires(3000 * MS), "it fires at once");
    works(timer_at(now() + 20 * MS), "a timer");
    works(hypercall_vcpu_op(VCPUOP_stop_singleshot_timer, 0, NULL), "stopped");
    check(!fires(40 * MS), "does not fire");
    works(timer_at(now() + 5000 * MS), "a late timer");
    works(timer_at(now() + 10 * MS), "replaced by an early one");
    when = now();
    check(fires(3000 * MS), "fires at the new time");
    check(!fires(30 * MS), "once");

    works(hypercall_set_timer_op(now() + 10 * MS), "set_timer_op");
    check(fires(3000 * MS), "fires too");
    works(hypercall_set_timer_op(now() + 20 * MS), "set_timer_op");
    works(hypercall_set_timer_op(0), "with 0 takes it back");
    check(!fires(40 * MS), "and it does not fire");

    refused(hypercall_vcpu_op(VCPUOP_set_singleshot_timer, 3, &t), XEN_ENOENT,
            "a vCPU that is not");
    refused(hypercall_vcpu_op(VCPUOP_set_singleshot_timer, 0, (void *)1),
            XEN_EFAULT, "a structure that is not mapped");
}
