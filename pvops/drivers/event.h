// SPDX-License-Identifier: MIT
/*
 * The two forms in which Xen says that ports have events: bits in the shared
 * page (event_2l.c), and queues in pages of the guest's (event_fifo.c), which
 * Xen serves by priority. One is chosen at the start, for good.
 */
#ifndef PVOPS_EVENT_H
#define PVOPS_EVENT_H

#include "../xenpv/xenpv.h"

#define MAX_PORTS 512 /* Xen gives out the lowest that is free */

struct event_form {
    bool (*init_cpu)(unsigned cpu); /* false: Xen does not offer it */
    void (*mask)(unsigned port);
    void (*clear)(unsigned port);
    void (*set)(unsigned port); /* pending, and nobody is told */
    bool (*is_pending)(unsigned port);
    void (*run)(void); /* the handlers of what is pending on this CPU */
    void (*moved)(unsigned port, unsigned cpu); /* where its events go now */
};

extern const struct event_form pv_event_2l, pv_event_fifo;

/* event.c: the handler of a port whose pending bit is cleared. */
void pv_event_run_handler(unsigned port);

#endif
