// SPDX-License-Identifier: MIT
/*
 * Event channels, the two-level kind: a bit a port, a bit for each word that
 * has some, one byte a CPU. The rule: a port's bit is cleared before its
 * handler runs, so that what comes during the handler is seen again.
 */
#include "../xenpv/xenpv.h"

#include <pvsdk/event.h>

#define MAX_HANDLERS 64

static struct {
    unsigned port;
    pv_event_handler *handler;
    void *data;
} handlers[MAX_HANDLERS];
static unsigned nr_handlers;

/* Nothing comes in before it has a handler. */
void pv_event_init(void)
{
    for (unsigned i = 0; i < XEN_BITS_PER_WORD; i++)
        pv_xen_shared->evtchn_mask[i] = ~0ul;
}

int pv_event_handle(unsigned port, pv_event_handler *handler, void *data)
{
    if (nr_handlers == MAX_HANDLERS) {
        pv_report("event port %d has no handler: the table of %d is full",
                  (long)port, (long)MAX_HANDLERS);
        return -1;
    }
    handlers[nr_handlers].port = port;
    handlers[nr_handlers].handler = handler;
    handlers[nr_handlers].data = data;
    nr_handlers++;
    return pv_xen_ok(xen_port_unmask(port), "event_channel_op unmask", port, 0,
                  "there is no such port")
               ? 0
               : -1;
}

int pv_event_bind_virq(unsigned virq, pv_event_handler *handler, void *data)
{
    struct evtchn_bind_virq bind = { .virq = virq, .vcpu = 0 };

    if (!pv_xen_ok(hypercall_event_channel_op(EVTCHNOP_bind_virq, &bind),
                "event_channel_op bind_virq", virq, 0,
                "it is bound already, or another domain's"))
        return -1;
    return pv_event_handle(bind.port, handler, data) ? -1 : (int)bind.port;
}

void pv_event_send(unsigned port)
{
    pv_xen_ok(xen_port_send(port), "event_channel_op send", port, 0,
           "the port is not connected");
}

static void run_handlers(unsigned port)
{
    for (unsigned i = 0; i < nr_handlers; i++)
        if (handlers[i].port == port)
            handlers[i].handler(handlers[i].data);
}

void pv_event_run_pending(void)
{
    xen_ulong_t words = 0;
    unsigned port;

    while ((port = xen_next_event(pv_xen_shared, this_vcpu(), &words)))
        run_handlers(port);
}
