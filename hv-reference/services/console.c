// SPDX-License-Identifier: MIT
/*
 * The far end of a guest's console ring (<xen/io/console.h>): its output goes
 * to the serial line, and typed bytes come back.
 */
#include "core/errno.h"
#include <xen/io/console.h>

#include "core/domain.h"
#include "core/events/event.h"
#include "core/memory/frame.h"
#include "core/hw.h"
#include "core/lib.h"
#include "drivers/drivers.h"
#include "explain/log.h"
#include "services/services.h"

struct console {
    mfn_t page;
    struct xencons_interface *ring; /* NULL: not connected, or given up */
    unsigned int port;
    char line[256]; /* of a domain among several: until its line is whole */
    size_t used;
};

/* The domain whose line on the serial line lacks its end; 0: none. */
static domid_t open_line;

int console_init(struct domain *d)
{
    d->console = hv_alloc(sizeof(*d->console));
    if (!d->console)
        return -ENOMEM;
    d->console->port = event_port_for_service(d, services_notify);
    return d->console->port ? 0 : -ENOSPC;
}

void console_destroy(struct domain *d)
{
    if (!d->console)
        return;
    if (d->console->ring) {
        unmap_frame(d->console->ring);
        put_frame_type(frame_of(d->console->page));
    }
    hv_free(d->console);
    d->console = NULL;
}

void console_connect(struct domain *d, mfn_t page)
{
    if (get_frame_type(frame_of(page), d, FRAME_WRITABLE))
        panic("console: a new domain's page cannot be written");
    d->console->page = page;
    d->console->ring = map_frame(page);
}

unsigned int console_port(const struct domain *d)
{
    return d->console->port;
}

/*
 * Several domains share the serial line: each has its name before its lines,
 * and a line goes out when it is whole. (The first domain is the one that
 * typed bytes go to; its prompts must not wait.)
 */
static void put_line(struct domain *d)
{
    struct console *c = d->console;

    if (!c->used)
        return;
    serial_lock();
    if (open_line != d->id || !serial_in_line()) {
        if (serial_in_line())
            serial_write("\r\n", 2);
        serial_write(d->name, strlen(d->name));
        serial_write("| ", 2);
    }
    serial_write(c->line, c->used);
    c->used = 0;
    open_line = d->id;
    serial_unlock();
}

static void write_bytes(struct domain *d, const char *bytes, size_t n)
{
    struct console *c = d->console;

    if (!d->one_of_several) {
        serial_lock();
        serial_write(bytes, n);
        serial_unlock();
        return;
    }
    for (; n; n--, bytes++) {
        c->line[c->used++] = *bytes;
        if (*bytes == '\n' || c->used == sizeof(c->line))
            put_line(d);
    }
    if (d->id == FIRST_DOMAIN)
        put_line(d);
}

void console_write(struct domain *d, const char *bytes, size_t n)
{
    spin_lock(&services_lock);
    write_bytes(d, bytes, n);
    spin_unlock(&services_lock);
}

void console_flush(struct domain *d)
{
    console_output(d);
    put_line(d);
}

/* The guest's indices make no sense: say so once, and stop looking. */
static void give_up(struct domain *d, uint32_t cons, uint32_t prod)
{
    log_line("domain %u: the indices of its console ring have run wild "
             "(cons %#x, prod %#x): no more console for it", d->id, cons, prod);
    unmap_frame(d->console->ring);
    put_frame_type(frame_of(d->console->page));
    d->console->ring = NULL;
}

void console_output(struct domain *d)
{
    struct xencons_interface *ring = d->console->ring;
    char chunk[sizeof(ring->out)];
    uint32_t cons, prod, n;

    if (!ring)
        return;
    cons = read_once(ring->out_cons);
    prod = __atomic_load_n(&ring->out_prod, __ATOMIC_ACQUIRE);
    if (prod - cons > sizeof(ring->out)) {
        give_up(d, cons, prod);
        return;
    }
    for (n = 0; cons != prod; cons++)
        chunk[n++] = ring->out[MASK_XENCONS_IDX(cons, ring->out)];
    if (!n)
        return;
    __atomic_store_n(&ring->out_cons, cons, __ATOMIC_RELEASE);
    write_bytes(d, chunk, n);
    signal_port(d, d->console->port);
}

size_t console_input(struct domain *d, const char *bytes, size_t n)
{
    struct xencons_interface *ring = d->console->ring;
    uint32_t cons, prod;
    size_t i;

    if (!ring)
        return 0;
    prod = read_once(ring->in_prod);
    cons = __atomic_load_n(&ring->in_cons, __ATOMIC_ACQUIRE);
    if (prod - cons > sizeof(ring->in)) {
        give_up(d, cons, prod);
        return 0;
    }
    for (i = 0; i < n && prod - cons < sizeof(ring->in); i++, prod++)
        ring->in[MASK_XENCONS_IDX(prod, ring->in)] = bytes[i];
    if (i) {
        __atomic_store_n(&ring->in_prod, prod, __ATOMIC_RELEASE);
        signal_port(d, d->console->port);
    }
    return i;
}
