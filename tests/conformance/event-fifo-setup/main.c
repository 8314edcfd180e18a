// SPDX-License-Identifier: MIT
/*
 * Turning FIFO events on and off: control blocks and pages of words, what is
 * refused, what was pending before, and a reset.
 *
 * conform: reference dom0 domU
 * requires: EVT-16 EVT-17 EVT-18 EVT-22 EVT-24 EVT-25
 * vcpus: 2
 */
#include "conform.h"

#define PENDING (1u << EVTCHN_FIFO_PENDING)
#define MASKED  (1u << EVTCHN_FIFO_MASKED)
#define LAST    (XEN_PAGE_SIZE - sizeof(struct evtchn_fifo_control_block))
#define PAGES                                                                  \
    (EVTCHN_FIFO_NR_CHANNELS / (XEN_PAGE_SIZE / sizeof(event_word_t)))

static evtchn_port_t ipi_for(unsigned int vcpu_id)
{
    struct evtchn_bind_ipi arg = {vcpu_id, 0};

    works(hypercall_event_channel_op(EVTCHNOP_bind_ipi, &arg),
          "an IPI for vCPU %u", vcpu_id);
    return arg.port;
}

static void refusals(xen_pfn_t block)
{
    xen_pfn_t table = page_mfn((void *)start->pt_base);

    refused(fifo_give_page(block), XEN_EOPNOTSUPP, "words before a block");
    refused(fifo_give_block(7, block, 0), XEN_ENOENT, "a vCPU that is not");
    refused(fifo_give_block(0, block, 4), XEN_EINVAL, "not 8-byte aligned");
    refused(fifo_give_block(0, block, LAST + 8), XEN_EINVAL, "crosses a page");
    refused(fifo_give_block(0, block, 0xfffffff8), XEN_EINVAL, "far outside");
    refused(fifo_give_block(0, ~0ul, 0), XEN_EINVAL, "no such frame");
    refused(fifo_give_block(0, table, 0), XEN_EINVAL, "a page table");
    refused(hypercall_event_channel_op(EVTCHNOP_init_control, (void *)1),
            XEN_EFAULT, "no argument");
    refused(fifo_give_page(block), XEN_EOPNOTSUPP, "none has turned it on");
}

static void blocks_and_words(xen_pfn_t block)
{
    evtchn_port_t before = bind_ipi(), between = bind_ipi(),
                  masked = bind_ipi(), second = ipi_for(1);
    unsigned int i;

    works(xen_port_send(before), "an event of the two-level ABI");
    works(fifo_give_block(0, block, 0), "vCPU 0's control block");
    check(xen_test_bit(before, shared->evtchn_pending), "its bit stays");
    refused(fifo_give_block(0, block, 128), XEN_EINVAL, "not twice");
    works(xen_port_send(between), "an event before there are words");
    check(!xen_test_bit(between, shared->evtchn_pending), "sets no bit");
    works(xen_port_send(masked), "and one for a port whose word is masked");
    refused(fifo_give_page(~0ul), XEN_EINVAL, "words on no such frame");
    refused(fifo_give_page(page_mfn((void *)start->pt_base)), XEN_EINVAL,
            "or on a page table");
    for (i = 0; i < XEN_PAGE_SIZE / sizeof(*fifo_words); i++)
        fifo_words[i] = MASKED;
    fifo_words[before] = fifo_words[between] = fifo_words[second] = 0;
    works(fifo_give_page(page_mfn(fifo_words)), "words");
    check_equal(fifo_next(0), before, "what was pending before comes");
    check_equal(fifo_next(0), between, "what came in between too");
    check_equal(fifo_next(0), 0, "and nothing else");
    check_equal(fifo_words[masked], PENDING | MASKED,
                "but the masked one is pending");
    works(xen_port_send(second), "an event for vCPU 1, without a block");
    check_equal(fifo_words[second], 0, "is lost");
    works(fifo_give_block(1, page_mfn(fifo_block[1]), LAST & ~7ul),
          "vCPU 1's block, at the end of its page");
    fifo_block[1] = (void *)((char *)fifo_block[1] + (LAST & ~7ul));
    works(xen_port_send(second), "an event for it");
    check_equal(fifo_next(1), second, "comes");
    for (i = 1; i < PAGES; i++) {
        if (fifo_give_page(page_mfn(fifo_words)))
            break;
    }
    check_equal(i, PAGES, "there can be 128 pages, even one many times");
    refused(fifo_give_page(page_mfn(fifo_words)), XEN_ENOSPC, "but not 129");
}

static void held(void *page)
{
    struct mmuext_op op = {.cmd = MMUEXT_PIN_L1_TABLE};
    unsigned int done;

    op.arg1.mfn = page_mfn(page);
    page_read_only(page);
    refused(hypercall_mmuext_op(&op, 1, &done, DOMID_SELF), XEN_EINVAL,
            "a page of it cannot become a page table");
    page_writable(page);
}

static void reset(void)
{
    struct evtchn_status s = {.dom = DOMID_SELF};
    struct evtchn_set_priority priority;
    struct mmuext_op op = {.cmd = MMUEXT_PIN_L1_TABLE};
    evtchn_port_t port = bind_ipi();
    unsigned int done;

    works(events_reset(), "reset");
    s.port = port;
    works(hypercall_event_channel_op(EVTCHNOP_status, &s), "status");
    check_equal(s.status, EVTCHNSTAT_closed, "ports are closed");
    port = bind_ipi();
    priority = (struct evtchn_set_priority){port, 0};
    refused(hypercall_event_channel_op(EVTCHNOP_set_priority, &priority),
            XEN_ENOSYS, "FIFO events are off");
    xen_test_and_clear_bit(port, shared->evtchn_pending);
    works(xen_port_send(port), "sending");
    check(xen_test_bit(port, shared->evtchn_pending), "sets the bit again");
    fill(fifo_words, 0, XEN_PAGE_SIZE);
    op.arg1.mfn = page_mfn(fifo_words);
    page_read_only(fifo_words);
    works(hypercall_mmuext_op(&op, 1, &done, DOMID_SELF),
          "the words' page can become a table now");
    op.cmd = MMUEXT_UNPIN_TABLE;
    works(hypercall_mmuext_op(&op, 1, &done, DOMID_SELF), "and cease to be");
    page_writable(fifo_words);
    fifo_block[1] = NULL;
    xen_test_and_clear_bit(port, shared->evtchn_pending);
    fifo_start(1);
    fifo_words[port] = 0;
    works(xen_port_send(port), "turned on again,");
    check_equal(fifo_next(0), port, "events come");
}

void test(void)
{
    xen_events_disable(vcpu);
    fifo_block[0] = page_new();
    fifo_block[1] = page_new();
    fifo_words = page_new();
    refusals(page_mfn(fifo_block[0]));
    blocks_and_words(page_mfn(fifo_block[0]));
    fill(fifo_words, 0, XEN_PAGE_SIZE);
    held(fifo_words);
    reset();
}
