// SPDX-License-Identifier: MIT
/*
 * The two tables about memory that memory_op tells of beside the M2P itself:
 * the memory map (an e820), which is the guest's own to replace, and the frames
 * that the M2P lies in.
 *
 * conform: reference dom0 domU
 * requires: MEM-5 MEM-14 MEM-15
 */
#include "conform.h"

#define MOST 1024 /* entries of a map */
#define PART (2UL << 20) /* of the M2P, by frame */

struct e820 {
    uint64_t start, size;
    uint32_t type;
} __attribute__((packed));

static struct e820 found[MOST + 1], given[MOST + 1];

static long get(unsigned int room, unsigned int *entries)
{
    struct xen_memory_map m = {.nr_entries = room};
    long rc;

    fill(found, 0xee, sizeof(found));
    set_xen_guest_handle(m.buffer, found);
    rc = hypercall_memory_op(XENMEM_memory_map, &m);
    *entries = m.nr_entries;
    return rc;
}

static long set(unsigned int entries, domid_t domid)
{
    struct xen_foreign_memory_map f = {.domid = domid};

    f.map.nr_entries = entries;
    set_xen_guest_handle(f.map.buffer, given);
    return hypercall_memory_op(XENMEM_set_memory_map, &f);
}

static void first(void)
{
    struct xen_memory_domain self = {DOMID_SELF};
    long most = hypercall_memory_op(XENMEM_maximum_reservation, &self);
    unsigned int entries;

    if (is_dom0()) {
        refused(get(4, &entries), XEN_ENOSYS, "domain 0 has no map");
        return;
    }
    works(get(4, &entries), "memory_map");
    check_equal(entries, 1, "has one entry");
    check_equal(found[0].start, 0, "from 0");
    check(found[0].size >= start->nr_pages << 12 &&
              found[0].size <= (uint64_t)most << 12,
          "of what the domain has, and no more than it may have");
    check_equal(found[0].type, 1, "of RAM");
    check_equal(found[1].type, 0xeeeeeeee, "and nothing is behind it");
}

static void replaced(void)
{
    unsigned int entries;

    given[0] = (struct e820){0x100000, 0x1001, 77};
    given[1] = (struct e820){0, 0x8000, 2};
    given[2] = (struct e820){~0UL, ~0UL, 1};
    works(set(3, DOMID_SELF), "a guest sets another map");
    works(get(8, &entries), "memory_map");
    check_equal(entries, 3, "has its entries");
    check(same_bytes(found, given, 3 * sizeof(found[0])),
          "as they were given, kind and order");
    works(get(2, &entries), "with room for two");
    check_equal(entries, 2, "gives two");
    check_equal(found[2].type, 0xeeeeeeee, "and no more");
    works(get(0, &entries), "with room for none");
    check_equal(entries, 0, "none");

    for (unsigned int i = 0; i < MOST; i++)
        given[i] = (struct e820){i, i + 1, i + 2};
    works(set(MOST, own_domid()), "as many as there may be, by number");
    works(get(MOST + 1, &entries), "are all kept");
    check_equal(entries, MOST, "their number");
    check(same_bytes(found, given, MOST * sizeof(found[0])), "and each");
    refused(set(MOST + 1, DOMID_SELF), XEN_EINVAL, "one more");
    refused(set(1, 0x7fe0), XEN_ESRCH, "for a domain that is not");
    refused(hypercall_memory_op(XENMEM_set_memory_map, (void *)1), XEN_EFAULT,
            "what cannot be read");
    refused(hypercall_memory_op(XENMEM_memory_map, (void *)1), XEN_EFAULT,
            "nor asked for");
    works(get(MOST, &entries), "after all that");
    check_equal(entries, MOST, "the map is what it was");
    works(set(0, DOMID_SELF), "an empty one");
    refused(get(4, &entries), XEN_ENOSYS, "is none");
}

static void m2p_frames(void)
{
    static xen_pfn_t frames[80];
    struct xen_machphys_mfn_list l = {.max_extents = 78};
    unsigned long last =
        (unsigned long)hypercall_memory_op(XENMEM_maximum_ram_page, NULL) - 1;
    unsigned int parts = (unsigned int)(last * 8 / PART + 1), wrong = 0;

    fill(frames, 0xee, sizeof(frames));
    set_xen_guest_handle(l.extent_start, frames);
    works(hypercall_memory_op(XENMEM_machphys_mfn_list, &l),
          "machphys_mfn_list");
    check_equal(l.nr_extents, parts < 78 ? parts : 78,
                "has a frame for each part of the M2P");
    for (unsigned int i = 0; i < l.nr_extents; i++)
        wrong += frames[i] == 0 || (i && frames[i] == frames[i - 1]);
    check_equal(wrong, 0, "each has one, and its own");
    check_equal(frames[l.nr_extents], 0xeeeeeeeeeeeeeeee, "none is behind them");
    l.max_extents = 0;
    works(hypercall_memory_op(XENMEM_machphys_mfn_list, &l), "without room");
    check_equal(l.nr_extents, 0, "there are none");
    refused(hypercall_memory_op(XENMEM_machphys_mfn_list, (void *)1),
            XEN_EFAULT, "what cannot be read");
    l.max_extents = 1;
    set_xen_guest_handle(l.extent_start, (xen_pfn_t *)HYPERVISOR_VIRT_START);
    refused(hypercall_memory_op(XENMEM_machphys_mfn_list, &l), XEN_EFAULT,
            "nor what cannot be written");
}

void test(void)
{
    first();
    replaced();
    m2p_frames();
}
