// SPDX-License-Identifier: MIT
/*
 * A storm of events: see storm.h. A timer looks each second whether something
 * moves: if it does not for five, an event is lost.
 */
#include "storm.h"

#define SECOND 1000000000ul
#define STILL  5 /* seconds without an event */

static struct {
    struct storm *storm;
    const evtchn_port_t *ports;
    bool fifo;
    evtchn_port_t timer;
    uint64_t random;
    uint64_t seen, before; /* in all; at the last tick */
    unsigned int still;
    uint64_t invented, upcalls, sleeps;
    /* Races that happened: an event came while its port was masked; while
     * upcalls were closed; between that and falling asleep; behind the last
     * look of the upcall's handler. */
    struct {
        uint64_t masked, closed, sleepless, late;
    } races;
} s;

static uint64_t number(const char **at)
{
    uint64_t value = 0;

    while (**at == ' ')
        (*at)++;
    for (; **at >= '0' && **at <= '9'; (*at)++)
        value = value * 10 + (uint64_t)(**at - '0');
    return value;
}

void storm_init(struct storm *storm)
{
    const char *at = (const char *)start->cmd_line;

    fill(storm, 0, sizeof(*storm));
    storm->count = number(&at);
    /* Any seed but 0, from which xorshift comes to nothing else. */
    storm->random = number(&at) ^ 88172645463325252ul;
    if (!storm->count)
        error("the command line is how many events there are");
}

void storm_skip_ports(void)
{
    struct evtchn_alloc_unbound a;

    do {
        a = (struct evtchn_alloc_unbound){DOMID_SELF, DOMID_SELF, 0};
        if (hypercall_event_channel_op(EVTCHNOP_alloc_unbound, &a))
            error("there are too few ports");
    } while ((a.port + 1) % XEN_BITS_PER_WORD);
}

static evtchn_port_t timer_port(void)
{
    storm_skip_ports();
    return bind_virq(VIRQ_TIMER);
}

/* Where PRNG stands after one step (xorshift). */
static uint64_t step(uint64_t x)
{
    x ^= x << 13;
    x ^= x >> 7;
    return x ^ x << 17;
}

/* Without PAUSE, at which an emulator does other things for long. */
static void spin(uint64_t times)
{
    while (times--)
        __asm__ volatile("");
}

void storm_send(struct storm *storm)
{
    uint64_t random = storm->random, left;
    unsigned int tries = 0;

    for (left = storm->count; left;) {
        unsigned int p;

        random = step(random);
        p = (unsigned int)(random >> 32) % STORM_PORTS;
        if (storm->sent[p] != storm->seen[p]) {
            if (++tries % 64 == 0)
                hypercall_sched_op(SCHEDOP_yield, NULL);
            continue;
        }
        storm->sent[p]++;
        left--;
        if (xen_port_send(storm->port[p]))
            return; /* the receiver will miss it */
        if (!(random & 3)) /* now and then it lets the receiver do its acts */
            spin(random >> 48 & 1023);
    }
}

static void received(evtchn_port_t port)
{
    unsigned int p;

    for (p = 0; p < STORM_PORTS; p++) {
        if (s.ports[p] == port) {
            if (s.storm->seen[p] + 1 == s.storm->sent[p])
                s.seen++;
            else
                s.invented++;
            s.storm->seen[p] = s.storm->sent[p];
            return;
        }
    }
    if (port == s.timer) {
        s.still = s.seen == s.before ? s.still + 1 : 0;
        s.before = s.seen;
        timer_at(now() + SECOND);
    }
}

/*
 * Up to MOST turns of a loop, a power of two less one; sometimes others run
 * meanwhile, so that events come at this point on one CPU, too.
 */
static void linger(unsigned int most)
{
    s.random = step(s.random);
    if (!(s.random >> 20 & 15))
        hypercall_sched_op(SCHEDOP_yield, NULL);
    spin(s.random >> 48 & most);
}

static bool upcall(struct trap_regs *regs, struct caught *caught)
{
    xen_ulong_t words = 0;
    evtchn_port_t port;

    (void)regs;
    (void)caught;
    s.upcalls++;
    vcpu->evtchn_upcall_pending = 0;
    while ((port = s.fifo ? fifo_next(0)
                          : xen_next_event(shared, vcpu, &words)) != 0)
        received(port);
    if (!(s.upcalls & 7))
        linger(15);
    s.races.late += xen_read_once(vcpu->evtchn_upcall_pending);
    return true;
}

/* --- masking --- */

static bool is_pending(evtchn_port_t port)
{
    if (s.fifo)
        return xen_read_once(fifo_words[port]) & 1u << EVTCHN_FIFO_PENDING;
    return xen_test_bit(port, shared->evtchn_pending);
}

static void mask(evtchn_port_t port)
{
    if (s.fifo)
        __atomic_fetch_or(&fifo_words[port], 1u << EVTCHN_FIFO_MASKED,
                          __ATOMIC_SEQ_CST);
    else
        xen_port_mask(shared, port);
}

/* If nothing is pending, and not while BUSY. */
static bool unmask_queued(evtchn_port_t port)
{
    event_word_t old = xen_read_once(fifo_words[port]);

    old &= ~(1u << EVTCHN_FIFO_PENDING | 1u << EVTCHN_FIFO_BUSY);
    return __atomic_compare_exchange_n(&fifo_words[port], &old,
                                       old & ~(1u << EVTCHN_FIFO_MASKED),
                                       false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
}

/* What came while it was masked is the kernel's own to tell itself. */
static void unmask_bit(evtchn_port_t port)
{
    xen_test_and_clear_bit(port, shared->evtchn_mask);
    if (!is_pending(port))
        return;
    xen_test_and_set_bit(port / XEN_BITS_PER_WORD, &vcpu->evtchn_pending_sel);
    vcpu->evtchn_upcall_pending = 1;
    if (!vcpu->evtchn_upcall_mask)
        xen_events_enable(vcpu);
}

/* As kernels do: by themselves if they can; the hypervisor's call takes a lock
 * that the sender holds, so that with it alone nothing would race. */
static void unmask(evtchn_port_t port)
{
    if (s.fifo && unmask_queued(port))
        return;
    if (!s.fifo && (s.random >> 12 & 3)) {
        unmask_bit(port);
        return;
    }
    if (xen_port_unmask(port))
        error("port %u cannot be unmasked", port);
}

static bool on_its_way(unsigned int number)
{
    return s.storm->sent[number] != s.storm->seen[number];
}

/*
 * A port that no event is on its way to: that comes by itself or never, for
 * another unmasking would bring a lost one to light.
 */
static void masked_for_a_while(unsigned int number)
{
    evtchn_port_t port;
    bool was;

    for (unsigned int i = 0; i < STORM_PORTS && on_its_way(number); i++)
        number = (number + 1) % STORM_PORTS;
    if (on_its_way(number))
        return;
    port = s.ports[number];
    mask(port);
    was = is_pending(port);
    linger(63);
    s.races.masked += !was && is_pending(port);
    unmask(port);
}

/* Upcalls are closed; before and afterwards they are open. */
static void open_upcalls(void)
{
    s.races.closed += xen_read_once(vcpu->evtchn_upcall_pending);
    xen_events_enable(vcpu);
}

/* One of the things that a kernel does while events come. */
static void act(void)
{
    unsigned int number;

    s.random = step(s.random);
    number = s.random >> 16 & (STORM_PORTS - 1);
    switch (s.random >> 40 & 7) {
    case 0: /* masks a port for a while */
        masked_for_a_while(number);
        break;
    case 1: /* the same with upcalls closed */
        xen_events_disable(vcpu);
        masked_for_a_while(number);
        open_upcalls();
        break;
    case 2: /* upcalls closed */
        xen_events_disable(vcpu);
        linger(255);
        open_upcalls();
        break;
    case 3: /* computes */
    case 4:
    case 5:
        linger(255);
        break;
    default: /* nothing to do: sleeps until an event */
        xen_events_disable(vcpu);
        if (s.random >> 56 & 1)
            linger(31);
        if (s.seen < s.storm->count) {
            s.sleeps++;
            s.races.sleepless += xen_read_once(vcpu->evtchn_upcall_pending);
            hypercall_sched_op(SCHEDOP_block, NULL);
        }
        xen_events_enable(vcpu);
    }
}

void storm_receive(struct storm *storm, const evtchn_port_t *ports, bool fifo)
{
    const char *how = fifo ? "by queues" : "by bits";
    evtchn_port_t timer = s.timer ? s.timer : timer_port();
    unsigned int i;

    s = (typeof(s)){.storm = storm, .ports = ports, .fifo = fifo,
                    .timer = timer, .random = ~storm->random};
    xen_events_disable(vcpu);
    trap_set_hook(ENTRY_EVENT, upcall);
    hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    for (i = 0; i < STORM_PORTS; i++)
        unmask(ports[i]);
    unmask(timer);
    timer_at(now() + SECOND);
    xen_events_enable(vcpu);
    while (s.seen + s.invented < storm->count && s.still < STILL)
        act();
    xen_events_disable(vcpu);
    print("# %lu events in %lu upcalls, %lu sleeps; %lu came while their port "
          "was masked, %lu while upcalls were closed, %lu before a sleep, %lu "
          "behind a handler\n", s.seen, s.upcalls, s.sleeps, s.races.masked,
          s.races.closed, s.races.sleepless, s.races.late);
    check_equal(s.seen, storm->count, "%s: each event arrives", how);
    check_equal(s.invented, 0, "%s: and no other", how);
    check(s.upcalls > 1 && s.sleeps > 1, "%s: some awaited, some not", how);
    check(s.races.masked && s.races.closed && s.races.sleepless &&
              s.races.late, "%s: some while it masks, closes, or would sleep",
          how);
}
