// SPDX-License-Identifier: MIT
/*
 * Further vCPUs (tests that say "vcpus: N", at most 4): each runs one function
 * on a stack of its own, with events masked, without a trap table or callbacks,
 * and then goes down. Up again, it runs what it is given then.
 */
#include "conform.h"

#define MOST    4
#define MINUTE  60000000000ul

static char stacks[MOST][8192] __attribute__((aligned(4096)));
static void (*volatile codes[MOST])(unsigned int number);
static bool initialised[MOST];

__asm__(".text; vcpu_entry: cld; call vcpu_runs; ud2");
extern char vcpu_entry[];

void vcpu_runs(unsigned int number) __attribute__((used));
void vcpu_runs(unsigned int number)
{
    for (;;) {
        codes[number](number);
        hypercall_vcpu_op(VCPUOP_down, (int)number, NULL);
    }
}

static void initialise(unsigned int number)
{
    struct vcpu_guest_context context = {.flags = VGCF_in_kernel};
    uint64_t top = (uint64_t)stacks[number] + sizeof(stacks[number]);

    context.user_regs.rip = (uint64_t)vcpu_entry;
    context.user_regs.rsp = top;
    context.user_regs.rdi = number;
    context.user_regs.cs = FLAT_KERNEL_CS;
    context.user_regs.ss = FLAT_KERNEL_SS;
    context.user_regs.rflags = 0x202;
    context.kernel_ss = FLAT_KERNEL_SS;
    context.kernel_sp = top;
    context.ctrlreg[3] = xen_pfn_to_cr3(page_mfn((void *)start->pt_base));
    if (hypercall_vcpu_op(VCPUOP_initialise, (int)number, &context))
        error("vCPU %u could not be initialised", number);
    initialised[number] = true;
}

void vcpu_start(unsigned int number, void (*code)(unsigned int number))
{
    codes[number] = code;
    if (!initialised[number])
        initialise(number);
    if (hypercall_vcpu_op(VCPUOP_up, (int)number, NULL))
        error("vCPU %u could not be started", number);
}

bool team_run(unsigned int count, void (*code)(unsigned int number))
{
    bool all = true;

    for (unsigned int i = 1; i < count; i++)
        vcpu_start(i, code);
    code(0);
    for (unsigned int i = 1; i < count; i++)
        all &= vcpu_goes_down(i, MINUTE);
    return all;
}

static void (*second_code)(void);

static void run_second(unsigned int number)
{
    (void)number;
    second_code();
}

void second_start(void (*code)(void))
{
    second_code = code;
    vcpu_start(1, run_second);
}

bool vcpu_goes_down(unsigned int number, uint64_t ns)
{
    uint64_t end = now() + ns;

    while (hypercall_vcpu_op(VCPUOP_is_up, (int)number, NULL) && now() < end)
        hypercall_sched_op(SCHEDOP_yield, NULL);
    return !hypercall_vcpu_op(VCPUOP_is_up, (int)number, NULL);
}
