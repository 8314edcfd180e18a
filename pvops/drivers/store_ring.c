// SPDX-License-Identifier: MIT
/*
 * The xenstore's ring: requests go out whole, one at a time; what comes in is
 * taken apart byte by byte as it comes, by whoever waits for something, and
 * goes to the request that it answers or to the watches' queue.
 *
 * The rule: nobody sleeps with something unread. Who waits masks the port,
 * looks at the ring, takes the pending bit away, looks once more, and only
 * then gives its processor up until the bit is set.
 */
#include "store.h"

#include <pvsdk/event.h>
#include <pvsdk/ring.h>
#include <xen/sched.h>

#define EVENT_ROOM 512 /* a watch event that is longer is cut */

struct pv_nested pv_store_lock;

static struct xenstore_domain_interface *ring;
static unsigned port, next_id = 1;
static struct store_request *waiting;
static pv_event_handler *notify;
static void *notify_data;

/* The message that is coming in. */
static struct {
    struct xsd_sockmsg head;
    uint32_t head_got, body_got;
    struct store_request *request;
    char event[EVENT_ROOM];
} in;

static void interrupted(void *unused)
{
    (void)unused;
    if (notify)
        notify(notify_data);
}

void pv_store_notify(pv_event_handler *handler, void *data)
{
    notify_data = data;
    notify = handler;
}

static void lose_requests(void)
{
    for (struct store_request *r = waiting; r; r = r->next) {
        r->type = XS_INVALID;
        r->answered = true;
    }
    in.head_got = 0;
    in.request = NULL;
}

static void restored(void)
{
    port = pv_xen_start->store_evtchn;
    lose_requests();
    pv_event_handle(port, interrupted, NULL);
}

int pv_store_connect(void)
{
    if (pv_boot_info.world == PV_WORLD_NATIVE || !pv_xen_start->store_evtchn)
        return -XEN_ENODEV;
    if (ring)
        return 0;
    ring = pv_xen_page(pv_xen_start->store_mfn);
    if (!ring) {
        pv_report("the store's page, frame %x, is not in the p2m list",
                  pv_xen_start->store_mfn);
        return -XEN_ENODEV;
    }
    port = pv_xen_start->store_evtchn;
    pv_store_restored = restored;
    return pv_event_handle(port, interrupted, NULL);
}

/* Bytes of the body go to who asked, as far as there is room. */
static char *place_for_body(uint32_t *room)
{
    struct store_request *r = in.request;
    uint32_t left = in.head.len - in.body_got;
    unsigned long size = r ? r->room : EVENT_ROOM;
    char *to = r ? r->to : in.event;

    if (in.body_got < size) {
        *room = size - in.body_got < left ? (uint32_t)(size - in.body_got)
                                          : left;
        return to + in.body_got;
    }
    *room = 0;
    return NULL;
}

static void begin_body(void)
{
    in.request = NULL;
    in.body_got = 0;
    if (in.head.type == XS_WATCH_EVENT)
        return;
    for (struct store_request *r = waiting; r; r = r->next)
        if (r->id == in.head.req_id)
            in.request = r;
}

static void end_message(void)
{
    struct store_request *r = in.request;

    if (r) {
        r->type = in.head.type;
        r->length = in.head.len;
        r->answered = true;
    } else if (in.head.type == XS_WATCH_EVENT) {
        pv_store_queue(in.event, in.head.len < EVENT_ROOM ? in.head.len
                                                          : EVENT_ROOM);
    }
    in.head_got = 0;
    in.request = NULL;
}

/* One step; false if nothing more is there. */
static bool take_some(void)
{
    char sink[64], *to;
    uint32_t room;
    int got;

    if (in.head_got < sizeof(in.head)) {
        to = (char *)&in.head + in.head_got;
        got = xen_store_read(ring, to, (uint32_t)sizeof(in.head) - in.head_got);
        if (got <= 0)
            return false;
        in.head_got += (uint32_t)got;
        if (in.head_got == sizeof(in.head))
            begin_body();
    } else {
        to = place_for_body(&room);
        if (!room) {
            to = sink;
            room = in.head.len - in.body_got < sizeof(sink)
                       ? in.head.len - in.body_got
                       : (uint32_t)sizeof(sink);
        }
        got = xen_store_read(ring, to, room);
        if (got <= 0)
            return false;
        in.body_got += (uint32_t)got;
    }
    if (in.head_got == sizeof(in.head) && in.body_got == in.head.len)
        end_message();
    return true;
}

static void receive(void)
{
    uint32_t before = ring->rsp_cons;

    while (take_some())
        ;
    if (ring->rsp_cons != before)
        xen_port_send(port); /* there is room again */
}

/* Until the store has done something. The lock is not held by the poll of a
 * request that waits, only by one that cannot be written as a whole. */
static void sleep_on_port(void)
{
    evtchn_port_t ports[1] = { port };
    struct sched_poll poll = { .nr_ports = 1 };

    set_xen_guest_handle(poll.ports, ports);
    hypercall_sched_op(SCHEDOP_poll, &poll);
}

static int send(const char *bytes, unsigned long length)
{
    while (length) {
        int sent = xen_store_write(ring, bytes,
                                   (uint32_t)length);

        if (sent < 0)
            return -XEN_EIO;
        bytes += sent;
        length -= (unsigned)sent;
        xen_port_send(port);
        if (!length)
            break;
        /* Full: it may be waiting for room for its answers. */
        pv_event_clear(port);
        receive();
        if (ring->req_prod - xen_read_once(ring->req_cons) ==
            sizeof(ring->req))
            sleep_on_port();
    }
    return 0;
}

static int send_request(struct store_request *r, unsigned tx,
                        const struct store_part *parts, unsigned nr_parts)
{
    struct xsd_sockmsg head = { .type = r->type, .tx_id = tx };
    int rc;

    for (unsigned i = 0; i < nr_parts; i++)
        head.len += (uint32_t)parts[i].length;
    if (head.len > XENSTORE_PAYLOAD_MAX)
        return -XEN_E2BIG;
    head.req_id = r->id = next_id++;
    r->next = waiting;
    waiting = r;
    rc = send((const char *)&head, sizeof(head));
    for (unsigned i = 0; !rc && i < nr_parts; i++)
        rc = send(parts[i].bytes, parts[i].length);
    return rc;
}

static void forget_request(struct store_request *r)
{
    for (struct store_request **p = &waiting; *p; p = &(*p)->next)
        if (*p == r) {
            *p = r->next;
            break;
        }
    if (in.request == r)
        in.request = NULL;
}

/* Somebody has an answer and does not know yet, and may be about to poll: the
 * bit that this one took away is put back for it. */
static bool others_are_answered(void)
{
    for (const struct store_request *r = waiting; r; r = r->next)
        if (r->answered)
            return true;
    return false;
}

/* With the lock; given back while it sleeps. */
static void wait_for(struct store_request *r, unsigned long *flags)
{
    while (!r->answered) {
        pv_event_clear(port);
        receive();
        if (r->answered)
            break;
        if (others_are_answered())
            pv_event_set_pending(port);
        pv_nested_leave(&pv_store_lock, *flags);
        sleep_on_port();
        *flags = pv_nested_enter(&pv_store_lock);
    }
}

long pv_store_ask(uint32_t type, unsigned tx, const struct store_part *parts,
                  unsigned nr_parts, char *to, unsigned long room)
{
    static unsigned askers;
    struct store_request r = { .type = type, .to = to, .room = room };
    unsigned long flags;
    int rc = pv_store_connect();

    if (rc)
        return rc;
    flags = pv_nested_enter(&pv_store_lock);
    if (!askers++)
        pv_event_mask(port); /* the pending bit is the askers' */
    rc = send_request(&r, tx, parts, nr_parts);
    if (!rc)
        wait_for(&r, &flags);
    forget_request(&r);
    if (!--askers)
        pv_event_unmask(port);
    interrupted(NULL); /* a watch's event may have come with it */
    pv_nested_leave(&pv_store_lock, flags);
    if (rc)
        return rc;
    if (r.type == XS_INVALID)
        return -XEN_EAGAIN;
    if (r.type == XS_ERROR)
        return -pv_errno_of(to, r.length < room ? r.length : room);
    return r.type == type ? (long)r.length : -XEN_EIO;
}

/* What came in without being asked for. */
void pv_store_receive(void)
{
    unsigned long flags;

    if (pv_store_connect())
        return;
    flags = pv_nested_enter(&pv_store_lock);
    receive();
    pv_nested_leave(&pv_store_lock, flags);
}
