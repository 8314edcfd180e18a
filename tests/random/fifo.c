// SPDX-License-Identifier: MIT
/*
 * Events by queues: control blocks and pages of event words given, rightly and
 * wrongly, and the reset that ends it. After one the console's and the store's
 * ports have new places at once, and what programs open begins where it did.
 *
 * Xen remembers for ever, beyond closing and a reset, that a port was told of
 * while it had no word (docs/abi/differences.md): here each has one from the
 * first control block on.
 */
#include "random.h"

#define WORDS  ((unsigned int)(4096 / sizeof(event_word_t)))
#define MASKED (1U << EVTCHN_FIFO_MASKED)

/* Of the first page of ports: no page of programs, since the words of ports
 * that come when they like must stay masked. */
static event_word_t words[WORDS] __attribute__((aligned(4096)));
static bool in_use;

/* All ports are closed, and events are bits again. */
static void reset_events(void)
{
    struct evtchn_alloc_unbound filler = {DOMID_SELF, DOMID_SELF, 0};

    if (events_reset())
        error("a reset of the domain's own events was refused");
    while (filler.port < FIRST_PORT - 1)
        if (hypercall_event_channel_op(EVTCHNOP_alloc_unbound, &filler) ||
            filler.port >= FIRST_PORT)
            error("after a reset there are other ports");
    in_use = false;
}

void fifo_reset(void)
{
    if (in_use)
        reset_events();
}

void say_fifo(void)
{
    if (!in_use)
        return;
    say("words");
    for (unsigned int port = FIRST_PORT; port <= LAST_PORT; port++)
        if (words[port])
            say(" %u:%x", port, words[port]);
    say("\n");
}

static void first_page(void)
{
    struct evtchn_expand_array e = {page_mfn(words)};

    fill(words, 0, sizeof(words));
    for (unsigned int port = 0; port < FIRST_PORT; port++)
        words[port] = MASKED;
    if (hypercall_event_channel_op(EVTCHNOP_expand_array, &e))
        error("the first page of event words is refused");
}

static void priority(void)
{
    struct evtchn_set_priority p = {draw_port(), draw(17)};

    say("priority of %u: %u", p.port, p.priority);
    answer("event_channel_op set_priority",
           hypercall_event_channel_op(EVTCHNOP_set_priority, &p));
}

static void mask_word(void)
{
    unsigned int port = draw_port();

    if (port < FIRST_PORT || port > LAST_PORT)
        port = FIRST_PORT;
    if (in_use)
        __atomic_fetch_xor(&words[port], MASKED, __ATOMIC_SEQ_CST);
    say("mask in the word of %u changed\n", port);
}

/* What a program would else seldom come to in its few calls. */
static void use_ports(void)
{
    for (unsigned int n = 2 + draw(6); n > 0; n--) {
        say("    ");
        switch (draw(6)) {
        case 0 ... 1:
            random_event_open();
            break;
        case 2 ... 3:
            random_event_use();
            break;
        case 4:
            priority();
            break;
        default:
            mask_word();
        }
    }
}

static void control_block(void)
{
    static const uint32_t offsets[] = {0, 0, 8, 2048, 4096 - 72, 4096 - 64, 4};
    struct frame f = draw_writable();
    struct evtchn_init_control arg = {.control_gfn = f.mfn,
                                      .offset = PICK(offsets),
                                      .vcpu = one_in(8) ? 1 : 0};
    long rc;

    say("init_control %s+%u for %u", f.name, arg.offset, arg.vcpu);
    if (!in_use)
        fill(shared->evtchn_pending, 0, sizeof(shared->evtchn_pending));
    rc = hypercall_event_channel_op(EVTCHNOP_init_control, &arg);
    if (!rc) {
        if (!in_use)
            first_page();
        in_use = true;
        say(" link bits %u", arg.link_bits);
    }
    answer("event_channel_op init_control", rc);
    if (!rc)
        use_ports();
}

void random_fifo(void)
{
    struct evtchn_expand_array e;
    struct frame f;

    switch (draw(8)) {
    case 0 ... 2:
        control_block();
        break;
    case 3: /* before the first page, or a further one */
        f = draw_writable();
        e.array_gfn = f.mfn;
        say("expand_array %s", f.name);
        answer("event_channel_op expand_array",
               hypercall_event_channel_op(EVTCHNOP_expand_array, &e));
        break;
    case 4 ... 5:
        priority();
        break;
    case 6:
        mask_word();
        break;
    default:
        if (!one_in(3)) {
            control_block();
            break;
        }
        reset_events();
        say("reset own\n");
    }
}
