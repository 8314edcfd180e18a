/* SPDX-License-Identifier: MIT */
/*
 * Many events through eight ports, while the receiver masks, unmasks, closes
 * its upcalls and sleeps. On each port there is one event at a time: so each
 * must arrive, and none may arrive that was not sent.
 */
#ifndef STORM_H
#define STORM_H

#include "conform.h"

#define STORM_PORTS 8

struct storm {
    uint64_t count;  /* of all ports together */
    uint64_t random; /* where chance begins */
    volatile uint64_t sent[STORM_PORTS], seen[STORM_PORTS];
    uint64_t port[STORM_PORTS]; /* the sender's numbers */
};

/*
 * The next port is the first of a word. By bits a kernel looks through whole
 * words, so that an event of which it is not told comes to light with the next
 * one of its word: each port of a storm has a word for itself.
 */
void storm_skip_ports(void);
/* Count and chance are the numbers of the command line: "COUNT [SEED]". */
void storm_init(struct storm *storm);
/* On another vCPU or in another domain than storm_receive(). */
void storm_send(struct storm *storm);
/*
 * On vCPU 0: receives all events of STORM, which come by PORTS, and checks that
 * they are those that were sent. fifo: by queues (after fifo_start()).
 */
void storm_receive(struct storm *storm, const evtchn_port_t *ports, bool fifo);

#endif
