// SPDX-License-Identifier: MIT
/*
 * A second vCPU (tests that say "vcpus: 2"): it runs one function on a stack of
 * its own, with events masked, without a trap table or callbacks, and then goes
 * down.
 */
#include "conform.h"

static char stack[8192] __attribute__((aligned(4096)));

__asm__(".text; second_entry: cld; call *%rdi; call second_ends; ud2");
extern char second_entry[];

void second_ends(void) __attribute__((used));
void second_ends(void)
{
    for (;;)
        hypercall_vcpu_op(VCPUOP_down, 1, NULL);
}

void second_start(void (*code)(void))
{
    static struct vcpu_guest_context context;

    context.flags = VGCF_in_kernel;
    context.user_regs.rip = (uint64_t)second_entry;
    context.user_regs.rsp = (uint64_t)stack + sizeof(stack);
    context.user_regs.rdi = (uint64_t)code;
    context.user_regs.cs = FLAT_KERNEL_CS;
    context.user_regs.ss = FLAT_KERNEL_SS;
    context.user_regs.rflags = 0x202;
    context.kernel_ss = FLAT_KERNEL_SS;
    context.kernel_sp = (uint64_t)stack + sizeof(stack);
    context.ctrlreg[3] = xen_pfn_to_cr3(page_mfn((void *)start->pt_base));
    if (hypercall_vcpu_op(VCPUOP_initialise, 1, &context))
        error("the second vCPU could not be initialised");
    if (hypercall_vcpu_op(VCPUOP_up, 1, NULL))
        error("the second vCPU could not be started");
}
