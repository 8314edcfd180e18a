// SPDX-License-Identifier: MIT
/*
 * Event channels: ports with handlers, whatever form Xen's events have. The
 * rule: a port's pending bit is cleared before its handler runs, so that what
 * comes during the handler is seen again; and a port is masked before it has a
 * handler and before it loses it.
 */
#include "event.h"

#include <pvsdk/event.h>
#include <xen/errno.h>

#define VIRQ_NONE (~0u)

/* Indexed by port. What is bound is remembered, to be bound again when the
 * guest has been restored elsewhere. */
static struct channel {
    pv_event_handler *handler;
    void *data;
    unsigned cpu, virq;
    bool ipi;
} channels[MAX_PORTS];

static const struct event_form *form;

void pv_event_init(void)
{
    pv_memset(channels, 0, sizeof(channels));
    pv_event_2l.init_cpu(0);
    form = !pv_kernel.two_level_events && pv_event_fifo.init_cpu(0)
               ? &pv_event_fifo
               : &pv_event_2l;
}

bool pv_event_init_cpu(unsigned cpu)
{
    return form->init_cpu(cpu);
}

int pv_event_is_fifo(void)
{
    return form == &pv_event_fifo;
}

static int handle(unsigned port, const struct channel *channel)
{
    struct channel *c;
    long rc;

    if (port >= MAX_PORTS) {
        pv_report("event port %d has no handler: the table is for %d",
                  (long)port, (long)MAX_PORTS);
        return -XEN_ENOSPC;
    }
    c = &channels[port];
    form->mask(port);
    *c = *channel;
    form->moved(port, c->cpu);
    rc = xen_port_unmask(port);
    if (!pv_xen_ok(rc, "event_channel_op unmask", port, 0,
                   "there is no such port"))
        return (int)rc;
    return (int)port;
}

/* An event channel operation that makes a port; negative if it was refused. */
static int bind(int rc, const char *what, unsigned long argument,
                const evtchn_port_t *port, struct channel channel)
{
    if (!pv_xen_ok(rc, what, argument, channel.cpu,
                   "it is bound already, not this domain's to bind, or there "
                   "is no such CPU"))
        return rc;
    return handle(*port, &channel);
}

int pv_event_handle(unsigned port, pv_event_handler *handler, void *data)
{
    struct channel channel = { handler, data, 0, VIRQ_NONE, false };
    int rc = handle(port, &channel);

    return rc < 0 ? rc : 0;
}

int pv_event_bind_virq_on(unsigned virq, unsigned cpu,
                          pv_event_handler *handler, void *data)
{
    struct evtchn_bind_virq b = { .virq = virq, .vcpu = cpu };

    return bind((int)hypercall_event_channel_op(EVTCHNOP_bind_virq, &b),
                "event_channel_op bind_virq", virq, &b.port,
                (struct channel){ handler, data, cpu, virq, false });
}

int pv_event_bind_virq(unsigned virq, pv_event_handler *handler, void *data)
{
    return pv_event_bind_virq_on(virq, 0, handler, data);
}

int pv_event_bind_ipi(unsigned cpu, pv_event_handler *handler, void *data)
{
    struct evtchn_bind_ipi b = { .vcpu = cpu };

    return bind((int)hypercall_event_channel_op(EVTCHNOP_bind_ipi, &b),
                "event_channel_op bind_ipi", cpu, &b.port,
                (struct channel){ handler, data, cpu, VIRQ_NONE, true });
}

int pv_event_alloc_unbound(unsigned domain, pv_event_handler *handler,
                           void *data)
{
    struct evtchn_alloc_unbound b = { .dom = DOMID_SELF,
                                      .remote_dom = (domid_t)domain };

    return bind((int)hypercall_event_channel_op(EVTCHNOP_alloc_unbound, &b),
                "event_channel_op alloc_unbound", domain, &b.port,
                (struct channel){ handler, data, 0, VIRQ_NONE, false });
}

int pv_event_bind_interdomain(unsigned domain, unsigned remote_port,
                              pv_event_handler *handler, void *data)
{
    struct evtchn_bind_interdomain b = { .remote_dom = (domid_t)domain,
                                         .remote_port = remote_port };

    return bind((int)hypercall_event_channel_op(EVTCHNOP_bind_interdomain, &b),
                "event_channel_op bind_interdomain", remote_port,
                &b.local_port,
                (struct channel){ handler, data, 0, VIRQ_NONE, false });
}

int pv_event_set_cpu(unsigned port, unsigned cpu)
{
    struct evtchn_bind_vcpu b = { .port = port, .vcpu = cpu };
    long rc;

    if (port >= MAX_PORTS || cpu >= PV_MAX_CPUS)
        return -XEN_EINVAL;
    form->mask(port);
    rc = hypercall_event_channel_op(EVTCHNOP_bind_vcpu, &b);
    if (!rc) {
        channels[port].cpu = cpu;
        form->moved(port, cpu);
    }
    xen_port_unmask(port);
    return (int)rc;
}

int pv_event_set_priority(unsigned port, unsigned priority)
{
    struct evtchn_set_priority set = { .port = port, .priority = priority };

    if (!pv_event_is_fifo())
        return 0;
    return (int)hypercall_event_channel_op(EVTCHNOP_set_priority, &set);
}

void pv_event_mask(unsigned port)
{
    if (port < MAX_PORTS)
        form->mask(port);
}

int pv_event_unmask(unsigned port)
{
    return (int)xen_port_unmask(port);
}

int pv_event_is_pending(unsigned port)
{
    return port < MAX_PORTS && form->is_pending(port);
}

void pv_event_clear(unsigned port)
{
    if (port < MAX_PORTS)
        form->clear(port);
}

void pv_event_set_pending(unsigned port)
{
    if (port < MAX_PORTS)
        form->set(port);
}

int pv_event_close(unsigned port)
{
    struct evtchn_close close = { port };

    if (port >= MAX_PORTS)
        return -XEN_EINVAL;
    form->mask(port);
    channels[port].handler = NULL;
    form->clear(port);
    return (int)hypercall_event_channel_op(EVTCHNOP_close, &close);
}

void pv_event_send(unsigned port)
{
    pv_xen_ok(xen_port_send(port), "event_channel_op send", port, 0,
              "the port is not connected");
}

void pv_event_run_handler(unsigned port)
{
    if (port < MAX_PORTS && channels[port].handler)
        channels[port].handler(channels[port].data);
}

void pv_event_run_pending(void)
{
    form->run();
}
