// SPDX-License-Identifier: MIT
/*
 * memory_op: sizes, giving frames back and getting others, exchanging them; and
 * what is refused.
 *
 * conform: reference dom0 domU
 * requires: MEM-1 MEM-2 MEM-3 MEM-4 MEM-6
 */
#include "conform.h"

static long reserve(int cmd, xen_pfn_t *extents, unsigned long count,
                    unsigned int order)
{
    struct xen_memory_reservation r = {
        .nr_extents = count, .extent_order = order, .domid = DOMID_SELF};

    set_xen_guest_handle(r.extent_start, extents);
    return hypercall_memory_op(cmd, &r);
}

/* The page's frame is given back, and another one taken in its place. */
static void balloon(void)
{
    char *page = page_new();
    xen_pfn_t mfn = page_mfn(page), pfn = page_pfn(page), given = mfn;
    struct xen_memory_domain self = {DOMID_SELF};
    long before = hypercall_memory_op(XENMEM_current_reservation, &self);
    xen_pfn_t *list = (xen_pfn_t *)start->mfn_list;

    check_equal(reserve(XENMEM_decrease_reservation, &given, 1, 0), 1,
                "a frame is given back");
    check_equal(hypercall_memory_op(XENMEM_current_reservation, &self), before,
                "while it is mapped it still counts");
    works(hypercall_update_va_mapping((unsigned long)page, 0, UVMF_INVLPG),
          "unmapping it");
    check_equal(hypercall_memory_op(XENMEM_current_reservation, &self),
                before - 1, "then it is gone");
    check_equal(reserve(XENMEM_decrease_reservation, &given, 1, 0), 0,
                "and cannot be given back again");
    check(hypercall_update_va_mapping((unsigned long)page, xen_make_pte(mfn, 7),
                                      UVMF_INVLPG) < 0,
          "its old frame cannot be mapped again");
    list[pfn] = XEN_NO_FRAME;
    given = pfn;
    check_equal(reserve(XENMEM_populate_physmap, &given, 1, 0), 1,
                "another one in its place");
    check(given != pfn, "its frame is told");
    check_equal(machine_to_phys_mapping[given], pfn,
                "the M2P knows it already");
    list[pfn] = given;
    works(page_protect(page, PTE_PRESENT | PTE_WRITE), "it can be mapped");
    page[0] = 1;
    check_equal(hypercall_memory_op(XENMEM_current_reservation, &self), before,
                "the reservation is what it was");
}

void test(void)
{
    struct xen_memory_domain self = {DOMID_SELF};
    xen_pfn_t many[2] = {0, 0};
    long now_pages;

    now_pages = hypercall_memory_op(XENMEM_current_reservation, &self);
    check(now_pages >= (long)start->nr_pages,
          "current_reservation has our pages");
    check(hypercall_memory_op(XENMEM_maximum_reservation, &self) >= now_pages,
          "maximum_reservation is no less");
    check(hypercall_memory_op(XENMEM_maximum_ram_page, NULL) >=
              (long)page_mfn(VIRT_BASE),
          "maximum_ram_page is no less than our frames");
    balloon();

    many[0] = ~0UL >> 24;
    check_equal(reserve(XENMEM_decrease_reservation, many, 1, 0), 0,
                "a frame that is not cannot be given back");
    check_equal(reserve(XENMEM_populate_physmap, many, 0, 0), 0, "0 extents");
    refused(hypercall_memory_op(55, NULL), XEN_ENOSYS,
            "an operation that is not");
    check_equal(hypercall_memory_op(XENMEM_decrease_reservation, (void *)1), 0,
                "a structure that is not mapped: no extent is done");
    refused(hypercall_memory_op(XENMEM_current_reservation, (void *)1),
            XEN_EFAULT, "other structures: EFAULT");
    self.domid = 0x7fe0;
    refused(hypercall_memory_op(XENMEM_current_reservation, &self), XEN_ESRCH,
            "a domain that is not");
}
