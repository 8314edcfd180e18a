// SPDX-License-Identifier: MIT
/*
 * The far end of a guest's xenstore ring (<xen/io/xs_wire.h>): bytes become
 * whole messages for store_wire.c, and its replies bytes again. The tree is
 * one for all domains, made when the first of them is.
 */
#include <xen/io/xs_wire.h>

#include "core/domain.h"
#include "core/errno.h"
#include "core/events/event.h"
#include "core/memory/frame.h"
#include "core/hw.h"
#include "core/lib.h"
#include "explain/log.h"
#include "services/services.h"
#include "services/store_wire.h"

struct store {
    mfn_t page;
    struct xenstore_domain_interface *ring; /* NULL: not there, or given up */
    unsigned int port;
    struct store_client client;

    /* The request that is being collected. */
    char in[sizeof(struct xsd_sockmsg) + XENSTORE_PAYLOAD_MAX];
    size_t in_used;
    /* The message that is being sent: an event, or the client's reply. */
    struct store_event *event;
    const char *out;
    size_t out_left;
};

static struct store_tree tree;

static void write_node(struct domain *d, const char *name, const char *value)
{
    char path[96];

    hv_snprintf(path, sizeof(path), "/local/domain/%u/%s", d->id, name);
    if (tree_write(&tree, path, value, strlen(value)))
        log_line("store: no memory for %s", path);
}

/* What a toolstack writes for a new domain. */
static void introduce(struct domain *d)
{
    const struct {
        const char *node;
        const char *format;
        uint64_t number;
    } nodes[] = {
        {"domid", "%lu", d->id},
        {"vm", "/vm/%lu", d->id},
        {"memory/target", "%lu", d->max_pages * 4},
        {"memory/static-max", "%lu", d->max_pages * 4},
        {"store/port", "%lu", store_port(d)},
        {"store/ring-ref", "%lu", d->store->page.n},
        {"console/port", "%lu", console_port(d)},
        {"console/ring-ref", "%lu", 2},
        {"console/type", "xenconsoled", 0},
        {"control/shutdown", "", 0},
        {"control/platform-feature-multiprocessor-suspend", "1", 0},
        {"device", "", 0},
        {"data", "", 0},
        {"name", d->name, 0},
    };
    char name[32], value[48];
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(nodes); i++) {
        hv_snprintf(value, sizeof(value), nodes[i].format, nodes[i].number);
        write_node(d, nodes[i].node, value);
    }
    for (i = 0; i < d->vcpus; i++) {
        hv_snprintf(name, sizeof(name), "cpu/%u/availability", i);
        write_node(d, name, i < d->online ? "online" : "offline");
    }
}

int store_init(struct domain *d)
{
    if (!tree.root && tree_init(&tree))
        return -ENOMEM;
    d->store = hv_alloc(sizeof(*d->store));
    if (!d->store)
        return -ENOMEM;
    d->store->client.id = d->id;
    d->store->client.tree = &tree;
    d->store->port = event_port_for_service(d, services_notify);
    return d->store->port ? 0 : -ENOSPC;
}

static void disconnect(struct store *s)
{
    if (!s->ring)
        return;
    unmap_frame(s->ring);
    put_frame_type(frame_of(s->page));
    s->ring = NULL;
}

void store_destroy(struct domain *d)
{
    struct store *s = d->store;
    struct store_node *home;
    char path[32];

    if (!s)
        return;
    disconnect(s);
    store_client_reset(&s->client);
    hv_free(s->event);
    hv_free(s);
    d->store = NULL;
    hv_snprintf(path, sizeof(path), "/local/domain/%u", d->id);
    home = tree_find(&tree, path);
    if (home)
        tree_remove(&tree, home);
}

void store_connect(struct domain *d, mfn_t page)
{
    if (get_frame_type(frame_of(page), d, FRAME_WRITABLE))
        panic("store: a new domain's page cannot be written");
    d->store->page = page;
    d->store->ring = map_frame(page);
    introduce(d);
}

unsigned int store_port(const struct domain *d)
{
    return d->store->port;
}

static void give_up(struct domain *d, const char *why)
{
    log_line("domain %u: no more store for it: %s", d->id, why);
    disconnect(d->store);
}

/* Take bytes of requests from the ring, up to one whole message. */
static bool receive(struct domain *d)
{
    struct store *s = d->store;
    struct xenstore_domain_interface *ring = s->ring;
    uint32_t cons = read_once(ring->req_cons);
    uint32_t prod = __atomic_load_n(&ring->req_prod, __ATOMIC_ACQUIRE);
    size_t want = sizeof(struct xsd_sockmsg);
    bool any = false;

    if (prod - cons > XENSTORE_RING_SIZE) {
        give_up(d, "its request indices have run wild");
        return false;
    }
    for (;;) {
        struct xsd_sockmsg head;

        if (s->in_used >= sizeof(head)) {
            memcpy(&head, s->in, sizeof(head));
            if (head.len > XENSTORE_PAYLOAD_MAX) {
                give_up(d, "a request is longer than 4096 bytes");
                return false;
            }
            want = sizeof(head) + head.len;
        }
        if (s->in_used == want || cons == prod)
            break;
        s->in[s->in_used++] = ring->req[MASK_XENSTORE_IDX(cons)];
        cons++;
        any = true;
    }
    if (any) {
        __atomic_store_n(&ring->req_cons, cons, __ATOMIC_RELEASE);
        signal_port(d, s->port);
    }
    return s->in_used >= sizeof(struct xsd_sockmsg) && s->in_used == want;
}

/* Put bytes of the outgoing message into the ring. True: all of it is out. */
static bool send(struct domain *d)
{
    struct store *s = d->store;
    struct xenstore_domain_interface *ring = s->ring;
    uint32_t prod = read_once(ring->rsp_prod);
    uint32_t cons = __atomic_load_n(&ring->rsp_cons, __ATOMIC_ACQUIRE);
    bool any = false;

    if (prod - cons > XENSTORE_RING_SIZE) {
        give_up(d, "its response indices have run wild");
        return false;
    }
    while (s->out_left && prod - cons < XENSTORE_RING_SIZE) {
        ring->rsp[MASK_XENSTORE_IDX(prod)] = *s->out++;
        prod++;
        s->out_left--;
        any = true;
    }
    if (any) {
        __atomic_store_n(&ring->rsp_prod, prod, __ATOMIC_RELEASE);
        signal_port(d, s->port);
    }
    if (s->out_left)
        return false;
    hv_free(s->event);
    s->event = NULL;
    return true;
}

/* The next message to send: the reply before the events that it caused. */
static bool next_message(struct store *s)
{
    if (s->client.reply_size) {
        s->out = s->client.reply;
        s->out_left = s->client.reply_size;
        s->client.reply_size = 0;
        return true;
    }
    s->event = store_next_event(&s->client);
    if (!s->event)
        return false;
    s->out = s->event->bytes;
    s->out_left = s->event->size;
    return true;
}

void store_serve(struct domain *d)
{
    struct store *s = d->store;
    struct xsd_sockmsg head;

    while (s->ring) {
        if (s->out_left || next_message(s)) {
            if (!send(d))
                return; /* the guest has to read first */
            continue;
        }
        if (!receive(d))
            return;
        memcpy(&head, s->in, sizeof(head));
        s->in_used = 0;
        store_request(&s->client, &head, s->in + sizeof(head));
    }
}
