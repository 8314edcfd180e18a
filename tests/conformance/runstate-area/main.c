// SPDX-License-Identifier: MIT
/*
 * The runstate of another vCPU, by call and in the area that is registered for
 * it by a virtual address: offline, runnable, blocked, and offline again.
 *
 * conform: reference dom0 domU
 * requires: VCPU-12 VCPU-13 VCPU-14 VCPU-15
 * vcpus: 2
 * cpus: 1
 */
#include "conform.h"

#define MS 1000000UL
#define UPDATE (1UL << 63)

static struct vcpu_runstate_info area[2] __attribute__((aligned(64)));
static struct vcpu_time_info clock __attribute__((aligned(64)));
static volatile unsigned int turns, phase;

static struct vcpu_runstate_info get(int number)
{
    struct vcpu_runstate_info r = {.state = 99};

    works(hypercall_vcpu_op(VCPUOP_get_runstate_info, number, &r),
          "the runstate of vCPU %d", number);
    return r;
}

static uint64_t sum(const struct vcpu_runstate_info *r)
{
    return r->time[0] + r->time[1] + r->time[2] + r->time[3];
}

static long area_at(int number, void *where)
{
    struct vcpu_register_runstate_memory_area a = {.addr.v = where};

    return hypercall_vcpu_op(VCPUOP_register_runstate_memory_area, number, &a);
}

static evtchn_port_t port; /* masked: it wakes who polls it */

/* It spins, then sleeps until its port is sent to, then goes down. */
static void second(void)
{
    struct sched_poll poll = {.nr_ports = 1};

    set_xen_guest_handle(poll.ports, &port);
    while (!phase)
        turns++;
    phase = 2;
    hypercall_sched_op(SCHEDOP_poll, &poll);
}

/* A poll without ports ends early when any event comes to the domain: on Xen
 * the console's, after what was printed. */
static void sleep(uint64_t ns)
{
    struct sched_poll poll = {.nr_ports = 0, .timeout = now() + ns};

    while (now() < poll.timeout)
        hypercall_sched_op(SCHEDOP_poll, &poll);
}

static void before_it_is_up(void)
{
    struct vcpu_register_time_memory_area t = {.addr.v = &clock};
    struct vcpu_runstate_info r = get(1);
    uint64_t at;

    check_equal(r.state, RUNSTATE_offline, "offline before it is up");
    check(r.time[RUNSTATE_offline] > 0 && sum(&r) == r.time[RUNSTATE_offline],
          "all of its time so far");
    at = now();
    check(r.state_entry_time + sum(&r) <= at, "which is no more than there was");
    refused(area_at(1, (void *)(HYPERVISOR_VIRT_START + 64)), XEN_EFAULT,
            "an area in the hypervisor's memory");
    refused(hypercall_vcpu_op(VCPUOP_register_runstate_memory_area, 1, (void *)1),
            XEN_EFAULT, "an address that cannot be read");
    works(area_at(1, (void *)0x1000), "an area that is not mapped is no error");
    area[1].state = 99;
    works(area_at(1, &area[1]), "an area for it");
    check_equal(area[1].state, RUNSTATE_offline, "is filled at once");
    check(area[1].time[RUNSTATE_offline] >= r.time[RUNSTATE_offline],
          "up to that moment");
    refused(hypercall_vcpu_op(VCPUOP_register_vcpu_time_memory_area, 1,
                              (void *)1), XEN_EFAULT,
            "a clock's address that cannot be read");
    works(hypercall_vcpu_op(VCPUOP_register_vcpu_time_memory_area, 0, &t),
          "a second place for one's own clock");
    check(clock.version && !(clock.version & 1) && clock.tsc_to_system_mul,
          "is filled at once");
    check_equal(clock.tsc_to_system_mul, vcpu->time.tsc_to_system_mul,
                "with what the first has");
}

static void while_it_runs(void)
{
    struct vcpu_runstate_info r, later;
    uint64_t at;

    second_start(second);
    while (!turns)
        hypercall_sched_op(SCHEDOP_yield, NULL);
    check_equal(area[1].state, RUNSTATE_runnable,
                "we run, so that it is runnable and does not run");
    check_equal(area[0].state, RUNSTATE_running, "and we are running");
    check_equal(area[1].state_entry_time & UPDATE, 0, "no update is under way");
    do { /* within one of its turns */
        at = area[1].state_entry_time;
        r = get(1);
    } while (at != area[1].state_entry_time);
    check_equal(r.state_entry_time, at, "by call it is the same");
    r = get(1);
    at = now();
    while (now() < at + 30 * MS)
        continue;
    later = get(1);
    check(sum(&later) - sum(&r) >= 30 * MS, "its times go on while we run");
    check(later.time[RUNSTATE_runnable] + later.time[RUNSTATE_running] -
                  r.time[RUNSTATE_runnable] - r.time[RUNSTATE_running] >=
              30 * MS,
          "as runnable or running");
    check_equal(later.time[RUNSTATE_blocked], r.time[RUNSTATE_blocked],
                "not as blocked");
    check_equal(later.time[RUNSTATE_offline], r.time[RUNSTATE_offline],
                "nor as offline");
}

static void while_it_sleeps(void)
{
    struct vcpu_runstate_info r;
    struct evtchn_send send = {port};

    phase = 1;
    while (phase == 1)
        hypercall_sched_op(SCHEDOP_yield, NULL);
    sleep(40 * MS);
    check_equal(area[1].state, RUNSTATE_blocked, "polling it is blocked");
    r = get(1);
    check_equal(r.state, RUNSTATE_blocked, "by call, too");
    check(r.time[RUNSTATE_blocked] >= 20 * MS, "for as long as we slept");
    check_equal(area[0].state, RUNSTATE_running, "we have slept, and run again");
    check(area[0].time[RUNSTATE_blocked] >= 20 * MS, "which is counted");
    works(hypercall_event_channel_op(EVTCHNOP_send, &send), "it is woken");
}

void test(void)
{
    struct vcpu_runstate_info r, later;
    struct evtchn_bind_ipi ipi = {.vcpu = 1};

    works(hypercall_event_channel_op(EVTCHNOP_bind_ipi, &ipi), "a port of its");
    port = ipi.port;
    works(hypercall_vm_assist(VMASST_CMD_enable,
                              VMASST_TYPE_runstate_update_flag),
          "updates shall be marked");
    works(area_at(0, &area[0]), "an area for oneself");
    before_it_is_up();
    while_it_runs();
    while_it_sleeps();
    check(vcpu_goes_down(1, 5000 * MS), "it goes down");
    check_equal(area[1].state, RUNSTATE_offline, "and is offline");
    r = get(1);
    check_equal(r.state, RUNSTATE_offline, "by call, too");
    sleep(40 * MS);
    later = get(1);
    check_equal(later.time[RUNSTATE_offline] - r.time[RUNSTATE_offline],
                sum(&later) - sum(&r), "all of its time since is that");
    check(sum(&later) - sum(&r) >= 20 * MS, "for as long as we slept");
    check_equal(area[1].time[RUNSTATE_running], r.time[RUNSTATE_running],
                "it has run as long as its area says");
}
