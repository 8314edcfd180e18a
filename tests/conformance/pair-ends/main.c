// SPDX-License-Identifier: MIT
/*
 * Two domains end at the same time, each with frames of the other mapped and
 * ports bound to it. (That all frames of both come back is seen from outside:
 * tests/system/test-cycles.)
 *
 * conform: reference domU
 * requires: GNT-23 EVT-27
 * domains: 2
 * cpus: 2
 * memory: 32
 */
#include "peer.h"

#define FRAMES 24
#define PORTS  8
#define REF    20

/* At the same addresses in both. */
static struct { uint64_t word[512]; } own[FRAMES], window[FRAMES], again[FRAMES]
    __attribute__((aligned(4096)));

/* Entry I of the peer's, or ours if PEER, is mapped at VA by the other. */
static void map(bool peer, unsigned int i, void *va, uint32_t flags)
{
    struct gnttab_map_grant_ref m = {
        .host_addr = (uint64_t)va,
        .flags = GNTMAP_host_map | flags,
        .ref = REF + i,
        .dom = peer ? own_domid() : peer_domid(),
    };
    long rc;

    if (peer) {
        rc = peer_call(__HYPERVISOR_update_va_mapping, (uint64_t)va, 0,
                       UVMF_INVLPG, 0);
        rc = rc ?: peer_op(__HYPERVISOR_grant_table_op,
                           GNTTABOP_map_grant_ref, m);
    } else {
        rc = hypercall_update_va_mapping((unsigned long)va, 0, UVMF_INVLPG);
        rc = rc ?: hypercall_grant_table_op(GNTTABOP_map_grant_ref, &m, 1);
    }
    if (rc || m.status)
        error("frame %u is not mapped %s", i, peer ? "by the peer" : "by us");
}

static void share(unsigned int i)
{
    uint64_t its = peer_call(PEER_MFN, (uint64_t)&own[i], 0, 0, 0);

    own[i].word[0] = i;
    peer_call(PEER_WRITE, (uint64_t)&own[i], 1000 + i, 0, 0);
    grant(REF + i, peer_domid(), page_mfn(&own[i]), GTF_permit_access);
    peer_call(PEER_GRANT, REF + i, own_domid(), its, GTF_permit_access);
    map(true, i, &window[i], 0);
    map(false, i, &window[i], 0);
    if (i % 2) { /* some twice, and to read */
        map(true, i, &again[i], GNTMAP_readonly);
        map(false, i, &again[i], GNTMAP_readonly);
    }
}

static void bind(void)
{
    struct evtchn_alloc_unbound a = {DOMID_SELF, peer_domid(), 0};
    struct evtchn_bind_interdomain b;

    if (hypercall_event_channel_op(EVTCHNOP_alloc_unbound, &a))
        error("there is no port");
    b = (struct evtchn_bind_interdomain){own_domid(), a.port, 0};
    if (peer_op(__HYPERVISOR_event_channel_op, EVTCHNOP_bind_interdomain, b))
        error("the peer does not bind it");
}

void test(void)
{
    struct sched_shutdown *how = (void *)peer_page.data;
    unsigned int i, seen = 0;

    peer_meet();
    for (i = 0; i < FRAMES; i++)
        share(i);
    for (i = 0; i < PORTS; i++)
        bind();
    for (i = 0; i < FRAMES; i++)
        seen += window[i].word[0] == 1000 + i &&
                peer_call(PEER_READ, (uint64_t)&window[i], 0, 0, 0) == i;
    check_equal(seen, FRAMES, "each sees the frames of the other");
    conclude();
    how->reason = SHUTDOWN_poweroff;
    peer_ask(__HYPERVISOR_sched_op, SCHEDOP_shutdown, (uint64_t)how, 0, 0);
    shut_down(SHUTDOWN_poweroff);
}
