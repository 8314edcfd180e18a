// SPDX-License-Identifier: MIT
/*
 * Time never goes back, neither on one vCPU nor from one to another: two, three
 * and four read their own clocks in turn, wherever they run. (But Xen measures
 * each processor's rate for itself, and says by a flag if the clocks are
 * equal.) And each gets its own one-shot timers, never before their time.
 *
 * conform: reference dom0 domU
 * requires: TIME-1 TIME-9 SMP-1 SMP-2
 * errata: qemu-cpu-clocks
 * vcpus: 4
 * cpus: 2
 * seconds: 180
 */
#include "conform.h"

#define VCPUS  4
#define READS  400
#define TIMERS 20
#define DELAY  5000000 /* ns */

static unsigned int members; /* of this round */
static struct {
    volatile unsigned int turn; /* whose it is to read */
    uint64_t last, back;
} clock;
static uint64_t own_last[VCPUS], own_back[VCPUS];
static bool equal_clocks = true;
static evtchn_port_t timer_port[VCPUS];
static volatile unsigned int reads[VCPUS], early[VCPUS], fired[VCPUS];
static volatile uint64_t latest[VCPUS];

static uint64_t own_time(unsigned int number)
{
    return xen_system_time(&shared->vcpu_info[number].time);
}

/* Each reads after another one has, so that each pair of clocks is compared. */
static void read_clocks(unsigned int number)
{
    for (; reads[number] < READS; reads[number]++) {
        uint64_t t;

        while (__atomic_load_n(&clock.turn, __ATOMIC_ACQUIRE) != number)
            hypercall_sched_op(SCHEDOP_yield, NULL);
        t = own_time(number);
        own_back[number] += t < own_last[number];
        own_last[number] = t;
        if (!(shared->vcpu_info[number].time.flags &
              XEN_PVCLOCK_TSC_STABLE_BIT))
            equal_clocks = false;
        if (t < clock.last && clock.last - t > clock.back)
            clock.back = clock.last - t;
        clock.last = t;
        __atomic_store_n(&clock.turn, (number + 1) % members, __ATOMIC_RELEASE);
    }
}

static void wait_for_timers(unsigned int number)
{
    evtchn_port_t port = timer_port[number];
    struct sched_poll poll = {.nr_ports = 1};

    set_xen_guest_handle(poll.ports, &port);
    for (unsigned int i = 0; i < TIMERS; i++) {
        uint64_t until = own_time(number) + DELAY, t;
        struct vcpu_set_singleshot_timer timer = {.timeout_abs_ns = until};

        xen_test_and_clear_bit(port, shared->evtchn_pending);
        if (hypercall_vcpu_op(VCPUOP_set_singleshot_timer, (int)number, &timer))
            return;
        while (!xen_test_bit(port, shared->evtchn_pending))
            hypercall_sched_op(SCHEDOP_poll, &poll);
        t = own_time(number);
        early[number] += t < until;
        if (t > until && t - until > latest[number])
            latest[number] = t - until;
        fired[number]++;
    }
}

static void work(unsigned int number)
{
    hypercall_vcpu_op(VCPUOP_stop_periodic_timer, (int)number, NULL);
    read_clocks(number);
    wait_for_timers(number);
}

static void begin(void)
{
    clock.turn = 0;
    clock.last = clock.back = 0;
    equal_clocks = true;
    for (unsigned int i = 0; i < members; i++) {
        own_last[i] = own_back[i] = 0;
        reads[i] = early[i] = fired[i] = 0;
    }
}

/* Domain 0 alone runs on several processors of Xen's. */
static void never(uint64_t found, const char *what)
{
    bool apart = is_dom0() && !equal_clocks;

    check_equal_at(__FILE__, __LINE__, apart ? "qemu-cpu-clocks" : NULL, found,
                   0, "%s", what);
}

static void check_vcpu(unsigned int i)
{
    check_equal(reads[i], READS, "%u vCPUs: %u has read its clock", members, i);
    check_equal(fired[i], TIMERS, "its timers came");
    never(early[i], "none before its time");
    never(own_back[i], "its time never went back");
}

void test(void)
{
    for (unsigned int i = 0; i < VCPUS; i++) {
        struct evtchn_bind_virq b = {.virq = VIRQ_TIMER, .vcpu = i};

        works(hypercall_event_channel_op(EVTCHNOP_bind_virq, &b),
              "vCPU %u's timer", i);
        timer_port[i] = b.port;
    }
    for (members = 2; members <= VCPUS; members++) {
        begin();
        check(team_run(members, work), "%u vCPUs are through", members);
        for (unsigned int i = 0; i < members; i++)
            check_vcpu(i);
        never(clock.back, "nor from one vCPU to another");
        print("# said to be equal: %s; back by %lu ns at most\n",
              equal_clocks ? "yes" : "no", clock.back);
    }
}
