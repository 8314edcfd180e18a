// SPDX-License-Identifier: MIT
/*
 * The periodic timer ticks while the vCPU runs, at its period, until stopped.
 *
 * conform: reference dom0 domU
 * requires: TIME-6 TIME-7
 */
#include "conform.h"

#define MS 1000000UL

static unsigned int ticks;

static void on_event(evtchn_port_t port)
{
    (void)port;
    ticks++;
}

static unsigned int ticks_in(uint64_t ns)
{
    uint64_t end = now() + ns;

    ticks = 0;
    xen_events_enable(vcpu);
    while (now() < end)
        hypercall_xen_version(XENVER_version, NULL);
    xen_events_disable(vcpu);
    return ticks;
}

void test(void)
{
    struct vcpu_set_periodic_timer t = {10 * MS};
    unsigned int n;

    events_init();
    event_hook = on_event;
    works(hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL), "stopped");
    ticks_in(20 * MS);
    check_equal(ticks_in(60 * MS), 0, "it does not tick");
    works(hypercall_vcpu_op(VCPUOP_set_periodic_timer, 0, &t), "10 ms");
    n = ticks_in(200 * MS);
    check(n >= 10 && n <= 22, "ticks 10 to 22 times in 200 ms (%u)", n);
    works(hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL), "stopped");
    ticks_in(20 * MS);
    check_equal(ticks_in(60 * MS), 0, "it does not tick");
    t.period_ns = 1000;
    refused(hypercall_vcpu_op(VCPUOP_set_periodic_timer, 0, &t), XEN_EINVAL,
            "a period below a millisecond");
    t.period_ns = ~0UL >> 1;
    refused(hypercall_vcpu_op(VCPUOP_set_periodic_timer, 0, &t), XEN_EINVAL,
            "a period without end");
    refused(hypercall_vcpu_op(VCPUOP_set_periodic_timer, 0, (void *)1),
            XEN_EFAULT, "a structure that is not mapped");
}
