// SPDX-License-Identifier: MIT
/*
 * The two interrupt controllers of a PC: what a driver for them programs is
 * obeyed, and decides which of the kernel's vectors an event becomes.
 */
#include "../xenpv/xenpv.h"
#include "devices.h"

#include <pvsdk/barrier.h>

#define SLAVE_LINE 2

struct controller {
    uint8_t requested, in_service, mask, base;
    uint8_t step; /* of the initialisation words; 0: done */
    bool wants_fourth, automatic, read_in_service;
};

/* Until it is programmed nothing comes through. */
static struct controller controllers[2] = { { .mask = 0xff },
                                            { .mask = 0xff } };

/* The line to deliver: the lowest that is wanted, if none as low is being
 * served; -1 for none. */
static int best_line(const struct controller *c)
{
    uint8_t wanted = (uint8_t)(c->requested & ~c->mask);
    int line = wanted ? __builtin_ctz(wanted) : -1;

    if (line < 0 || (c->in_service &&
                     __builtin_ctz(c->in_service) <= line))
        return -1;
    return line;
}

static void update_cascade(void)
{
    if (best_line(&controllers[1]) >= 0)
        controllers[0].requested |= 1 << SLAVE_LINE;
    else
        controllers[0].requested &= (uint8_t)~(1 << SLAVE_LINE);
}

/* Something may be deliverable: have Xen call when events are let in. */
static void kick(void)
{
    update_cascade();
    if (best_line(&controllers[0]) < 0)
        return;
    if (pv_xen_cpu()) { /* lines interrupt the first CPU, as on a PC */
        pv_wake_first_cpu();
        return;
    }
    xen_write_once(this_vcpu()->evtchn_upcall_pending, 1);
    xen_mb();
    if (!xen_read_once(this_vcpu()->evtchn_upcall_mask))
        pv_xen_force_upcall();
}

void pv_i8259_raise(int line)
{
    unsigned long flags = pv_nested_enter(&pv_device_lock);

    controllers[line >> 3 & 1].requested |= (uint8_t)(1 << (line & 7));
    kick();
    pv_nested_leave(&pv_device_lock, flags);
}

static int serve(struct controller *c, int line)
{
    c->requested &= (uint8_t)~(1 << line);
    if (!c->automatic)
        c->in_service |= (uint8_t)(1 << line);
    return c->base + line;
}

int pv_i8259_take(void)
{
    unsigned long flags = pv_nested_enter(&pv_device_lock);
    int line, vector = -1;

    update_cascade();
    line = best_line(&controllers[0]);
    if (line >= 0)
        vector = serve(&controllers[0], line);
    if (line == SLAVE_LINE)
        vector = serve(&controllers[1], best_line(&controllers[1]));
    pv_nested_leave(&pv_device_lock, flags);
    return vector;
}

static void end_of_interrupt(struct controller *c, unsigned value)
{
    if (value & 0x40) /* of one line */
        c->in_service &= (uint8_t)~(1 << (value & 7));
    else
        c->in_service &= (uint8_t)(c->in_service - 1);
}

static void command(struct controller *c, unsigned value)
{
    if (value & 0x10) { /* initialisation begins */
        *c = (struct controller){ .step = 1, .wants_fourth = value & 1 };
    } else if (value & 0x08) {
        if (value & 2)
            c->read_in_service = value & 1;
    } else if (value & 0x20) {
        end_of_interrupt(c, value);
    }
}

static void data(struct controller *c, unsigned value)
{
    switch (c->step) {
    case 0:
        c->mask = (uint8_t)value;
        return;
    case 1:
        c->base = value & 0xf8;
        break;
    case 3:
        c->automatic = value & 2;
        break;
    }
    c->step = c->step < (c->wants_fourth ? 3 : 2) ? c->step + 1 : 0;
}

void pv_i8259_write(unsigned port, unsigned value)
{
    struct controller *c = &controllers[port >> 7 & 1];

    if (port & 1)
        data(c, value);
    else
        command(c, value);
    kick();
}

unsigned pv_i8259_read(unsigned port)
{
    const struct controller *c = &controllers[port >> 7 & 1];

    if (port & 1)
        return c->mask;
    return c->read_in_service ? c->in_service : c->requested;
}
