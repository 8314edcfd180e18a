// SPDX-License-Identifier: MIT
/*
 * FIFO events under way: how words are linked, in which order a guest finds
 * them, what masks, priorities, moves and closing do to a port on a queue.
 *
 * conform: reference dom0 domU
 * requires: EVT-19 EVT-20 EVT-21 EVT-22 EVT-23
 * vcpus: 2
 */
#include "conform.h"

#define PENDING  (1u << EVTCHN_FIFO_PENDING)
#define MASKED   (1u << EVTCHN_FIFO_MASKED)
#define LINKED   (1u << EVTCHN_FIFO_LINKED)
#define READY(q) (1u << (q))

static evtchn_port_t a, b, c;

static long set_priority(evtchn_port_t port, uint32_t priority)
{
    struct evtchn_set_priority arg = {port, priority};

    return hypercall_event_channel_op(EVTCHNOP_set_priority, &arg);
}

static long close_port(evtchn_port_t port)
{
    struct evtchn_close arg = {port};

    return hypercall_event_channel_op(EVTCHNOP_close, &arg);
}

static void order(void)
{
    const unsigned int q = EVTCHN_FIFO_PRIORITY_DEFAULT;

    vcpu->evtchn_upcall_pending = 0;
    works(xen_port_send(b), "sending to an open port");
    check_equal(fifo_words[b], PENDING | LINKED, "its word is linked");
    check_equal(fifo_block[0]->head[q], b, "it is the head of queue 7");
    check_equal(fifo_block[0]->ready, READY(q), "which is ready");
    check_equal(vcpu->evtchn_upcall_pending, 1, "and an upcall is due");
    vcpu->evtchn_upcall_pending = 0;
    works(xen_port_send(a), "sending to a second one");
    check_equal(fifo_words[b], PENDING | LINKED | a, "it comes after it");
    check_equal(fifo_words[a], PENDING | LINKED, "and is the tail");
    check_equal(vcpu->evtchn_upcall_pending, 0, "no second upcall is due");
    works(xen_port_send(b), "sending to the first one again");
    check_equal(fifo_words[a], PENDING | LINKED, "does not link it twice");
    works(xen_port_send(c), "sending to a third one");
    check_equal(fifo_next(0), b, "the first comes first");
    works(xen_port_send(b), "sending to it now");
    check_equal(fifo_next(0), a, "the second comes second");
    check_equal(fifo_next(0), c, "then the third");
    check_equal(fifo_next(0), b, "then what was sent last");
    check_equal(fifo_next(0), 0, "and no more");
    works(xen_port_send(c), "sending when the queue is empty");
    check_equal(fifo_block[0]->head[q], c, "makes a new head");
    check_equal(vcpu->evtchn_upcall_pending, 1, "and an upcall is due");
    check_equal(fifo_next(0), c, "it comes");
}

static void masks(void)
{
    fifo_words[a] |= MASKED;
    works(xen_port_send(a), "sending to a masked port");
    check_equal(fifo_words[a], PENDING | MASKED, "it is not linked");
    check_equal(fifo_block[0]->ready, 0, "no queue is ready");
    works(xen_port_unmask(a), "unmasking it");
    check_equal(fifo_words[a], PENDING | LINKED, "links it");
    check_equal(fifo_next(0), a, "it comes");
    fifo_words[a] |= MASKED;
    works(xen_port_unmask(a), "unmasking it with nothing behind");
    check_equal(fifo_words[a], 0, "clears the mask alone");
    works(xen_port_send(a), "masking a port");
    works(xen_port_send(b), "that is on a queue");
    fifo_words[a] |= MASKED;
    check_equal(fifo_next(0), b, "the guest takes it off");
    check_equal(fifo_words[a], PENDING | MASKED, "and leaves it pending");
    works(xen_port_unmask(a), "unmasking it then");
    check_equal(fifo_next(0), a, "makes it come");
}

static void priorities(void)
{
    refused(set_priority(a, 16), XEN_EINVAL, "priority 16");
    refused(set_priority(900, 1), XEN_EINVAL, "of a port that never was");
    works(set_priority(a, EVTCHN_FIFO_PRIORITY_MIN), "a: 15");
    works(set_priority(c, EVTCHN_FIFO_PRIORITY_MAX), "c: 0");
    works(xen_port_send(a), "sending to a");
    works(xen_port_send(b), "b");
    works(xen_port_send(c), "and c");
    check_equal(fifo_block[0]->ready, READY(0) | READY(7) | READY(15),
                "three queues are ready");
    works(set_priority(a, 0), "a, which is on its queue: 0");
    check_equal(fifo_next(0), c, "c comes first");
    check_equal(fifo_next(0), b, "then b");
    check_equal(fifo_next(0), a, "then a, where it was");
    works(xen_port_send(b), "sending to b");
    works(xen_port_send(a), "and a");
    check_equal(fifo_next(0), a, "a comes first now");
    check_equal(fifo_next(0), b, "then b");
}

static void moves(void)
{
    struct evtchn_alloc_unbound offer = {DOMID_SELF, DOMID_SELF, 0};
    struct evtchn_bind_interdomain bind = {DOMID_SELF, 0, 0};
    struct evtchn_bind_vcpu move;

    works(hypercall_event_channel_op(EVTCHNOP_alloc_unbound, &offer), "offer");
    bind.remote_port = offer.port;
    works(hypercall_event_channel_op(EVTCHNOP_bind_interdomain, &bind),
          "bind_interdomain");
    check_equal(fifo_words[bind.local_port], PENDING | MASKED,
                "the new port is pending");
    fifo_words[offer.port] = 0;
    works(xen_port_send(bind.local_port), "its peer gets an event");
    move = (struct evtchn_bind_vcpu){offer.port, 1};
    works(hypercall_event_channel_op(EVTCHNOP_bind_vcpu, &move),
          "and moves to vCPU 1");
    check_equal(fifo_next(0), offer.port, "the event is where it was");
    works(xen_port_send(bind.local_port), "the next");
    check_equal(fifo_next(1), offer.port, "is on vCPU 1's queue");
    check_equal(fifo_next(0), 0, "and not on vCPU 0's");
    works(xen_port_send(bind.local_port), "one for vCPU 1");
    works(xen_port_send(b), "one for vCPU 0");
    check_equal(fifo_words[offer.port], PENDING | LINKED,
                "the queues are not mixed up");
    check_equal(fifo_next(0), b, "it comes");
    check_equal(fifo_next(1), offer.port, "and so does the other");
}

static void closing(void)
{
    evtchn_port_t again;

    works(xen_port_send(a), "a");
    works(xen_port_send(c), "and c are on a queue");
    works(close_port(a), "a is closed");
    check_equal(fifo_words[a], LINKED | c, "it is not pending, but linked");
    refused(set_priority(a, 1), XEN_EACCES, "it has no priority");
    again = bind_ipi();
    check(again != a, "its port is not given out again");
    check_equal(fifo_next(0), c, "the guest passes over it");
    check_equal(bind_ipi(), a, "now it can be");
    works(xen_port_send(b), "the new a");
    works(xen_port_send(a), "has the default priority");
    check_equal(fifo_next(0), b, "not that of");
    check_equal(fifo_next(0), a, "the old one");
}

void test(void)
{
    xen_events_disable(vcpu);
    a = bind_ipi();
    b = bind_ipi();
    c = bind_ipi();
    refused(set_priority(a, 1), XEN_ENOSYS, "two-level: no priorities");
    fifo_start(2);
    fifo_words[a] = fifo_words[b] = fifo_words[c] = 0;
    order();
    masks();
    priorities();
    moves();
    closing();
}
