// SPDX-License-Identifier: MIT
/*
 * FIFO events: the pages, and how a guest takes ports off its queues. A queue's
 * ready bit is cleared before its head is read, and a port's LINKED bit in the
 * same instruction that reads what comes after it.
 */
#include "conform.h"

event_word_t *fifo_words;
struct evtchn_fifo_control_block *fifo_block[2];
static uint32_t heads[2][EVTCHN_FIFO_MAX_QUEUES];

#define BIT(n) (1u << (n))

long fifo_give_block(unsigned int vcpu, xen_pfn_t mfn, uint32_t offset)
{
    struct evtchn_init_control arg = {
        .control_gfn = mfn, .offset = offset, .vcpu = vcpu};
    long rc = hypercall_event_channel_op(EVTCHNOP_init_control, &arg);

    if (!rc && arg.link_bits != EVTCHN_FIFO_LINK_BITS)
        error("init_control says %u link bits", arg.link_bits);
    return rc;
}

long fifo_give_page(xen_pfn_t mfn)
{
    struct evtchn_expand_array arg = {.array_gfn = mfn};

    return hypercall_event_channel_op(EVTCHNOP_expand_array, &arg);
}

void fifo_start(unsigned int vcpus)
{
    unsigned int i;

    for (i = 0; i < vcpus; i++) {
        fifo_block[i] = fifo_block[i] ? fifo_block[i] : page_new();
        fill(fifo_block[i], 0, sizeof(*fifo_block[i]));
        fill(heads[i], 0, sizeof(heads[i]));
        if (fifo_give_block(i, page_mfn(fifo_block[i]), 0))
            error("vCPU %u's control block was refused", i);
    }
    fifo_words = fifo_words ? fifo_words : page_new();
    for (i = 0; i < XEN_PAGE_SIZE / sizeof(*fifo_words); i++)
        fifo_words[i] = BIT(EVTCHN_FIFO_MASKED);
    if (fifo_give_page(page_mfn(fifo_words)))
        error("a page of event words was refused");
}

static evtchn_port_t take(unsigned int vcpu, unsigned int queue)
{
    evtchn_port_t port = heads[vcpu][queue];
    event_word_t old;

    if (!port)
        error("queue %u is ready, and empty", queue);
    old = __atomic_fetch_and(
        &fifo_words[port], ~(BIT(EVTCHN_FIFO_LINKED) | EVTCHN_FIFO_LINK_MASK),
        __ATOMIC_SEQ_CST);
    heads[vcpu][queue] = old & EVTCHN_FIFO_LINK_MASK;
    if (old & BIT(EVTCHN_FIFO_MASKED))
        return 0;
    old = __atomic_fetch_and(&fifo_words[port], ~BIT(EVTCHN_FIFO_PENDING),
                             __ATOMIC_SEQ_CST);
    return old & BIT(EVTCHN_FIFO_PENDING) ? port : 0;
}

evtchn_port_t fifo_next(unsigned int vcpu)
{
    struct evtchn_fifo_control_block *block = fifo_block[vcpu];
    unsigned int q;

    for (q = 0; q < EVTCHN_FIFO_MAX_QUEUES; q++) {
        evtchn_port_t port = 0;

        while (!port) {
            if (!heads[vcpu][q]) {
                if (!(__atomic_fetch_and(&block->ready, ~BIT(q),
                                         __ATOMIC_SEQ_CST) & BIT(q)))
                    break;
                heads[vcpu][q] = xen_read_once(block->head[q]);
            }
            port = take(vcpu, q);
        }
        if (port)
            return port;
    }
    return 0;
}
