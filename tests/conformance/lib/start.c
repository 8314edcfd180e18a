// SPDX-License-Identifier: MIT
// From the entry point to test(): shared_info mapped, traps installed.
#include "conform.h"
#include "peer.h"

const struct start_info *start;
struct shared_info *shared;
struct vcpu_info *vcpu;
const xen_pfn_t *p2m;
xen_ulong_t start_mask_word;

static char shared_page[4096] __attribute__((aligned(4096)));

void start_main(const struct start_info *info);
void trap_init(void);

bool is_dom0(void)
{
    return start->flags & SIF_INITDOMAIN;
}

void start_main(const struct start_info *info)
{
    xen_pte_t pte;

    start = info;
    p2m = (const xen_pfn_t *)info->mfn_list;
    console_port = info->console.domU.evtchn;
    pte = info->shared_info | PTE_PRESENT | PTE_WRITE;
    if (hypercall_update_va_mapping((unsigned long)shared_page, pte,
                                    UVMF_INVLPG))
        error("shared_info could not be mapped");
    shared = (struct shared_info *)shared_page;
    vcpu = &shared->vcpu_info[0];
    /* Ports are open at the start. The console's events would come between: a
     * test opens what it wants to see. */
    start_mask_word = shared->evtchn_mask[5];
    fill(shared->evtchn_mask, 0xff, sizeof(shared->evtchn_mask));
    if (is_peer())
        peer_serve();
    print("KTAP version 1\n");
    trap_init();
    test();
    finish();
}

/* Nothing tells a domain its number, but its own status for a port whose peer
 * is itself does. */
domid_t own_domid(void)
{
    struct evtchn_alloc_unbound a = {DOMID_SELF, DOMID_SELF, 0};
    struct evtchn_status s = {.dom = DOMID_SELF};
    struct evtchn_close c;

    if (hypercall_event_channel_op(EVTCHNOP_alloc_unbound, &a))
        error("alloc_unbound was refused");
    s.port = c.port = a.port;
    if (hypercall_event_channel_op(EVTCHNOP_status, &s))
        error("status was refused");
    hypercall_event_channel_op(EVTCHNOP_close, &c);
    return s.u.unbound.dom;
}
