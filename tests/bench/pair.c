// SPDX-License-Identifier: MIT
/*
 * Two domains from this image: one measures, the other (its words are "peer",
 * its number is one less) answers events and grants a page. They have one page
 * in common, granted by who measures.
 */
#include "mates.h"

#include <xen/sched.h>

#define COMMON_REF 40
#define VCPUS      2 /* of each */

static volatile struct {
    evtchn_port_t offered[VCPUS]; /* by who measures */
    uint32_t there, over;         /* the peer is, or shall end */
    uint32_t spins;               /* which of the peer's vCPUs do */
} common __attribute__((aligned(4096)));
static volatile uint32_t own_spins;
static evtchn_port_t offered[VCPUS];

/* Nothing tells a domain its number; but a port for itself does. */
static domid_t own_domid(void)
{
    struct evtchn_alloc_unbound a = {DOMID_SELF, DOMID_SELF, 0};
    struct evtchn_status s = {.dom = DOMID_SELF};
    struct evtchn_close c;

    need("a port", hypercall_event_channel_op(EVTCHNOP_alloc_unbound, &a));
    s.port = c.port = a.port;
    need("its status", hypercall_event_channel_op(EVTCHNOP_status, &s));
    need("closing it", hypercall_event_channel_op(EVTCHNOP_close, &c));
    return s.u.unbound.dom;
}

/* --- who is measured with --- */

static void answer_by(unsigned int vcpu, domid_t test)
{
    struct evtchn_bind_interdomain bind = {test, common.offered[vcpu], 0};
    struct evtchn_bind_vcpu to;

    need("bind_interdomain",
         hypercall_event_channel_op(EVTCHNOP_bind_interdomain, &bind));
    to = (struct evtchn_bind_vcpu){bind.local_port, vcpu};
    need("bind_vcpu", hypercall_event_channel_op(EVTCHNOP_bind_vcpu, &to));
    /* A port that is bound is pending, for vCPU 0: the next event is not. */
    xen_test_and_clear_bit(bind.local_port, shared->evtchn_pending);
    mate_answers(vcpu, bind.local_port, bind.local_port);
}

_Noreturn void bench_peer(void)
{
    struct sched_shutdown end = {SHUTDOWN_poweroff};
    domid_t test = own_domid() + 1;

    grants_to(test);
    while (!grant_map_at((void *)&common, test, COMMON_REF))
        nap();
    who_spins = &common.spins;
    mates_begin();
    for (unsigned int i = 0; i < VCPUS; i++)
        answer_by(i, test);
    for (unsigned int i = 1; i < VCPUS; i++)
        mate_start(i);
    common.there = 1;
    mate_wait(&common.over);
    for (;;)
        hypercall_sched_op(SCHEDOP_shutdown, &end);
}

/* --- who measures --- */

static void meet(domid_t peer)
{
    for (unsigned int i = 0; i < VCPUS; i++) {
        struct evtchn_alloc_unbound a = {DOMID_SELF, peer, 0};

        need("a port", hypercall_event_channel_op(EVTCHNOP_alloc_unbound, &a));
        common.offered[i] = offered[i] = a.port;
    }
    grants_from(peer);
    grant(COMMON_REF, peer, (void *)&common);
    while (!common.there)
        nap();
}

/* Both domains have one vCPU at work, or both of them. */
static void begin_round(bool four, bool spin)
{
    static unsigned int begun;

    common.spins = spin ? (four ? 3 : 1) : 0;
    own_spins = spin && four ? 2 : 0;
    if (begun <= four) {
        mates_call_by(offered[begun], offered[begun]);
        if (four)
            mate_start(1);
        begun++;
    }
    mates_call_asleep();
}

#define ROW(section, name) (four ? OP_##section##4_##name                    \
                                 : OP_##section##2_##name)

static void measure_on_own_cpus(bool four)
{
    begin_round(four, true);
    measure_ticks(ROW(two, send), mates_timed_call);
    measure(ROW(two, event), mates_call_spinning);
    measure(ROW(two, grant_map), grant_map_and_unmap);
    measure(ROW(two, grant_copy), grant_copy);
    begin_round(four, false);
    measure_above(ROW(two, event_asleep), mates_call_settled, mates_settle);
}

static void measure_on_one_cpu(bool four)
{
    begin_round(four, false);
    measure(ROW(both, event), mates_call_asleep);
    measure(ROW(both, grant_map), grant_map_and_unmap);
    measure(ROW(both, grant_copy), grant_copy);
}

void bench_pair(bool on_one_cpu)
{
    repetitions = 80; /* domain 0 of Xen works now and then */
    who_spins = &own_spins;
    mates_begin();
    meet(own_domid() - 1);
    for (int four = 0; four <= 1; four++) {
        if (on_one_cpu)
            measure_on_one_cpu(four);
        else
            measure_on_own_cpus(four);
    }
    common.over = 1;
    mates_send();
}
