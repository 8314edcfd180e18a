// SPDX-License-Identifier: MIT
/*
 * increase_, decrease_reservation and populate_physmap with lists and orders:
 * how many are done, and where they stop.
 *
 * conform: reference dom0 domU
 * requires: MEM-18 MEM-19 MEM-20
 */
#include "conform.h"

#define N 4

static xen_pfn_t *list, given[N];
static char *page[N];

static long reserve(int cmd, unsigned long count, unsigned int order)
{
    struct xen_memory_reservation r = {
        .nr_extents = count, .extent_order = order, .domid = DOMID_SELF};

    set_xen_guest_handle(r.extent_start, given);
    return hypercall_memory_op(cmd, &r);
}

static long reservation(void)
{
    struct xen_memory_domain self = {DOMID_SELF};

    return hypercall_memory_op(XENMEM_current_reservation, &self);
}

static void unmap_all(void)
{
    for (unsigned int i = 0; i < N; i++) {
        if (hypercall_update_va_mapping((unsigned long)page[i], 0, UVMF_INVLPG))
            error("page %u cannot be unmapped", i);
        given[i] = page_mfn(page[i]);
    }
}

static void map_all(const char *what)
{
    unsigned int wrong = 0;

    for (unsigned int i = 0; i < N; i++) {
        wrong += machine_to_phys_mapping[page_mfn(page[i])] != page_pfn(page[i]);
        wrong += page_protect(page[i], PTE_PRESENT | PTE_WRITE) != 0;
    }
    check_equal(wrong, 0, "%s can be mapped, and the M2P has them", what);
}

static void lists(void)
{
    long before = reservation();

    unmap_all();
    given[2] = ~0UL >> 24;
    check_equal(reserve(XENMEM_decrease_reservation, N, 0), 2,
                "of four frames two are given back before a bad one");
    check_equal(reservation(), before - 2, "and gone");
    given[0] = page_pfn(page[0]);
    given[1] = page_pfn(page[1]);
    check_equal(reserve(XENMEM_populate_physmap, 2, 0), 2, "others for them");
    list[page_pfn(page[0])] = given[0];
    list[page_pfn(page[1])] = given[1];
    map_all("all");
    check_equal(reservation(), before, "as many as before");
}

static void orders(void)
{
    long before = reservation();

    unmap_all();
    check_equal(reserve(XENMEM_decrease_reservation, N, 0), N, "four are given");
    given[0] = page_pfn(page[0]);
    check_equal(reserve(XENMEM_populate_physmap, 1, 2), 1,
                "an extent of four for them");
    check_equal(given[0] % N, 0, "is aligned");
    for (unsigned int i = 0; i < N; i++)
        list[page_pfn(page[0]) + i] = given[0] + i;
    map_all("its frames");
    unmap_all();
    check_equal(reserve(XENMEM_decrease_reservation, 1, 2), 1,
                "an extent is given back as one");
    check_equal(reservation(), before - N, "all of it");
    check_equal(reserve(XENMEM_increase_reservation, N, 0), N,
                "increase_reservation gives frames, too");
    check_equal(reservation(), before, "as many");
    for (unsigned int i = 0; i < N; i++) {
        list[page_pfn(page[i])] = given[i];
        works(mmu_update_one(given[i] << 12 | MMU_MACHPHYS_UPDATE,
                             page_pfn(page[i]), DOMID_SELF),
              "whose M2P entries are ours to set");
    }
    map_all("they");
}

static void nothing(void)
{
    struct xen_memory_reservation r = {
        .nr_extents = 1, .extent_order = 0, .domid = 0x7fe0};

    set_xen_guest_handle(r.extent_start, given);
    given[0] = page_pfn(page[0]);
    check_equal(hypercall_memory_op(XENMEM_populate_physmap, &r), 0,
                "for a domain that is not: none");
    r.domid = DOMID_SELF;
    r.extent_order = 40;
    check_equal(hypercall_memory_op(XENMEM_populate_physmap, &r), 0,
                "extents larger than any: none");
    r.extent_order = 0;
    r.nr_extents = 1UL << 40;
    check_equal(hypercall_memory_op(XENMEM_decrease_reservation, &r), 0,
                "more than can be counted: none");
    r.nr_extents = 1;
    set_xen_guest_handle(r.extent_start, (xen_pfn_t *)HYPERVISOR_VIRT_START);
    check_equal(hypercall_memory_op(XENMEM_decrease_reservation, &r), 0,
                "a list in the hypervisor's memory: none");
    set_xen_guest_handle(r.extent_start, given);
    r.mem_flags = XENMEMF_address_bits(12);
    if (reservation() <
        hypercall_memory_op(XENMEM_maximum_reservation,
                            &(struct xen_memory_domain){DOMID_SELF}))
        check_equal(hypercall_memory_op(XENMEM_populate_physmap, &r), 0,
                    "below one page: none");
    unmap_all();
    check_equal(reserve(XENMEM_decrease_reservation | 3 << 6, N, 0), N,
                "from the fourth on: the fourth");
    given[0] = page_pfn(page[N - 1]);
    check_equal(reserve(XENMEM_populate_physmap, 1, 0), 1, "and another for it");
    list[page_pfn(page[N - 1])] = given[0];
    map_all("all");
    check_equal(reserve(XENMEM_populate_physmap | 5 << 6, N, 0), 5,
                "from behind the last on: what it was told");
}

void test(void)
{
    list = (xen_pfn_t *)start->mfn_list;
    for (unsigned int i = 0; i < N; i++)
        page[i] = page_new();
    lists();
    orders();
    nothing();
}
