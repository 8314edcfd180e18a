// SPDX-License-Identifier: MIT
/*
 * XENMEM_exchange: a frame for another one, and what makes a request unsound.
 *
 * conform: reference dom0 domU
 * requires: MEM-12 MEM-13
 */
#include "conform.h"

static xen_pfn_t in, out;

static struct xen_memory_exchange request(void)
{
    struct xen_memory_exchange e = {
        .in = {.nr_extents = 1, .domid = DOMID_SELF},
        .out = {.nr_extents = 1, .domid = DOMID_SELF},
    };

    set_xen_guest_handle(e.in.extent_start, &in);
    set_xen_guest_handle(e.out.extent_start, &out);
    return e;
}

static long exchange(struct xen_memory_exchange *e)
{
    return hypercall_memory_op(XENMEM_exchange, e);
}

static void unsound(void)
{
    struct xen_memory_exchange e = request();

    e.in.nr_extents = 2;
    refused(exchange(&e), XEN_EINVAL, "two frames for one");
    e = request();
    e.out.domid = 0x7fe0;
    refused(exchange(&e), XEN_EINVAL, "with another domain");
    e = request();
    e.nr_exchanged = 2;
    refused(exchange(&e), XEN_EINVAL, "more done than there are");
    e = request();
    e.in.extent_order = e.out.extent_order = 60;
    refused(exchange(&e), XEN_EPERM, "extents larger than any");
    e = request();
    set_xen_guest_handle(e.in.extent_start, (xen_pfn_t *)HYPERVISOR_VIRT_START);
    refused(exchange(&e), XEN_EFAULT, "a list in the hypervisor's memory");
    e = request();
    set_xen_guest_handle(e.in.extent_start, (xen_pfn_t *)8);
    refused(exchange(&e), XEN_EFAULT, "a list that is not mapped");
    e = request();
    e.in.domid = e.out.domid = 0x7fe0;
    refused(exchange(&e), XEN_ESRCH, "for a domain that is not");
    e = request();
    in = ~0UL >> 24;
    refused(exchange(&e), XEN_EINVAL, "a frame that is not");
}

void test(void)
{
    struct xen_memory_exchange e = request();
    xen_pfn_t *list = (xen_pfn_t *)(uintptr_t)p2m;
    char *page = page_new();
    xen_pfn_t pfn = page_pfn(page), mfn = page_mfn(page);

    in = mfn;
    out = pfn;
    refused(exchange(&e), XEN_EINVAL, "a frame that is mapped");
    check_equal(out, pfn, "leaves the list as it was");
    works(hypercall_update_va_mapping((unsigned long)page, 0, UVMF_INVLPG),
          "unmapping it");
    works(exchange(&e), "then it is exchanged");
    check_equal(e.nr_exchanged, 1, "the count is told");
    check(out != pfn, "and the new frame");
    check_equal(machine_to_phys_mapping[out], pfn, "its M2P entry is ours");
    list[pfn] = out;
    works(page_protect(page, PTE_PRESENT | PTE_WRITE), "it can be mapped");
    page[0] = 1;
    works(exchange(&e), "what is done already is not done again");
    unsound();
}
