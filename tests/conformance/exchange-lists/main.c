// SPDX-License-Identifier: MIT
/*
 * XENMEM_exchange of lists: small frames for a large extent and back, how far
 * it got when one cannot be had, and going on from there.
 *
 * conform: reference dom0 domU
 * requires: MEM-16 MEM-17
 */
#include "conform.h"

#define ORDER 2
#define SMALL 4 /* 1 << ORDER */

static xen_pfn_t *list, in[SMALL], out[SMALL];
static char *page[SMALL];

static struct xen_memory_exchange request(unsigned int n_in, unsigned int o_in,
                                          unsigned int n_out,
                                          unsigned int o_out)
{
    struct xen_memory_exchange e = {
        .in = {.nr_extents = n_in, .extent_order = o_in, .domid = DOMID_SELF},
        .out = {.nr_extents = n_out, .extent_order = o_out,
                .domid = DOMID_SELF},
    };

    set_xen_guest_handle(e.in.extent_start, in);
    set_xen_guest_handle(e.out.extent_start, out);
    return e;
}

static void unmap(unsigned int i)
{
    if (hypercall_update_va_mapping((unsigned long)page[i], 0, UVMF_INVLPG))
        error("page %u cannot be unmapped", i);
    in[i] = page_mfn(page[i]);
    out[i] = page_pfn(page[i]);
}

/* Each can be mapped, and its M2P entry is right. */
static void have(const char *what)
{
    unsigned int wrong = 0;

    for (unsigned int i = 0; i < SMALL; i++) {
        wrong += machine_to_phys_mapping[page_mfn(page[i])] != page_pfn(page[i]);
        wrong += page_protect(page[i], PTE_PRESENT | PTE_WRITE) != 0;
        page[i][0] = (char)i;
    }
    check_equal(wrong, 0, "%s can be mapped, and the M2P has them", what);
}

static long reservation(void)
{
    struct xen_memory_domain self = {DOMID_SELF};

    return hypercall_memory_op(XENMEM_current_reservation, &self);
}

static void there_and_back(void)
{
    struct xen_memory_exchange e = request(SMALL, 0, 1, ORDER);
    long before = reservation();

    for (unsigned int i = 0; i < SMALL; i++)
        unmap(i);
    works(hypercall_memory_op(XENMEM_exchange, &e), "four frames for one extent");
    check_equal(e.nr_exchanged, SMALL, "are all exchanged");
    check_equal(out[0] % SMALL, 0, "the extent is aligned");
    for (unsigned int i = 0; i < SMALL; i++)
        list[page_pfn(page[0]) + i] = out[0] + i;
    have("its frames");

    for (unsigned int i = 0; i < SMALL; i++)
        unmap(i);
    e = request(1, ORDER, SMALL, 0);
    works(hypercall_memory_op(XENMEM_exchange, &e), "one extent for four frames");
    check_equal(e.nr_exchanged, 1, "counts as one");
    for (unsigned int i = 0; i < SMALL; i++)
        list[page_pfn(page[i])] = out[i];
    have("the four");
    check_equal(reservation(), before, "there is as much memory as before");
}

static void in_part(void)
{
    struct xen_memory_exchange e = request(SMALL, 0, SMALL, 0);
    xen_pfn_t was[SMALL];
    long before = reservation();

    for (unsigned int i = 0; i < SMALL; i++) {
        unmap(i);
        was[i] = in[i];
    }
    page_writable(page[2]);
    refused(hypercall_memory_op(XENMEM_exchange, &e), XEN_EINVAL,
            "the third of four is mapped");
    check_equal(e.nr_exchanged, 2, "two are exchanged");
    check(out[0] != page_pfn(page[0]) && out[1] != page_pfn(page[1]),
          "and told");
    check(out[2] == page_pfn(page[2]) && out[3] == page_pfn(page[3]),
          "the others are not");
    page_writable(page[3]);
    check_equal(page[3][0], 3, "the fourth is as it was");
    list[page_pfn(page[0])] = out[0];
    list[page_pfn(page[1])] = out[1];
    unmap(2);
    unmap(3);
    in[0] = in[1] = ~0UL; /* what is done is not looked at */
    works(hypercall_memory_op(XENMEM_exchange, &e), "then it goes on");
    check_equal(e.nr_exchanged, SMALL, "to the end");
    check(out[0] == list[page_pfn(page[0])], "and leaves the first alone");
    list[page_pfn(page[2])] = out[2];
    list[page_pfn(page[3])] = out[3];
    have("all");
    check_equal(reservation(), before, "there is as much memory as before");
    check(hypercall_update_va_mapping((unsigned long)page[3],
                                      xen_make_pte(was[3], 7), 0) < 0,
          "the old frames are not ours");
    page_writable(page[3]);

    e = request(SMALL, 0, 1, ORDER);
    for (unsigned int i = 0; i < SMALL; i++)
        unmap(i);
    page_writable(page[2]);
    refused(hypercall_memory_op(XENMEM_exchange, &e), XEN_EINVAL,
            "one of an extent is mapped");
    check_equal(e.nr_exchanged, 0, "none is exchanged");
    have("all");
}

static void limits(void)
{
    struct xen_memory_exchange e = request(1, 0, 1, 0);

    unmap(0);
    e.out.mem_flags = XENMEMF_address_bits(13);
    check(hypercall_memory_op(XENMEM_exchange, &e) == -XEN_ENOMEM,
          "below two pages there is none to be had");
    check_equal(e.nr_exchanged, 0, "and none is lost");
    e = request(1, 0, 1, 0);
    set_xen_guest_handle(e.out.extent_start, (xen_pfn_t *)HYPERVISOR_VIRT_START);
    refused(hypercall_memory_op(XENMEM_exchange, &e), XEN_EFAULT,
            "an answer in the hypervisor's memory");
    page_writable(page[0]);
    check_equal(page[0][0], 0, "the frame is as it was");
}

void test(void)
{
    list = (xen_pfn_t *)start->mfn_list;
    for (unsigned int i = 0; i < SMALL; i++)
        page[i] = page_new();
    there_and_back();
    in_part();
    limits();
}
