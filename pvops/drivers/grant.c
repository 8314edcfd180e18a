// SPDX-License-Identifier: MIT
/*
 * Grants of this domain (version 1), and the use of other domains' grants.
 *
 * The rule of the table: an entry's flags are written last when it is made,
 * and taken back by compare-and-exchange, for Xen sets bits in the same word
 * while the other domain uses the page.
 */
#include "../xenpv/xenpv.h"

#include <pvsdk/barrier.h>
#include <pvsdk/hypercall.h>
#include <xen/errno.h>
#include <xen/grant_table.h>

#define FRAMES 4
#define PER_FRAME (PAGE_SIZE / sizeof(struct grant_entry_v1))
#define FIRST GNTTAB_NR_RESERVED_ENTRIES

/* Xen's frames are mapped over these pages, whose own memory is given up. */
static struct grant_entry_v1 table[FRAMES * PER_FRAME]
    __attribute__((aligned(4096)));

static struct pv_nested lock;
static unsigned entries; /* 0: not set up yet */
static uint16_t next_free[FRAMES * PER_FRAME], first_free; /* 0: none */

/* Nothing is granted any more, and the table is asked for again. */
static void restored(void)
{
    entries = 0;
    first_free = 0;
}

static int set_up(void)
{
    struct gnttab_query_size size = { .dom = DOMID_SELF };
    struct gnttab_setup_table setup = { .dom = DOMID_SELF };
    xen_pfn_t mfns[FRAMES];

    if (entries)
        return 0;
    if (hypercall_grant_table_op(GNTTABOP_query_size, &size, 1) ||
        size.status)
        return -XEN_ENODEV;
    setup.nr_frames = size.max_nr_frames < FRAMES ? size.max_nr_frames
                                                  : FRAMES;
    set_xen_guest_handle(setup.frame_list, mfns);
    if (hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1) ||
        setup.status) {
        pv_report("the grant table cannot be had: status %d",
                  (long)setup.status);
        return -XEN_ENODEV;
    }
    for (unsigned i = 0; i < setup.nr_frames; i++)
        if (!pv_map_foreign(&table[i * PER_FRAME], mfns[i]))
            return -XEN_ENOMEM;
    entries = setup.nr_frames * PER_FRAME;
    pv_grant_restored = restored;
    for (unsigned ref = entries - 1; ref >= FIRST; ref--) {
        next_free[ref] = first_free;
        first_free = (uint16_t)ref;
    }
    return 0;
}

static int take_entry(void)
{
    unsigned long flags = pv_nested_enter(&lock);
    int ref = set_up();

    if (!ref) {
        ref = first_free ? first_free : -XEN_ENOSPC;
        first_free = next_free[first_free];
    }
    pv_nested_leave(&lock, flags);
    return ref;
}

int pv_grant(unsigned domain, const void *page, int read_only)
{
    unsigned long pfn;
    int ref;

    if (pv_boot_info.world != PV_WORLD_XEN_PV)
        return -XEN_ENODEV;
    if (!pv_frame_of(page, &pfn) ||
        pv_xen_frames[pfn].flags & FRAME_READ_ONLY)
        return -XEN_EINVAL; /* a page table is nobody else's */
    ref = take_entry();
    if (ref < 0)
        return ref;
    table[ref].frame = (uint32_t)pv_pfn_to_mfn(pfn);
    table[ref].domid = (domid_t)domain;
    xen_wmb();
    xen_write_once(table[ref].flags,
                   (uint16_t)(GTF_permit_access |
                              (read_only ? GTF_readonly : 0)));
    return ref;
}

int pv_grant_in_use(unsigned reference)
{
    return reference < entries &&
           xen_read_once(table[reference].flags) &
               (GTF_reading | GTF_writing);
}

int pv_grant_end(unsigned reference)
{
    unsigned long irq_flags;
    uint16_t flags;

    if (reference < FIRST || reference >= entries)
        return -XEN_EINVAL;
    flags = xen_read_once(table[reference].flags);
    if (!(flags & GTF_type_mask))
        return -XEN_EINVAL;
    do {
        if (flags & (GTF_reading | GTF_writing))
            return -XEN_EBUSY;
    } while (!__atomic_compare_exchange_n(&table[reference].flags, &flags,
                                          (uint16_t)0, 0, __ATOMIC_SEQ_CST,
                                          __ATOMIC_SEQ_CST));
    irq_flags = pv_nested_enter(&lock);
    next_free[reference] = first_free;
    first_free = (uint16_t)reference;
    pv_nested_leave(&lock, irq_flags);
    return 0;
}

static int errno_of(int status, const char *what, unsigned long domain,
                    unsigned long reference)
{
    static const char *const texts[] = GNTTABOP_error_msgs;
    int rc = -XEN_EIO;

    switch (status) {
    case GNTST_okay:
        return 0;
    case GNTST_bad_domain:
        rc = -XEN_ESRCH;
        break;
    case GNTST_bad_gntref:
    case GNTST_bad_handle:
        rc = -XEN_ENOENT;
        break;
    case GNTST_permission_denied:
        rc = -XEN_EACCES;
        break;
    case GNTST_bad_virt_addr:
    case GNTST_bad_copy_arg:
        rc = -XEN_EFAULT;
        break;
    case GNTST_no_space:
        rc = -XEN_ENOSPC;
        break;
    }
    pv_report("grant_table_op %s (%x, %x) was refused: %s", what, domain,
              reference,
              -status < (int)(sizeof(texts) / sizeof(texts[0])) && status < 0
                  ? texts[-status]
                  : "unknown status");
    return rc;
}

int pv_grant_map(unsigned domain, unsigned reference, void *at, int read_only,
                 unsigned *handle)
{
    struct gnttab_map_grant_ref map = {
        .host_addr = (unsigned long)at,
        .flags = GNTMAP_host_map | (read_only ? GNTMAP_readonly : 0),
        .ref = reference,
        .dom = (domid_t)domain,
    };

    if (pv_boot_info.world != PV_WORLD_XEN_PV)
        return -XEN_ENODEV;
    do {
        if (hypercall_grant_table_op(GNTTABOP_map_grant_ref, &map, 1))
            return -XEN_EIO;
    } while (map.status == GNTST_eagain);
    *handle = map.handle;
    return errno_of(map.status, "map_grant_ref", domain, reference);
}

int pv_grant_unmap(void *at, unsigned handle)
{
    struct gnttab_unmap_grant_ref unmap = { .host_addr = (unsigned long)at,
                                            .handle = handle };

    if (pv_boot_info.world != PV_WORLD_XEN_PV)
        return -XEN_ENODEV;
    if (hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &unmap, 1))
        return -XEN_EIO;
    return errno_of(unmap.status, "unmap_grant_ref", (unsigned long)at,
                    handle);
}

static int copy(unsigned domain, unsigned reference, unsigned offset,
                const void *local, unsigned length, bool to_grant)
{
    unsigned long machine = pv_boot_info.world != PV_WORLD_XEN_PV
                                ? 0
                                : pv_machine_address(local);
    struct gnttab_copy copy = { .len = (uint16_t)length };

    if (!machine)
        return -XEN_ENODEV;
    if (length > PAGE_SIZE || offset > PAGE_SIZE)
        return -XEN_EFAULT;
    copy.flags = to_grant ? GNTCOPY_dest_gref : GNTCOPY_source_gref;
    copy.source.domid = to_grant ? DOMID_SELF : (domid_t)domain;
    copy.dest.domid = to_grant ? (domid_t)domain : DOMID_SELF;
    if (to_grant) {
        copy.source.u.gmfn = machine >> PAGE_SHIFT;
        copy.source.offset = machine & (PAGE_SIZE - 1);
        copy.dest.u.ref = reference;
        copy.dest.offset = (uint16_t)offset;
    } else {
        copy.source.u.ref = reference;
        copy.source.offset = (uint16_t)offset;
        copy.dest.u.gmfn = machine >> PAGE_SHIFT;
        copy.dest.offset = machine & (PAGE_SIZE - 1);
    }
    do {
        if (hypercall_grant_table_op(GNTTABOP_copy, &copy, 1))
            return -XEN_EIO;
    } while (copy.status == GNTST_eagain);
    return errno_of(copy.status, "copy", domain, reference);
}

int pv_grant_copy_from(unsigned domain, unsigned reference, unsigned offset,
                       void *local, unsigned length)
{
    return copy(domain, reference, offset, local, length, false);
}

int pv_grant_copy_to(unsigned domain, unsigned reference, unsigned offset,
                     const void *local, unsigned length)
{
    return copy(domain, reference, offset, local, length, true);
}
