/* SPDX-License-Identifier: MIT */
/*
 * Bytes in and out of the console's and xenstore's rings (xen/io/console.h has
 * the rules). Each call moves what it can and returns how many bytes that was,
 * or -1 if the other side's index cannot be: then the ring is not to be used.
 *
 * For rings of requests, see xen/io/ring.h.
 */
#ifndef PVSDK_RING_H
#define PVSDK_RING_H

#include <xen/io/console.h>
#include <xen/io/xs_wire.h>
#include <pvsdk/barrier.h>

/* size is a power of two. The ring is the guest's to write. */
static inline int xen_ring_write(char *ring, uint32_t size,
                                 const uint32_t *cons, uint32_t *prod,
                                 const char *bytes, uint32_t count)
{
    uint32_t p = *prod, room, n;

    room = size - (p - xen_read_once(*cons));
    if (room > size)
        return -1;
    xen_mb(); /* cons is read before bytes are replaced */
    if (count > room)
        count = room;
    for (n = 0; n < count; n++)
        ring[p++ & (size - 1)] = bytes[n];
    xen_wmb(); /* bytes are there before prod says so */
    xen_write_once(*prod, p);
    return (int)count;
}

/* The ring is the other side's to write. */
static inline int xen_ring_read(const char *ring, uint32_t size, uint32_t *cons,
                                const uint32_t *prod, char *bytes,
                                uint32_t count)
{
    uint32_t c = *cons, held, n;

    held = xen_read_once(*prod) - c;
    if (held > size)
        return -1;
    xen_rmb(); /* prod is read before the bytes */
    if (count > held)
        count = held;
    for (n = 0; n < count; n++)
        bytes[n] = ring[c++ & (size - 1)];
    xen_mb(); /* bytes are read before cons frees them */
    xen_write_once(*cons, c);
    return (int)count;
}

static inline int xen_console_write(struct xencons_interface *c,
                                    const char *bytes, uint32_t count)
{
    return xen_ring_write(c->out, sizeof(c->out), &c->out_cons, &c->out_prod,
                          bytes, count);
}

static inline int xen_console_read(struct xencons_interface *c, char *bytes,
                                   uint32_t count)
{
    return xen_ring_read(c->in, sizeof(c->in), &c->in_cons, &c->in_prod, bytes,
                         count);
}

static inline int xen_store_write(struct xenstore_domain_interface *x,
                                  const char *bytes, uint32_t count)
{
    return xen_ring_write(x->req, sizeof(x->req), &x->req_cons, &x->req_prod,
                          bytes, count);
}

static inline int xen_store_read(struct xenstore_domain_interface *x,
                                 char *bytes, uint32_t count)
{
    return xen_ring_read(x->rsp, sizeof(x->rsp), &x->rsp_cons, &x->rsp_prod,
                         bytes, count);
}

#endif
