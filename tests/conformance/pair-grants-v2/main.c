// SPDX-License-Identifier: MIT
/*
 * Transitive grants: an entry of the peer's that stands for an entry of ours.
 * They can be copied through, by the rights of both entries, and not mapped.
 *
 * conform: reference domU
 * requires: GNT-15 GNT-16
 * domains: 2
 * memory: 32
 */
#include "peer.h"

#define REF   20
#define MARKS (GTF_reading | GTF_writing)

static struct { uint64_t word[512]; } own, to __attribute__((aligned(4096)));

/* The peer's entry REF, which version 2 has at 16 bytes each. */
static void peer_entry(unsigned int word, uint64_t value)
{
    peer_call(PEER_WRITE, (uint64_t)grants + REF * 16 + word * 8, value, 0, 0);
}

/* It lets us use entry REF of DOMAIN. */
static void pass_on(domid_t domain, unsigned int flags)
{
    union grant_entry_v2 entry = {.transitive = {
        .hdr = {(uint16_t)flags, own_domid()},
        .trans_domid = domain,
        .gref = REF,
    }};

    peer_entry(0, 0);
    peer_entry(1, ((uint64_t *)&entry)[1]);
    peer_entry(0, ((uint64_t *)&entry)[0]);
}

static int16_t copy_from_peer(void)
{
    struct gnttab_copy c = {
        .source = {{.ref = REF}, peer_domid(), 8},
        .dest = {{.gmfn = page_mfn(&to)}, DOMID_SELF, 16},
        .len = 8,
        .flags = GNTCOPY_source_gref,
    };

    works(hypercall_grant_table_op(GNTTABOP_copy, &c, 1), "copying");
    return c.status;
}

static int16_t copy_to_peer(void)
{
    struct gnttab_copy c = {
        .source = {{.gmfn = page_mfn(&to)}, DOMID_SELF, 16},
        .dest = {{.ref = REF}, peer_domid(), 80},
        .len = 8,
        .flags = GNTCOPY_dest_gref,
    };

    works(hypercall_grant_table_op(GNTTABOP_copy, &c, 1), "copying back");
    return c.status;
}

void test(void)
{
    struct gnttab_set_version v = {2};
    struct gnttab_map_grant_ref m = {
        .host_addr = (uint64_t)&to,
        .flags = GNTMAP_host_map | GNTMAP_readonly,
        .ref = REF,
        .dom = 0,
    };

    xen_events_disable(vcpu);
    peer_meet();
    own.word[1] = 42;
    works(peer_op(__HYPERVISOR_grant_table_op, GNTTABOP_set_version, v),
          "the peer's grants are of version 2");
    pass_on(own_domid(), GTF_transitive);
    check_equal(copy_from_peer(), GNTST_general_error,
                "what we have not granted, it cannot pass on");
    grant(REF, peer_domid(), page_mfn(&own), GTF_permit_access | GTF_readonly);
    check_equal(copy_from_peer(), GNTST_okay, "what we have granted it passes");
    check_equal(to.word[2], 42, "it is our page");
    check_equal(copy_to_peer(), GNTST_general_error, "to be read only");
    grant(REF, peer_domid(), page_mfn(&own), GTF_permit_access);
    to.word[2] = 43;
    pass_on(own_domid(), GTF_transitive | GTF_readonly);
    check_equal(copy_to_peer(), GNTST_general_error, "as its own entry says");
    check_equal(own.word[10], 0, "nothing is written");
    pass_on(own_domid(), GTF_transitive);
    check_equal(copy_to_peer(), GNTST_okay, "with the rights of both");
    check_equal(own.word[10], 43, "it is written");
    check_equal(grants[REF].flags & MARKS, 0, "no mark is left on our entry");

    m.dom = peer_domid();
    works(hypercall_grant_table_op(GNTTABOP_map_grant_ref, &m, 1), "mapping");
    check_equal(m.status, GNTST_general_error, "what is passed on: refused");
    pass_on(peer_domid(), GTF_transitive);
    check_equal(copy_from_peer(), GNTST_general_error,
                "an entry that passes on the same domain's");
    pass_on(0x7fe0, GTF_transitive);
    check_equal(copy_from_peer(), GNTST_general_error,
                "or that of a domain that is not");
    check(peer_end(), "the peer ends");
}
