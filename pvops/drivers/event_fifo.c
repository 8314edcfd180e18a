// SPDX-License-Identifier: MIT
/*
 * Events as queues: a word a port, in a page of the guest's, with pending and
 * masked bits and the next port of its queue; for each CPU the heads of its
 * queues, one a priority. Xen appends, the guest takes from the head.
 *
 * The rule: the link of a word is taken and cleared in one step, for Xen
 * appends by writing the link of the word that was the last.
 */
#include "event.h"

#include <pvsdk/barrier.h>

#define PENDING (1u << EVTCHN_FIFO_PENDING)
#define MASKED (1u << EVTCHN_FIFO_MASKED)
#define LINKED (1u << EVTCHN_FIFO_LINKED)

/* Xen wants each control block within a page; 32 of them fill one. */
static union {
    struct evtchn_fifo_control_block block;
    char room[PAGE_SIZE / PV_MAX_CPUS];
} control[PV_MAX_CPUS] __attribute__((aligned(4096)));
static event_word_t words[PAGE_SIZE / sizeof(event_word_t)]
    __attribute__((aligned(4096)));
static uint32_t heads[PV_MAX_CPUS][EVTCHN_FIFO_MAX_QUEUES];

static unsigned long mfn_of(const void *page)
{
    return (unsigned long)(pv_machine_address(page) >> PAGE_SHIFT);
}

static bool init_cpu(unsigned cpu)
{
    struct evtchn_init_control init = {
        .control_gfn = mfn_of(control),
        .offset = (uint32_t)(cpu * sizeof(control[0])),
        .vcpu = cpu,
    };
    struct evtchn_expand_array expand = { mfn_of(words) };

    pv_memset(&control[cpu], 0, sizeof(control[cpu]));
    pv_memset(heads[cpu], 0, sizeof(heads[cpu]));
    if (hypercall_event_channel_op(EVTCHNOP_init_control, &init))
        return false;
    if (cpu)
        return true;
    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        words[i] = MASKED; /* nothing comes in before it has a handler */
    if (!pv_xen_ok(hypercall_event_channel_op(EVTCHNOP_expand_array, &expand),
                   "event_channel_op expand_array", expand.array_gfn, 0,
                   "the page is not the guest's, or mapped read-only"))
        pv_fatal("there is no way back to the two-level events");
    return true;
}

static void mask(unsigned port)
{
    __atomic_fetch_or(&words[port], MASKED, __ATOMIC_SEQ_CST);
}

static void clear(unsigned port)
{
    __atomic_fetch_and(&words[port], ~PENDING, __ATOMIC_SEQ_CST);
}

static void set(unsigned port)
{
    __atomic_fetch_or(&words[port], PENDING, __ATOMIC_SEQ_CST);
}

static bool is_pending(unsigned port)
{
    return xen_read_once(words[port]) & PENDING;
}

static void moved(unsigned port, unsigned cpu)
{
    (void)port;
    (void)cpu;
}

static uint32_t take_link(event_word_t *word)
{
    event_word_t old = xen_read_once(*word);

    while (!__atomic_compare_exchange_n(
        word, &old, old & ~(LINKED | EVTCHN_FIFO_LINK_MASK), 0,
        __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        ;
    return old & EVTCHN_FIFO_LINK_MASK;
}

/* One event of a queue; true if the queue is empty then. */
static bool take_event(const struct evtchn_fifo_control_block *block,
                       uint32_t *head, unsigned queue)
{
    uint32_t port = *head;
    event_word_t word;

    if (!port) {
        xen_rmb(); /* the ready bit was read before */
        port = xen_read_once(block->head[queue]);
    }
    if (!port || port >= sizeof(words) / sizeof(words[0]))
        return true;
    *head = take_link(&words[port]);
    word = xen_read_once(words[port]);
    if (word & PENDING && !(word & MASKED)) {
        clear(port);
        pv_event_run_handler(port);
    }
    return !*head;
}

static void run(void)
{
    unsigned cpu = pv_xen_cpu();
    struct evtchn_fifo_control_block *block = &control[cpu].block;
    uint32_t ready = __atomic_exchange_n(&block->ready, 0, __ATOMIC_SEQ_CST);

    while (ready) {
        unsigned queue = (unsigned)__builtin_ctz(ready);

        if (take_event(block, &heads[cpu][queue], queue))
            ready &= ~(1u << queue);
        ready |= __atomic_exchange_n(&block->ready, 0, __ATOMIC_SEQ_CST);
    }
}

const struct event_form pv_event_fifo = { init_cpu,   mask, clear, set,
                                          is_pending, run,  moved };
