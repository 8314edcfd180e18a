// SPDX-License-Identifier: MIT
/*
 * A second vCPU: initialised from a context, started, it runs there with the
 * registers given, and IPIs go both ways.
 *
 * conform: reference dom0 domU
 * requires: VCPU-7 VCPU-8 VCPU-9 VCPU-10
 * vcpus: 2
 */
#include "conform.h"

static struct vcpu_guest_context context;
static char stack[4096] __attribute__((aligned(4096)));

static volatile struct {
    uint64_t running, rdi, rsp, fs, mask, cs, flags;
} second;
static evtchn_port_t to_first, to_second;
static uint64_t fs_word = 77;

__asm__(".text; second_entry: mov %rsp, %rsi; cld; call second_main; ud2");
extern char second_entry[];

void second_main(uint64_t rdi, uint64_t rsp) __attribute__((used));
void second_main(uint64_t rdi, uint64_t rsp)
{
    uint64_t fs;
    uint32_t cs;

    __asm__ volatile("mov %%fs:0, %0; mov %%cs, %1" : "=r"(fs), "=r"(cs));
    __asm__ volatile("pushfq; popq %0" : "=r"(second.flags));
    second.rdi = rdi;
    second.rsp = rsp;
    second.fs = fs;
    second.cs = cs;
    second.mask = shared->vcpu_info[1].evtchn_upcall_mask;
    second.running = 1;
    while (!xen_test_bit(to_second, shared->evtchn_pending))
        hypercall_sched_op(SCHEDOP_yield, NULL);
    second.running = 2;
    xen_port_send(to_first);
    hypercall_vcpu_op(VCPUOP_down, 1, NULL);
    second.running = 3;
    hypercall_vcpu_op(VCPUOP_down, 1, NULL);
}

static bool reaches(uint64_t state)
{
    uint64_t end = now() + 5000000000;

    while (second.running != state && now() < end)
        hypercall_sched_op(SCHEDOP_yield, NULL);
    return second.running == state;
}

static bool goes_down(void)
{
    uint64_t end = now() + 5000000000;

    while (hypercall_vcpu_op(VCPUOP_is_up, 1, NULL) && now() < end)
        hypercall_sched_op(SCHEDOP_yield, NULL);
    return !hypercall_vcpu_op(VCPUOP_is_up, 1, NULL);
}

void test(void)
{
    struct evtchn_bind_ipi b = {1, 0};
    struct vcpu_register_vcpu_info place = {page_mfn(page_new()), 0, 0};

    check_equal(hypercall_vcpu_op(VCPUOP_is_up, 1, NULL), 0, "vCPU 1 is down");
    refused(hypercall_vcpu_op(VCPUOP_up, 1, NULL), XEN_EINVAL,
            "it cannot start before it is initialised");
    works(hypercall_event_channel_op(EVTCHNOP_bind_ipi, &b), "an IPI for it");
    to_second = b.port;
    to_first = bind_ipi();

    context.flags = VGCF_in_kernel;
    context.user_regs.rip = (uint64_t)second_entry;
    context.user_regs.rsp = (uint64_t)stack + sizeof(stack);
    context.user_regs.rdi = 0x1234;
    context.user_regs.cs = FLAT_KERNEL_CS;
    context.user_regs.ss = FLAT_KERNEL_SS;
    context.user_regs.rflags = 0x3202; /* with IOPL 3 */
    context.kernel_ss = FLAT_KERNEL_SS;
    context.kernel_sp = (uint64_t)stack + sizeof(stack);
    context.fs_base = (uint64_t)&fs_word;
    context.ctrlreg[3] = xen_pfn_to_cr3(pte_machine(stack, 1) >> 12);
    refused(hypercall_vcpu_op(VCPUOP_initialise, 1, &context), XEN_EINVAL,
            "a context whose top table is none");
    context.ctrlreg[3] = xen_pfn_to_cr3(page_mfn((void *)start->pt_base));
    refused(hypercall_vcpu_op(VCPUOP_initialise, 5, &context), XEN_ENOENT,
            "a vCPU that is not");
    context.gdt_ents = 14 * 512 + 1;
    refused(hypercall_vcpu_op(VCPUOP_initialise, 1, &context), XEN_EINVAL,
            "more descriptors than a GDT has");
    context.gdt_ents = 0;
    context.kernel_sp = 0x8000000000000000;
    refused(hypercall_vcpu_op(VCPUOP_initialise, 1, &context), XEN_EINVAL,
            "a kernel stack that is not canonical");
    context.kernel_sp = (uint64_t)stack + sizeof(stack);
    works(hypercall_vcpu_op(VCPUOP_initialise, 1, &context), "initialise");
    refused(hypercall_vcpu_op(VCPUOP_initialise, 1, &context), XEN_EEXIST,
            "not twice");
    check_equal(hypercall_vcpu_op(VCPUOP_is_up, 1, NULL), 0,
                "it is still down");
    works(hypercall_vcpu_op(VCPUOP_up, 1, NULL), "up");
    check(reaches(1), "it runs");
    check_equal(hypercall_vcpu_op(VCPUOP_is_up, 1, NULL), 1, "it is up");
    refused(hypercall_vcpu_op(VCPUOP_register_vcpu_info, 1, &place), XEN_EINVAL,
            "its vcpu_info stays where it is while it runs");
    check_equal(second.rdi, 0x1234, "with rdi as given");
    check_equal(second.rsp, (uint64_t)stack + sizeof(stack), "rsp");
    check_equal(second.fs, 77, "and the base of FS");
    check_equal(second.cs, FLAT_KERNEL_CS, "cs");
    check_equal(second.flags & 0x3000, 0, "but not the IOPL");
    check_equal(second.mask, 1, "and events masked");
    works(xen_port_send(to_second), "an IPI to it");
    check(reaches(2), "arrives");
    check(goes_down(), "it goes down");
    check(xen_test_bit(to_first, shared->evtchn_pending),
          "its IPI to us is here");
    works(hypercall_vcpu_op(VCPUOP_up, 1, NULL), "up again");
    check(reaches(3), "it goes on where it was");
    check(goes_down(), "and down");
}
