/* SPDX-License-Identifier: MIT */
/*
 * What a domain's FIFO event channels consist of. The guest gives a page of
 * event words (one a port) at a time, and a control block a vCPU; both are its
 * own writable memory, held by a reference and a use until a reset or its end.
 * The tails are the hypervisor's own: no number is ever taken from the guest.
 */
#ifndef HV_EVENT_FIFO_H
#define HV_EVENT_FIFO_H

#include <xen/event_channel.h>

#include "core/domain.h"
#include "core/types.h"

#define EVENT_WORDS_PER_PAGE (PAGE_SIZE / sizeof(event_word_t))
#define EVENT_WORD_PAGES     (EVTCHN_FIFO_NR_CHANNELS / EVENT_WORDS_PER_PAGE)

struct fifo_vcpu {
    struct evtchn_fifo_control_block *block;  /* NULL: not given yet */
    uint32_t tail[EVTCHN_FIFO_MAX_QUEUES];    /* its last port; 0: none */
};

struct event_fifo {
    unsigned int pages;
    event_word_t *page[EVENT_WORD_PAGES];
    struct fifo_vcpu vcpu[MAX_VCPUS];
};

#endif
