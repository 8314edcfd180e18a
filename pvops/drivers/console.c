// SPDX-License-Identifier: MIT
/*
 * The console: a pair of rings in a page that the loader gave, or for dom0,
 * which has none, Xen's own console by hypercall. The rule: an index that the
 * other side writes is never trusted further than the ring's size.
 */
#include "../xenpv/xenpv.h"

#include <pvsdk/barrier.h>
#include <pvsdk/event.h>
#include <xen/io/console.h>
#include <xen/sched.h>

static struct xencons_interface *ring;
static unsigned ring_port;

void pv_uart_input(void *unused);

void pv_console_init(void)
{
    if (pv_xen_start->flags & SIF_INITDOMAIN) {
        pv_event_bind_virq(VIRQ_CONSOLE, pv_uart_input, NULL);
        return;
    }
    if (!pv_xen_start->console.domU.mfn)
        return;
    ring = pv_xen_page(pv_xen_start->console.domU.mfn);
    if (!ring) {
        pv_report("the console page, frame %x, is not in the p2m list",
                  pv_xen_start->console.domU.mfn);
        return;
    }
    ring_port = pv_xen_start->console.domU.evtchn;
    pv_event_handle(ring_port, pv_uart_input, NULL);
}

static unsigned ring_write(const char *text, unsigned long length)
{
    XENCONS_RING_IDX prod = ring->out_prod, cons = xen_read_once(ring->out_cons);
    unsigned done = 0;

    xen_mb();
    while (done < length && prod - cons < sizeof(ring->out))
        ring->out[MASK_XENCONS_IDX(prod++, ring->out)] = text[done++];
    xen_wmb();
    xen_write_once(ring->out_prod, prod);
    return done;
}

void pv_xenpv_console_write(const char *text, unsigned long length)
{
    unsigned long flags = pv_nested_enter(&pv_device_lock);

    while (length) {
        unsigned long done = length;

        if (!ring)
            hypercall_console_io(CONSOLEIO_write, (int)length, (char *)text);
        else
            done = ring_write(text, length);
        text += done;
        length -= done;
        if (ring)
            xen_port_send(ring_port);
        if (length)
            hypercall_sched_op(SCHEDOP_yield, NULL);
    }
    pv_nested_leave(&pv_device_lock, flags);
}

static int read_byte(void)
{
    XENCONS_RING_IDX cons;
    unsigned char c;

    if (!ring)
        return hypercall_console_io(CONSOLEIO_read, 1, (char *)&c) == 1 ? c
                                                                        : -1;
    cons = ring->in_cons;
    if (xen_read_once(ring->in_prod) == cons)
        return -1;
    xen_rmb();
    c = (unsigned char)ring->in[MASK_XENCONS_IDX(cons, ring->in)];
    xen_mb();
    xen_write_once(ring->in_cons, cons + 1);
    xen_port_send(ring_port);
    return c;
}

int pv_xenpv_console_read(void)
{
    unsigned long flags = pv_nested_enter(&pv_device_lock);
    int byte = read_byte();

    pv_nested_leave(&pv_device_lock, flags);
    return byte;
}
