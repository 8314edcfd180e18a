// SPDX-License-Identifier: MIT
/*
 * Events between two, three and four vCPUs. An event goes round: each waits for
 * it in poll and sends it to the next one. No wake-up is lost, however the one's
 * poll and the other's send race. Then all but one send to the first, which
 * masks and unmasks its events: what they sent last, it sees.
 *
 * conform: reference dom0 domU
 * requires: EVT-9 SCHED-3 SMP-3
 * vcpus: 4
 * cpus: 2
 * seconds: 180
 */
#include "conform.h"

#define VCPUS 4
#define TURNS 2000
#define SENDS 1000

static unsigned int members; /* of this round */
static evtchn_port_t round_port[VCPUS], from[VCPUS];
static volatile unsigned int turns;
static volatile unsigned int sent[VCPUS], seen[VCPUS];

/*
 * Without a timeout: a wake-up that is lost is never made good. The looks
 * before differ from turn to turn, so that an event comes before the call, at
 * each moment of it, and after it.
 */
static void wait_for(evtchn_port_t port, unsigned int looks)
{
    struct sched_poll poll = {.nr_ports = 1};

    set_xen_guest_handle(poll.ports, &port);
    while (looks-- && !xen_test_bit(port, shared->evtchn_pending))
        continue;
    while (!xen_test_and_clear_bit(port, shared->evtchn_pending))
        hypercall_sched_op(SCHEDOP_poll, &poll);
}

static void pass_on(unsigned int number)
{
    for (unsigned int i = 0; i < TURNS; i++) {
        if (number == 0)
            xen_port_send(round_port[1]);
        wait_for(round_port[number], (i * 37 + number * 501) % 1024);
        if (number == 0)
            turns++;
        else
            xen_port_send(round_port[(number + 1) % members]);
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
    for (unsigned int i = 1; i < members; i++)
        if (from[i] == port)
            seen[i] = sent[i];
}

static bool all_seen(void)
{
    for (unsigned int i = 1; i < members; i++)
        if (seen[i] != SENDS)
            return false;
    return true;
}

static void receive(void)
{
    uint64_t end = now() + 30000000000;

    while (!all_seen() && now() < end) {
        vcpu->evtchn_upcall_mask = 0;
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        if (vcpu->evtchn_upcall_pending)
            hypercall_xen_version(XENVER_version, NULL);
        hypercall_sched_op(SCHEDOP_yield, NULL);
        vcpu->evtchn_upcall_mask = 1;
    }
}

static void send_or_receive(unsigned int number)
{
    if (number)
        send(number);
    else
        receive();
}

static evtchn_port_t ipi_of(unsigned int number)
{
    struct evtchn_bind_ipi b = {number, 0};

    works(hypercall_event_channel_op(EVTCHNOP_bind_ipi, &b), "IPI of vCPU %u",
          number);
    return b.port;
}

static void bind_ports(void)
{
    for (unsigned int i = 0; i < VCPUS; i++)
        round_port[i] = ipi_of(i);
    events_init();
    event_hook = arrives;
    for (unsigned int i = 1; i < VCPUS; i++) {
        from[i] = ipi_of(0);
        works(xen_port_unmask(from[i]), "port %u open", from[i]);
    }
}

void test(void)
{
    hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    bind_ports();
    for (members = 2; members <= VCPUS; members++) {
        turns = 0;
        check(team_run(members, pass_on), "%u vCPUs are through", members);
        check_equal(turns, TURNS, "each turn came round");
    }
    for (members = 2; members <= VCPUS; members++) {
        for (unsigned int i = 1; i < members; i++)
            sent[i] = seen[i] = 0;
        check(team_run(members, send_or_receive), "%u vCPUs are through",
              members);
        for (unsigned int i = 1; i < members; i++)
            check_equal(seen[i], SENDS, "all that vCPU %u sent was seen", i);
    }
}
