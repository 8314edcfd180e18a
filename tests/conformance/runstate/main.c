// SPDX-License-Identifier: MIT
/*
 * What a vCPU has spent its time on: by a call, and in a registered area that
 * the hypervisor keeps.
 *
 * conform: reference dom0 domU
 * requires: VCPU-1 VCPU-2 VCPU-3
 */
#include "conform.h"

#define MS 1000000UL

static struct vcpu_runstate_info area __attribute__((aligned(64)));

void test(void)
{
    struct vcpu_register_runstate_memory_area where = {.addr.v = &area};
    struct vcpu_runstate_info r;
    uint64_t blocked, total;

    events_init();
    works(hypercall_vcpu_op(VCPUOP_get_runstate_info, 0, &r), "the call");
    check_equal(r.state, RUNSTATE_running, "a vCPU that asks is running");
    total = r.time[0] + r.time[1] + r.time[2] + r.time[3];
    check(r.state_entry_time <= now(), "the state began in the past");
    check(total <= now(), "the times are no more than there was");

    area.state = 77;
    works(hypercall_vcpu_op(VCPUOP_register_runstate_memory_area, 0, &where),
          "registering an area");
    check_equal(area.state, RUNSTATE_running, "fills it at once");
    blocked = area.time[RUNSTATE_blocked];
    hypercall_set_timer_op(now() + 30 * MS);
    hypercall_sched_op(SCHEDOP_block, NULL);
    xen_events_disable(vcpu);
    check(area.time[RUNSTATE_blocked] - blocked >= 20 * MS,
          "30 ms of blocking are counted in it (%lu us)",
          (area.time[RUNSTATE_blocked] - blocked) / 1000);
    check_equal(area.state, RUNSTATE_running, "and the vCPU runs again");
    works(hypercall_vcpu_op(VCPUOP_get_runstate_info, 0, &r), "the call");
    check_equal(r.state_entry_time, area.state_entry_time, "says the same");

    refused(hypercall_vcpu_op(VCPUOP_get_runstate_info, 9, &r), XEN_ENOENT,
            "a vCPU that is not");
    refused(hypercall_vcpu_op(VCPUOP_get_runstate_info, 0, (void *)1),
            XEN_EFAULT, "a structure that is not mapped");
}
