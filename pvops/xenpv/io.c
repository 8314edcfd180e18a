// SPDX-License-Identifier: MIT
/*
 * Ports: there are none, but models of some devices. The rule: a port that
 * nobody answers is reported once, so that a driver that was forgotten in a
 * port of a kernel is noticed.
 */
#include "xenpv.h"
#include "../drivers/devices.h"

struct model {
    uint16_t first, last;
    unsigned (*read)(unsigned port);
    void (*write)(unsigned port, unsigned value);
};

static const struct model models[] = {
#define PORTS(first, last, name) { first, last, pv_##name##_read, \
                                  pv_##name##_write },
#include "../drivers/ports.def"
};

static const struct model *find(unsigned port, const char *what)
{
    static uint8_t reported[65536 / 8];
    uint8_t bit = (uint8_t)(1 << (port & 7));

    for (unsigned i = 0; i < sizeof(models) / sizeof(models[0]); i++)
        if (port >= models[i].first && port <= models[i].last)
            return &models[i];
    if (!(reported[port >> 3] & bit)) {
        reported[port >> 3] |= bit;
        pv_report("%s of port %x: a guest has no such device", what,
                  (unsigned long)port);
    }
    return NULL;
}

static unsigned read(unsigned port)
{
    unsigned long flags = pv_nested_enter(&pv_device_lock);
    const struct model *model = find(port, "read");
    unsigned value = model ? model->read(port) : ~0u;

    pv_nested_leave(&pv_device_lock, flags);
    return value;
}

static void write(unsigned port, unsigned value)
{
    unsigned long flags = pv_nested_enter(&pv_device_lock);
    const struct model *model = find(port, "write");

    if (model)
        model->write(port, value);
    pv_nested_leave(&pv_device_lock, flags);
}

#define PORT(suffix, type)                                                    \
    type pv_xenpv_in##suffix(unsigned short port)                                \
    {                                                                         \
        return (type)read(port);                                              \
    }                                                                         \
                                                                              \
    void pv_xenpv_out##suffix(unsigned short port, type value)                   \
    {                                                                         \
        write(port, value);                                                   \
    }                                                                         \
                                                                              \
    void pv_xenpv_ins##suffix(unsigned short port, void *addr,                   \
                           unsigned long count)                               \
    {                                                                         \
        for (type *p = addr; count--; p++)                                    \
            *p = (type)read(port);                                            \
    }                                                                         \
                                                                              \
    void pv_xenpv_outs##suffix(unsigned short port, const void *addr,            \
                            unsigned long count)                              \
    {                                                                         \
        for (const type *p = addr; count--; p++)                              \
            write(port, *p);                                                  \
    }

PORT(b, unsigned char)
PORT(w, unsigned short)
PORT(l, unsigned)
