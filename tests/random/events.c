// SPDX-License-Identifier: MIT
/*
 * Event channels: ports opened, used, told of and closed. Those of the console
 * and the store are left alone.
 */
#include "random.h"

static evtchn_port_t opened[8]; /* the last ones */
static unsigned int opened_count;

static void is_open(evtchn_port_t port)
{
    if (port)
        opened[opened_count++ % 8] = port;
}

evtchn_port_t draw_port(void)
{
    static const evtchn_port_t odd[] = {0,    63,     64,     1000, 4095,
                                        4096, 131071, 131072, ~0u};
    unsigned int count = opened_count < 8 ? opened_count : 8;

    if (count && !one_in(4))
        return opened[draw(count)];
    return one_in(8) ? PICK(odd) : FIRST_PORT + draw(8);
}

void ports_reset(void)
{
    opened_count = 0;
    fifo_reset();
    for (evtchn_port_t port = FIRST_PORT; port <= LAST_PORT; port++) {
        struct evtchn_close c = {port};

        hypercall_event_channel_op(EVTCHNOP_close, &c);
    }
    fill(shared->evtchn_pending, 0, sizeof(shared->evtchn_pending));
    fill(shared->evtchn_mask, 0xff, sizeof(shared->evtchn_mask));
    vcpu->evtchn_pending_sel = 0;
    vcpu->evtchn_upcall_pending = 0;
}

/* Makes the call with ARG, or a pointer that is none. */
#define ASK(cmd, arg)                                                          \
    ({                                                                         \
        const char *at_;                                                       \
        void *where_ = draw_pointer(&(arg), &at_);                             \
        say(" %s", at_);                                                       \
        hypercall_event_channel_op(cmd, where_);                               \
    })

static uint32_t draw_vcpu(void)
{
    static const uint32_t odd[] = {1, 31, 32, 8192, ~0u};

    return one_in(12) ? PICK(odd) : 0;
}

void random_event_open(void)
{
    static struct evtchn_alloc_unbound a;
    static struct evtchn_bind_interdomain b;
    static struct evtchn_bind_virq v;
    static struct evtchn_bind_ipi i;
    static struct evtchn_bind_pirq p;
    static const uint32_t virqs[] = {VIRQ_TIMER,
                                     VIRQ_DEBUG,
                                     VIRQ_CONSOLE,
                                     VIRQ_DOM_EXC,
                                     VIRQ_XENOPROF,
                                     VIRQ_XENPMU,
                                     VIRQ_ARGO,
                                     VIRQ_ARCH_0,
                                     5,
                                     15,
                                     23,
                                     24,
                                     ~0u};
    const char *domain, *remote;
    long rc;

    switch (draw(10)) {
    case 0 ... 2:
        a.dom = draw_domain(&domain);
        a.remote_dom = draw_domain(&remote);
        a.port = 0;
        say("alloc_unbound %s for %s", domain, remote);
        rc = ASK(EVTCHNOP_alloc_unbound, a);
        is_open(a.port);
        say(" port %u", a.port);
        answer("event_channel_op alloc_unbound", rc);
        break;
    case 3 ... 5:
        b.remote_dom = draw_domain(&domain);
        b.remote_port = draw_port();
        if (one_in(2)) { /* one that waits for it */
            a = (struct evtchn_alloc_unbound){DOMID_SELF, DOMID_SELF, 0};
            if (!hypercall_event_channel_op(EVTCHNOP_alloc_unbound, &a))
                is_open(b.remote_port = a.port);
        }
        b.local_port = 0;
        say("bind_interdomain %s %u", domain, b.remote_port);
        rc = ASK(EVTCHNOP_bind_interdomain, b);
        is_open(b.local_port);
        say(" port %u", b.local_port);
        answer("event_channel_op bind_interdomain", rc);
        break;
    case 6 ... 7:
        v = (struct evtchn_bind_virq){PICK(virqs), draw_vcpu(), 0};
        say("bind_virq %u on %u", v.virq, v.vcpu);
        rc = ASK(EVTCHNOP_bind_virq, v);
        is_open(v.port);
        say(" port %u", v.port);
        answer("event_channel_op bind_virq", rc);
        break;
    case 8:
        i = (struct evtchn_bind_ipi){draw_vcpu(), 0};
        say("bind_ipi on %u", i.vcpu);
        rc = ASK(EVTCHNOP_bind_ipi, i);
        is_open(i.port);
        say(" port %u", i.port);
        answer("event_channel_op bind_ipi", rc);
        break;
    default:
        p = (struct evtchn_bind_pirq){draw(300), draw(2), 0};
        say("bind_pirq %u", p.pirq);
        rc = ASK(EVTCHNOP_bind_pirq, p);
        answer("event_channel_op bind_pirq", rc);
    }
}

static void ask_status(void)
{
    static struct evtchn_status s;
    const char *domain;
    long rc;

    s = (struct evtchn_status){.dom = draw_domain(&domain),
                               .port = draw_port()};
    say("status %s %u", domain, s.port);
    rc = ASK(EVTCHNOP_status, s);
    say(" is %u on %u", s.status, s.vcpu);
    if (s.status == EVTCHNSTAT_interdomain)
        say(" dom %s port %u", s.u.interdomain.dom == own_id ? "own" : "other",
            s.u.interdomain.port);
    else if (s.status == EVTCHNSTAT_unbound)
        say(" dom %x",
            s.u.unbound.dom == own_id ? DOMID_SELF : s.u.unbound.dom);
    else if (s.status == EVTCHNSTAT_virq)
        say(" virq %u", s.u.virq);
    answer("event_channel_op status", rc);
}

void random_event_use(void)
{
    static struct evtchn_bind_vcpu b;
    static evtchn_port_t port; /* the argument of close, send and unmask */
    long rc;

    port = draw_port();
    switch (draw(8)) {
    case 0 ... 1:
        say("send %u", port);
        rc = ASK(EVTCHNOP_send, port);
        answer("event_channel_op send", rc);
        break;
    case 2 ... 3:
        ask_status();
        break;
    case 4:
        say("close %u", port);
        rc = ASK(EVTCHNOP_close, port);
        answer("event_channel_op close", rc);
        break;
    case 5:
        say("unmask %u", port);
        rc = ASK(EVTCHNOP_unmask, port);
        answer("event_channel_op unmask", rc);
        break;
    case 6:
        b = (struct evtchn_bind_vcpu){port, draw_vcpu()};
        say("bind_vcpu %u to %u", port, b.vcpu);
        rc = ASK(EVTCHNOP_bind_vcpu, b);
        answer("event_channel_op bind_vcpu", rc);
        break;
    default:
        if (port < 4096)
            shared->evtchn_mask[port / 64] ^= 1UL << port % 64;
        say("mask of %u changed\n", port);
    }
}

/* The seldom ones. A reset would close the console, too, and what turns the
 * other kind of events on must be undone: rightly they are asked in fifo.c. */
void random_event_channel_op(void)
{
    static struct evtchn_reset r;
    static struct evtchn_init_control i;
    static struct evtchn_expand_array e;
    static struct evtchn_set_priority p;
    static evtchn_port_t closed;
    static const xen_pfn_t bad[] = {HOLE, ~0UL, (1UL << 40) - 1, 0};
    const char *name;
    long rc;

    switch (draw(6)) {
    case 0:
        r.dom = draw_domain(&name);
        if (r.dom == DOMID_SELF || r.dom == own_id)
            r.dom = 0x7fe0, name = "nobody";
        say("reset %s", name);
        rc = ASK(EVTCHNOP_reset, r);
        answer("event_channel_op reset", rc);
        break;
    case 1:
        i = (struct evtchn_init_control){page_frame[draw_page(DATA)],
                                         draw(2) ? 4096 : 4,
                                         draw_vcpu(),
                                         0,
                                         {0}};
        say("init_control at %u for %u", i.offset, i.vcpu);
        rc = ASK(EVTCHNOP_init_control, i);
        answer("event_channel_op init_control", rc);
        break;
    case 2:
        e.array_gfn = PICK(bad);
        say("expand_array");
        rc = ASK(EVTCHNOP_expand_array, e);
        answer("event_channel_op expand_array", rc);
        break;
    case 3:
        p = (struct evtchn_set_priority){draw_port(), draw(18)};
        say("set_priority %u %u", p.port, p.priority);
        rc = ASK(EVTCHNOP_set_priority, p);
        answer("event_channel_op set_priority", rc);
        break;
    case 4:
        closed = 0;
        say("close 0");
        rc = ASK(EVTCHNOP_close, closed);
        answer("event_channel_op close", rc);
        break;
    default:
        say("event_channel_op 14");
        answer("event_channel_op 14",
               hypercall_event_channel_op(14 + draw(50), &closed));
    }
}
