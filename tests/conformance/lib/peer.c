// SPDX-License-Identifier: MIT
/*
 * The test and its peer: how they find each other, and the peer's service. The
 * peer tries the ports of the test's domain until it can bind one; then the
 * common page is granted. Who waits naps: SCHEDOP_poll with a time.
 */
#include "peer.h"
#include "storm.h"

#define COMMON_REF 8 /* those below are the toolstack's */
#define NAP        2000000ul
#define PATIENCE   20000000000ul

struct peer_page peer_page __attribute__((aligned(4096)));
volatile struct grant_entry_v1 *grants;
static char grants_page[4096] __attribute__((aligned(4096)));
static evtchn_port_t link;

bool is_peer(void)
{
    const char *words = (const char *)start->cmd_line;

    while (*words == ' ')
        words++;
    return words[0] == 'p' && words[1] == 'e' && words[2] == 'e' &&
           words[3] == 'r' && !words[4];
}

domid_t peer_domid(void)
{
    return own_domid() - 1;
}

/* Until PORT (masked) is pending, or for a nap. */
static void wait_for(evtchn_port_t port)
{
    struct sched_poll poll = {.nr_ports = port != 0, .timeout = now() + NAP};

    set_xen_guest_handle(poll.ports, &port);
    hypercall_sched_op(SCHEDOP_poll, &poll);
    if (port)
        xen_test_and_clear_bit(port, shared->evtchn_pending);
}

void nap(void)
{
    wait_for(0);
}

void grant(grant_ref_t ref, domid_t to, xen_pfn_t mfn, uint16_t flags)
{
    grants[ref].domid = to;
    grants[ref].frame = mfn;
    xen_wmb();
    grants[ref].flags = flags;
}

static void grants_init(void)
{
    grant_table_show(grants_page);
    grants = (void *)grants_page;
}

/* --- the test's side --- */

void peer_meet(void)
{
    struct evtchn_alloc_unbound offer = {DOMID_SELF, peer_domid(), 0};
    uint64_t end = now() + PATIENCE;

    grants_init();
    grant(COMMON_REF, peer_domid(), page_mfn(&peer_page), GTF_permit_access);
    if (hypercall_event_channel_op(EVTCHNOP_alloc_unbound, &offer))
        error("no port for the peer");
    link = offer.port;
    while (!peer_page.there && now() < end)
        nap();
    if (!peer_page.there)
        error("the peer does not come");
}

void peer_ask(uint64_t call, uint64_t a1, uint64_t a2, uint64_t a3,
              uint64_t a4)
{
    peer_page.call = call;
    peer_page.args[0] = a1;
    peer_page.args[1] = a2;
    peer_page.args[2] = a3;
    peer_page.args[3] = a4;
    xen_wmb();
    peer_page.asked = 1;
    xen_port_send(link);
}

long peer_answer(void)
{
    uint64_t end = now() + PATIENCE;

    while (peer_page.asked && now() < end)
        wait_for(link);
    if (peer_page.asked)
        error("the peer does not answer to call %lu", peer_page.call);
    return (long)peer_page.result;
}

long peer_call(uint64_t call, uint64_t a1, uint64_t a2, uint64_t a3,
               uint64_t a4)
{
    peer_ask(call, a1, a2, a3, a4);
    return peer_answer();
}

bool peer_end(void)
{
    struct sched_shutdown *how = (void *)peer_page.data;
    uint64_t end = now() + PATIENCE;

    how->reason = SHUTDOWN_poweroff;
    peer_ask(__HYPERVISOR_sched_op, SCHEDOP_shutdown, (uint64_t)how, 0, 0);
    while (grants[COMMON_REF].flags & (GTF_reading | GTF_writing) &&
           now() < end)
        nap();
    return !(grants[COMMON_REF].flags & (GTF_reading | GTF_writing));
}

bool peer_is_gone(void)
{
    struct evtchn_bind_interdomain bind = {peer_domid(), 1, 0};
    uint64_t end = now() + PATIENCE;
    long rc;

    do {
        nap();
        rc = hypercall_event_channel_op(EVTCHNOP_bind_interdomain, &bind);
    } while (rc == -XEN_EINVAL && now() < end);
    return rc == -XEN_ESRCH;
}

/* --- the peer's side --- */

static bool bind_to(domid_t test)
{
    struct evtchn_bind_interdomain bind = {.remote_dom = test};

    for (bind.remote_port = 1; bind.remote_port < 64; bind.remote_port++) {
        if (!hypercall_event_channel_op(EVTCHNOP_bind_interdomain, &bind)) {
            link = bind.local_port;
            return true;
        }
    }
    return false;
}

static bool map_common_page(domid_t test)
{
    struct gnttab_map_grant_ref m = {
        .host_addr = (uint64_t)&peer_page,
        .flags = GNTMAP_host_map,
        .ref = COMMON_REF,
        .dom = test,
    };

    hypercall_update_va_mapping((unsigned long)&peer_page, 0, UVMF_INVLPG);
    return !hypercall_grant_table_op(GNTTABOP_map_grant_ref, &m, 1) &&
           m.status == GNTST_okay;
}

/* Without the test there is nothing left to do. */
static void end_if_alone(void)
{
    struct evtchn_status s = {.dom = DOMID_SELF, .port = link};

    if (hypercall_event_channel_op(EVTCHNOP_status, &s) ||
        s.status != EVTCHNSTAT_interdomain)
        shut_down(SHUTDOWN_poweroff);
}

static uint64_t do_call(uint64_t call, const uint64_t *a)
{
    switch (call) {
    case PEER_READ:
        return *(volatile uint64_t *)a[0];
    case PEER_WRITE:
        *(volatile uint64_t *)a[0] = a[1];
        return 0;
    case PEER_MFN:
        return page_mfn((void *)a[0]);
    case PEER_GRANT:
        grant(a[0], a[1], a[2], a[3]);
        return 0;
    case PEER_FLAGS:
        return grants[a[0]].flags;
    case PEER_FRAME:
        return grants[a[0]].frame;
    case PEER_STORM:
        storm_send((struct storm *)a[0]);
        return 0;
    default:
        return xen_hypercall4(call, a[0], a[1], a[2], a[3]);
    }
}

void peer_serve(void)
{
    domid_t test = own_domid() + 1;

    grants_init();
    while (!bind_to(test))
        nap();
    while (!map_common_page(test))
        nap();
    peer_page.there = 1;
    for (;;) {
        while (!peer_page.asked) {
            wait_for(link);
            end_if_alone();
        }
        xen_mb();
        peer_page.result = do_call(peer_page.call,
                                   (const uint64_t *)peer_page.args);
        xen_wmb();
        peer_page.asked = 0;
        xen_port_send(link);
    }
}
