// SPDX-License-Identifier: MIT
/*
 * Two vCPUs wake each other from poll, one event a turn: no wake-up is lost,
 * however the one's poll and the other's send race. Then three vCPUs send to
 * one that masks and unmasks its events: what they sent last, it sees.
 *
 * conform: reference dom0 domU
 * requires: EVT-9 SCHED-3 SMP-3
 * vcpus: 4
 * cpus: 2
 */
#include "conform.h"

#define TURNS 5000
#define SENDS 5000

static evtchn_port_t to[4], from[4];
static volatile unsigned int turns;
static volatile unsigned int sent[4], seen[4];

/* Without a timeout: a wake-up that is lost is never made good. */
static void wait_for(evtchn_port_t port)
{
    struct sched_poll poll = {.nr_ports = 1};

    set_xen_guest_handle(poll.ports, &port);
    while (!xen_test_and_clear_bit(port, shared->evtchn_pending))
        hypercall_sched_op(SCHEDOP_poll, &poll);
}

static void answer(unsigned int number)
{
    (void)number;
    for (unsigned int i = 0; i < TURNS; i++) {
        wait_for(to[1]);
        xen_port_send(from[1]);
    }
}

static void send(unsigned int number)
{
    for (unsigned int i = 1; i <= SENDS; i++) {
        sent[number] = i;
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        xen_port_send(from[number]);
        if (i % 64 == 0) /* let it be seen before we go on */
            while (seen[number] != i)
                hypercall_sched_op(SCHEDOP_yield, NULL);
    }
}

static void arrives(evtchn_port_t port)
{
    for (unsigned int i = 1; i < 4; i++)
        if (from[i] == port)
            seen[i] = sent[i];
}

static bool all_seen(void)
{
    for (unsigned int i = 1; i < 4; i++)
        if (seen[i] != SENDS)
            return false;
    return true;
}

static evtchn_port_t ipi_of(unsigned int number)
{
    struct evtchn_bind_ipi b = {number, 0};

    works(hypercall_event_channel_op(EVTCHNOP_bind_ipi, &b), "IPI of vCPU %u",
          number);
    return b.port;
}

void test(void)
{
    uint64_t end;

    hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    to[1] = ipi_of(1);
    for (unsigned int i = 1; i < 4; i++)
        from[i] = ipi_of(0);

    vcpu_start(1, answer);
    for (turns = 0; turns < TURNS; turns++) {
        xen_port_send(to[1]);
        wait_for(from[1]);
    }
    check_equal(turns, TURNS, "each turn was answered");
    check(vcpu_goes_down(1, 10000000000), "the other one is through");

    events_init();
    event_hook = arrives;
    for (unsigned int i = 2; i < 4; i++) {
        struct evtchn_unmask u = {from[i]};

        works(hypercall_event_channel_op(EVTCHNOP_unmask, &u), "port %u open",
              from[i]);
        vcpu_start(i, send);
    }
    seen[1] = SENDS;
    end = now() + 30000000000;
    while (!all_seen() && now() < end) {
        vcpu->evtchn_upcall_mask = 0;
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        if (vcpu->evtchn_upcall_pending)
            hypercall_xen_version(XENVER_version, NULL);
        hypercall_sched_op(SCHEDOP_yield, NULL);
        vcpu->evtchn_upcall_mask = 1;
    }
    for (unsigned int i = 2; i < 4; i++) {
        check_equal(seen[i], SENDS, "all that vCPU %u sent was seen", i);
        check(vcpu_goes_down(i, 10000000000), "it is through");
    }
}
