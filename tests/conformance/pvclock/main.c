// SPDX-License-Identifier: MIT
/*
 * The time in vcpu_info: readable at once, it goes forward and not back, and
 * agrees with the hypervisor's timer. The wall clock is set.
 *
 * conform: reference dom0 domU
 * requires: TIME-8 TIME-9 TIME-10 TIME-11
 */
#include "conform.h"

#define MS 1000000UL

void test(void)
{
    struct vcpu_runstate_info r;
    uint64_t before, after, seconds;
    uint32_t nanoseconds;
    bool back = false;

    check_equal(vcpu->time.version & 1, 0, "the version is even");
    check(vcpu->time.version != 0, "and not 0: it was written");
    check(vcpu->time.tsc_to_system_mul != 0, "the rate is not 0");
    check_equal(vcpu->time.pad0, 0, "padding is 0");

    before = now();
    for (unsigned int i = 0; i < 20000; i++) {
        after = now();
        back |= after < before;
        before = after;
        if (i % 1000 == 0)
            hypercall_sched_op(SCHEDOP_yield, NULL);
    }
    check(!back, "20000 readings never go back");

    /* A tick of the periodic timer would end the block, too. */
    hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    events_init();
    before = now();
    hypercall_set_timer_op(before + 100 * MS);
    hypercall_sched_op(SCHEDOP_block, NULL);
    xen_events_disable(vcpu);
    after = now();
    check(after - before >= 100 * MS && after - before < 10000 * MS,
          "100 ms by the timer are at least that by the clock (%lu us)",
          (after - before) / 1000);
    works(hypercall_vcpu_op(VCPUOP_get_runstate_info, 0, &r), "runstate");
    check(r.state_entry_time <= now() && r.state_entry_time >= before,
          "the runstate's times are of the same clock");

    xen_wall_clock(shared, &seconds, &nanoseconds);
    check_equal(shared->wc_version & 1, 0, "the wall clock's version is even");
    check(nanoseconds < 1000000000, "its nanoseconds are below a second");
    check(seconds > 1577836800, "it is later than the year 2019");
    check(seconds < 4102444800, "and earlier than 2100");
}
