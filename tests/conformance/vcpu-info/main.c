// SPDX-License-Identifier: MIT
/*
 * VCPUOP_register_vcpu_info moves vcpu_info into a page of the guest's, once;
 * and what the rest of vcpu_op says of vCPUs that are and are not.
 *
 * conform: reference dom0 domU
 * requires: VCPU-4 VCPU-5 VCPU-6 VCPU-7
 */
#include "conform.h"

static long move(uint64_t mfn, uint32_t offset)
{
    struct vcpu_register_vcpu_info r = {mfn, offset, 0};

    return hypercall_vcpu_op(VCPUOP_register_vcpu_info, 0, &r);
}

void test(void)
{
    char *page = page_new();
    struct vcpu_info *moved = (void *)(page + 256);
    struct caught c;
    evtchn_port_t port = bind_ipi();

    xen_events_disable(vcpu);
    check_equal(hypercall_vcpu_op(VCPUOP_is_up, 0, NULL), 1, "vCPU 0 is up");
    refused(hypercall_vcpu_op(VCPUOP_is_up, 7, NULL), XEN_ENOENT,
            "vCPU 7 is not there");
    refused(hypercall_vcpu_op(VCPUOP_is_up, 100000, NULL), XEN_ENOENT,
            "nor is 100000");
    refused(hypercall_vcpu_op(99, 0, NULL), XEN_ENOSYS,
            "an operation that is not");
    refused(hypercall_vcpu_op(VCPUOP_up, 7, NULL), XEN_ENOENT,
            "starting one that is not");

    refused(move(page_mfn(page), 4096 - 32), XEN_ENXIO,
            "a place that crosses the page's end");
    refused(move(page_mfn(page), 1), XEN_ENXIO, "a place that is not aligned");
    refused(move(~0UL >> 12, 0), XEN_EINVAL, "a frame that is not ours");
    xen_port_unmask(port);
    works(move(page_mfn(page), 256), "moving vcpu_info");
    check_equal(moved->evtchn_upcall_mask, 1, "keeps the upcall mask");
    check_equal(moved->evtchn_upcall_pending, 1, "marks an upcall as pending");
    check_equal(moved->evtchn_pending_sel, ~0UL, "and every word");
    check(moved->time.tsc_to_system_mul != 0, "time is there at once");
    vcpu = moved;
    refused(move(page_mfn(page), 512), XEN_EINVAL, "moving it again");

    hypercall_update_va_mapping((unsigned long)page_new(), 0, UVMF_INVLPG);
    check(traps(&c, *(volatile char *)0x1000), "a page fault");
    check_equal(moved->arch.cr2, 0x1000, "has its address in the new place");
    moved->evtchn_upcall_pending = 0;
    moved->evtchn_pending_sel = 0;
    xen_test_and_clear_bit(port, shared->evtchn_pending);
    works(xen_port_send(port), "an event");
    check_equal(moved->evtchn_upcall_pending, 1, "is marked in the new place");
}
