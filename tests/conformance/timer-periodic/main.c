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

/* Runs, with upcalls open, for that time. */
static void ticks_more(uint64_t ns)
{
    uint64_t end = now() + ns;

    xen_events_enable(vcpu);
    while (now() < end)
        hypercall_xen_version(XENVER_version, NULL);
    xen_events_disable(vcpu);
}

static unsigned int ticks_in(uint64_t ns)
{
    ticks = 0;
    ticks_more(ns);
    return ticks;
}

void test(void)
{
    struct vcpu_set_periodic_timer t = {10 * MS};
    uint64_t begin;

    events_init();
    event_hook = on_event;
    works(hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL), "stopped");
    ticks_in(20 * MS);
    check_equal(ticks_in(60 * MS), 0, "it does not tick");
    works(hypercall_vcpu_op(VCPUOP_set_periodic_timer, 0, &t), "10 ms");
    begin = now();
    ticks = 0;
    while (ticks < 10 && now() < begin + 10000 * MS)
        ticks_more(10 * MS);
    check(ticks >= 10, "ticks again and again");
    check((ticks - 1) * 10 * MS <= now() - begin,
          "not more often than each 10 ms (%u in %lu us)", ticks,
          (now() - begin) / 1000);
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
