// SPDX-License-Identifier: MIT
/*
 * Grants between two domains: mapping, taking the grant back under a mapping,
 * copying both ways, transferring a frame, and the end of either side while a
 * frame is mapped.
 *
 * conform: reference domU
 * requires: GNT-20 GNT-21 GNT-22 GNT-23
 * domains: 2
 * memory: 32
 */
#include "peer.h"

#define CALL(cmd, arg) peer_op(__HYPERVISOR_grant_table_op, cmd, arg)
#define MARKS (GTF_reading | GTF_writing)
#define REF   20

/* Pages at the same address in both. */
static struct { uint64_t word[512]; } own, window, other, spare
    __attribute__((aligned(4096)));

static long peer_map_va(void *va, uint64_t pte)
{
    return peer_call(__HYPERVISOR_update_va_mapping, (uint64_t)va, pte,
                     UVMF_INVLPG, 0);
}

/* The peer maps our entry REF. */
static struct gnttab_map_grant_ref its_map_at(void *va, uint32_t flags)
{
    struct gnttab_map_grant_ref m = {
        .host_addr = (uint64_t)va,
        .flags = GNTMAP_host_map | flags,
        .ref = REF,
        .dom = own_domid(),
    };

    works(CALL(GNTTABOP_map_grant_ref, m), "the peer maps");
    return m;
}

static struct gnttab_map_grant_ref its_map(uint32_t flags)
{
    return its_map_at(&window, flags);
}

static int its_unmap_at(void *va, grant_handle_t handle)
{
    struct gnttab_unmap_grant_ref u = {.host_addr = (uint64_t)va,
                                       .handle = handle};

    works(CALL(GNTTABOP_unmap_grant_ref, u), "the peer unmaps");
    return u.status;
}

static int its_unmap(grant_handle_t handle)
{
    return its_unmap_at(&window, handle);
}

static uint64_t its_word(void *at)
{
    return peer_call(PEER_READ, (uint64_t)at, 0, 0, 0);
}

static void mapping(void)
{
    struct gnttab_map_grant_ref m;

    own.word[0] = 42;
    works(peer_map_va(&window, 0), "the peer has a window");
    m = its_map(0);
    check_equal(m.status, GNTST_general_error, "what is not granted: refused");
    grant(REF, own_domid(), page_mfn(&own), GTF_permit_access);
    m = its_map(0);
    check_equal(m.status, GNTST_general_error, "granted to us: refused");
    grant(REF, peer_domid(), page_mfn(&own), GTF_permit_access | GTF_readonly);
    m = its_map(0);
    check_equal(m.status, GNTST_general_error,
                "writable what is read-only: refused");
    m = its_map(GNTMAP_readonly);
    check_equal(m.status, GNTST_okay, "read-only");
    check_equal(its_word(&window), 42, "it sees our page");
    check_equal(grants[REF].flags & MARKS, GTF_reading, "which is marked");
    check_equal(its_unmap(m.handle), GNTST_okay, "unmapped");
    check_equal(grants[REF].flags & MARKS, 0, "the mark is gone");
    grant(REF, peer_domid(), page_mfn(&own), GTF_permit_access);
    m = its_map(0);
    check_equal(m.status, GNTST_okay, "writable");
    peer_call(PEER_WRITE, (uint64_t)&window.word[1], 43, 0, 0);
    check_equal(own.word[1], 43, "what it writes, we see");
    check_equal(grants[REF].flags & MARKS, MARKS, "both marks");
    check_equal(its_unmap(m.handle), GNTST_okay, "unmapped");
    check_equal(its_unmap(m.handle), GNTST_bad_handle, "not twice");
    m.ref = 1000000;
    works(CALL(GNTTABOP_map_grant_ref, m), "the peer maps");
    check_equal(m.status, GNTST_bad_gntref, "an entry behind our table");
}

static void taking_back(void)
{
    struct gnttab_map_grant_ref m, again;

    grant(REF, peer_domid(), page_mfn(&own), GTF_permit_access);
    m = its_map(0);
    check_equal(m.status, GNTST_okay, "it is mapped");
    grants[REF].flags = 0;
    peer_call(PEER_WRITE, (uint64_t)&window, 44, 0, 0);
    check_equal(own.word[0], 44, "taken back, it is mapped still");
    works(peer_map_va(&other, 0), "a second window");
    again = its_map_at(&other, 0);
    check_equal(again.status, GNTST_okay,
                "while it is in use its entry is not read again");
    refused(mmuext_one(MMUEXT_PIN_L1_TABLE, page_mfn(&own), 0), XEN_EINVAL,
            "our page cannot become a table");
    check_equal(its_unmap(m.handle), GNTST_okay, "it is unmapped");
    check_equal(its_unmap_at(&other, again.handle), GNTST_okay, "twice");
    check_equal(grants[REF].flags & MARKS, 0, "no mark is left");
    m = its_map(0);
    check_equal(m.status, GNTST_general_error, "now it is not granted");
}

static void copying(void)
{
    struct gnttab_copy c = {
        .source = {{.ref = REF}, own_domid(), 8},
        .dest = {{.gmfn = peer_call(PEER_MFN, (uint64_t)&spare, 0, 0, 0)},
                 DOMID_SELF, 16},
        .len = 8,
        .flags = GNTCOPY_source_gref,
    };
    struct gnttab_copy back = {
        .source = {{.gmfn = c.dest.u.gmfn}, DOMID_SELF, 16},
        .dest = {{.ref = REF}, own_domid(), 80},
        .len = 8,
        .flags = GNTCOPY_dest_gref,
    };

    own.word[1] = 45;
    works(CALL(GNTTABOP_copy, c), "the peer copies");
    check_equal(c.status, GNTST_general_error, "what is not granted: refused");
    grant(REF, peer_domid(), page_mfn(&own), GTF_permit_access | GTF_readonly);
    works(CALL(GNTTABOP_copy, c), "the peer copies");
    check_equal(c.status, GNTST_okay, "out of a read-only grant");
    check_equal(its_word(&spare.word[2]), 45, "it has the word");
    works(CALL(GNTTABOP_copy, back), "the peer copies");
    check_equal(back.status, GNTST_general_error, "into it: refused");
    check_equal(own.word[10], 0, "nothing was written");
    grant(REF, peer_domid(), page_mfn(&own), GTF_permit_access);
    works(CALL(GNTTABOP_copy, back), "the peer copies");
    check_equal(back.status, GNTST_okay, "into a writable grant");
    check_equal(own.word[10], 45, "we have the word");
    check_equal(grants[REF].flags & MARKS, 0, "no mark is left");
    c.source.domid = 0x7fe0;
    works(CALL(GNTTABOP_copy, c), "the peer copies");
    check_equal(c.status, GNTST_bad_domain, "of a domain that is not: refused");
}

/* Our frame behind spare goes to the peer, which gives one up before. */
static void transfer(void)
{
    xen_pfn_t mfn = page_mfn(&spare),
              its = peer_call(PEER_MFN, (uint64_t)&spare, 0, 0, 0);
    struct {
        struct xen_memory_reservation r;
        xen_pfn_t frame;
    } give = {{.nr_extents = 1, .domid = DOMID_SELF}, its};
    struct gnttab_transfer t = {mfn, peer_domid(), REF, 0};

    spare.word[0] = 46;
    works(peer_map_va(&spare, 0), "the peer unmaps a page");
    set_xen_guest_handle(give.r.extent_start,
                         (xen_pfn_t *)((char *)peer_page.data +
                                       offsetof(typeof(give), frame)));
    check_equal(peer_op(__HYPERVISOR_memory_op, XENMEM_decrease_reservation,
                        give), 1, "and gives it up");
    works(hypercall_update_va_mapping((unsigned long)&spare, 0, UVMF_INVLPG),
          "we unmap one");
    peer_call(PEER_GRANT, REF, own_domid(), page_pfn(&spare),
              GTF_accept_transfer);
    works(hypercall_grant_table_op(GNTTABOP_transfer, &t, 1), "we transfer it");
    check_equal(t.status, GNTST_okay, "its status");
    check_equal(peer_call(PEER_FLAGS, REF, 0, 0, 0),
                GTF_accept_transfer | GTF_transfer_committed |
                    GTF_transfer_completed,
                "the peer's entry is completed");
    check_equal(peer_call(PEER_FRAME, REF, 0, 0, 0), mfn, "with our frame");
    works(peer_map_va(&spare, xen_make_pte(mfn, PTE_PRESENT | PTE_WRITE)),
          "which it maps");
    check_equal(its_word(&spare), 46, "it has the word");
    refused(hypercall_update_va_mapping(
                (unsigned long)&spare,
                xen_make_pte(mfn, PTE_PRESENT | PTE_WRITE), UVMF_INVLPG),
            XEN_EBUSY, "we cannot map it any more");
    works(hypercall_grant_table_op(GNTTABOP_transfer, &t, 1), "once more");
    check_equal(t.status, GNTST_bad_page, "it is not ours to give");
}

/* Each has a page of the other mapped when the peer ends. */
static void the_others_end(void)
{
    struct gnttab_map_grant_ref m = {
        .host_addr = (uint64_t)&spare,
        .flags = GNTMAP_host_map,
        .ref = REF,
        .dom = peer_domid(),
    };
    struct gnttab_unmap_grant_ref u = {.host_addr = (uint64_t)&spare};

    peer_call(PEER_WRITE, (uint64_t)&own, 47, 0, 0);
    peer_call(PEER_GRANT, REF, own_domid(),
              peer_call(PEER_MFN, (uint64_t)&own, 0, 0, 0), GTF_permit_access);
    works(hypercall_grant_table_op(GNTTABOP_map_grant_ref, &m, 1),
          "we map a page of the peer's");
    check_equal(m.status, GNTST_okay, "its status");
    check_equal(spare.word[0], 47, "we see it");
    grant(REF, peer_domid(), page_mfn(&own), GTF_permit_access);
    check_equal(its_map(0).status, GNTST_okay, "a page of ours");
    check_equal(grants[REF].flags & MARKS, MARKS, "it is marked");
    check(peer_end(), "the peer ends, and what it mapped comes back");
    check_equal(grants[REF].flags & MARKS, 0, "the marks are gone");
    check_equal(spare.word[0], 47, "what we have mapped stays");
    spare.word[0] = 48;
    check_equal(spare.word[0], 48, "and can be written");
    u.handle = m.handle;
    works(hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &u, 1),
          "we unmap it");
    check_equal(u.status, GNTST_okay, "its status");
    check_equal(*pte_of(&spare, 1) & PTE_PRESENT, 0, "it is unmapped");
    check(peer_is_gone(), "now the peer is gone for good");
    works(hypercall_grant_table_op(GNTTABOP_map_grant_ref, &m, 1),
          "mapping it again");
    check_equal(m.status, GNTST_bad_domain, "is refused");
}

void test(void)
{
    xen_events_disable(vcpu);
    peer_meet();
    mapping();
    taking_back();
    copying();
    transfer();
    the_others_end();
}
