// SPDX-License-Identifier: MIT
/*
 * GNTTABOP_transfer to oneself: the entry that takes the frame, in both
 * versions; and what is refused, before and after the frame has gone.
 *
 * conform: reference domU
 * requires: GNT-13 GNT-14
 */
#include "conform.h"
#include <xen/grant_table.h>

#define REF  20
#define DONE (GTF_transfer_committed | GTF_transfer_completed)

static union {
    volatile struct grant_entry_v1 v1[512];
    volatile union grant_entry_v2 v2[256];
} *table;
static xen_pfn_t *list;

static void set_version(uint32_t wanted)
{
    struct gnttab_set_version v = {wanted};

    if (hypercall_grant_table_op(GNTTABOP_set_version, &v, 1))
        error("version %u is refused", wanted);
}

static void set_up(void)
{
    set_version(1);
    table = page_new();
    grant_table_show((void *)table);
    list = (xen_pfn_t *)start->mfn_list;
}

static int16_t transfer(xen_pfn_t mfn, domid_t to, grant_ref_t ref)
{
    struct gnttab_transfer t = {mfn, to, ref, 77};

    works(hypercall_grant_table_op(GNTTABOP_transfer, &t, 1), "transferring");
    return t.status;
}

static long reservation(void)
{
    struct xen_memory_domain self = {DOMID_SELF};

    return hypercall_memory_op(XENMEM_current_reservation, &self);
}

static xen_pfn_t unmapped(char *page)
{
    works(hypercall_update_va_mapping((unsigned long)page, 0, UVMF_INVLPG),
          "unmapping a page");
    return page_mfn(page);
}

/* PAGE has lost its frame; it gets one that nobody had. */
static void refill(char *page)
{
    xen_pfn_t frame = page_pfn(page);
    struct xen_memory_reservation r = {.nr_extents = 1, .domid = DOMID_SELF};

    set_xen_guest_handle(r.extent_start, &frame);
    check_equal(hypercall_memory_op(XENMEM_populate_physmap, &r), 1,
                "there is room for another");
    list[page_pfn(page)] = frame;
    page_writable(page);
}

/* Flags are at the same place in both versions, whose entries have 8 and 16
 * bytes. */
static void taken(char *page, unsigned int version)
{
    xen_pfn_t mfn;
    long before = reservation();

    page[0] = (char)(40 + version);
    mfn = unmapped(page);
    works(mmu_update_one(mfn << 12 | MMU_MACHPHYS_UPDATE, 0x5555, DOMID_SELF),
          "the M2P has another place for it so far");
    if (version == 1) {
        table->v1[REF].frame = (uint32_t)page_pfn(page);
        table->v1[REF].domid = own_domid();
    } else {
        table->v2[REF].full_page.frame = page_pfn(page);
        table->v2[REF].hdr.domid = own_domid();
    }
    xen_wmb();
    table->v1[version * REF].flags = GTF_accept_transfer;
    check_equal(transfer(mfn, own_domid(), REF), GNTST_okay,
                "version %u takes a frame", version);
    check_equal(table->v1[version * REF].flags, GTF_accept_transfer | DONE,
                "the entry is committed and completed");
    check_equal(version == 1 ? table->v1[REF].frame
                             : table->v2[REF].full_page.frame,
                mfn, "and has the frame");
    check_equal(machine_to_phys_mapping[mfn], page_pfn(page),
                "the M2P has the entry's place");
    check_equal(reservation(), before, "none is lost");
    page_writable(page);
    check_equal(page[0], 40 + version, "its contents are kept");
    mfn = unmapped(page);
    check_equal(transfer(mfn, own_domid(), REF), GNTST_general_error,
                "an entry takes one frame");
    check_equal(reservation(), before - 1, "what it does not take is lost");
    refill(page);
}

/* The frame stays where it was. */
static void refused_before(char *page)
{
    long before = reservation();

    check_equal(transfer(page_mfn(page), own_domid(), REF), GNTST_bad_page,
                "a frame that is mapped");
    check_equal(transfer(pte_machine(page, 1) >> 12, own_domid(), REF),
                GNTST_bad_page, "a page table");
    check_equal(transfer(~0UL >> 24, own_domid(), REF), GNTST_bad_page,
                "a frame that is not");
    check_equal(transfer(start->shared_info >> 12, own_domid(), REF),
                GNTST_bad_page, "shared_info");
    page[0] = 1;
    check_equal(reservation(), before, "change nothing");
    refused(hypercall_grant_table_op(GNTTABOP_transfer, (void *)1, 1),
            XEN_EFAULT, "a request that cannot be read");
}

/* The frame is lost all the same. */
static void refused_after(char *page)
{
    static const struct {
        const char *what;
        uint16_t flags;
        bool another;
    } wrong[] = {
        {"an entry that is empty", 0, false},
        {"an entry that grants", GTF_permit_access, false},
        {"an entry that is committed", GTF_accept_transfer | 4, false},
        {"an entry for another domain's", GTF_accept_transfer, true},
    };
    long before = reservation();

    for (unsigned int i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        table->v1[REF].domid = wrong[i].another ? 0x7fe0 : own_domid();
        table->v1[REF].flags = wrong[i].flags;
        check_equal(transfer(unmapped(page), own_domid(), REF),
                    GNTST_general_error, "%s", wrong[i].what);
        check_equal(table->v1[REF].flags, wrong[i].flags, "is left alone");
        refill(page);
    }
    table->v1[REF].domid = own_domid();
    table->v1[REF].flags = GTF_accept_transfer;
    check_equal(transfer(unmapped(page), own_domid(), 100000),
                GNTST_general_error, "an entry behind the table");
    refill(page);
    check_equal(transfer(unmapped(page), 0x7fe0, REF), GNTST_bad_domain,
                "a domain that is not");
    refill(page);
    check_equal(transfer(unmapped(page), DOMID_SELF, REF), GNTST_bad_domain,
                "DOMID_SELF is none");
    refill(page);
    check_equal(reservation(), before, "all that is lost was made good");
}

void test(void)
{
    char *page = page_new();

    set_up();
    taken(page, 1);
    refused_before(page);
    refused_after(page);
    set_version(2);
    taken(page, 2);
}
