// SPDX-License-Identifier: MIT
/*
 * Many IPIs from vCPU 1 to vCPU 0, which masks, unmasks and sleeps meanwhile:
 * none is lost, none invented, by bits and by queues. (tests/system/test-events
 * does it with 10^7.)
 *
 * conform: reference dom0 domU
 * requires: EVT-29
 * vcpus: 2
 * cpus: 2
 * cmdline: 10000
 */
#include "storm.h"

static struct storm storm;
static struct vcpu_guest_context context;
static char stack[4096] __attribute__((aligned(4096)));
static volatile unsigned int round;

__asm__(".text; sender_entry: cld; call sender_main; ud2");
extern char sender_entry[];

void sender_main(void) __attribute__((used));
void sender_main(void)
{
    unsigned int done = 0;

    for (;;) {
        while (round == done)
            hypercall_sched_op(SCHEDOP_yield, NULL);
        done = round;
        storm_send(&storm);
    }
}

static void start_sender(void)
{
    context.flags = VGCF_in_kernel;
    context.user_regs.rip = (uint64_t)sender_entry;
    context.user_regs.rsp = (uint64_t)stack + sizeof(stack);
    context.user_regs.cs = FLAT_KERNEL_CS;
    context.user_regs.ss = FLAT_KERNEL_SS;
    context.user_regs.rflags = 0x202;
    context.kernel_ss = FLAT_KERNEL_SS;
    context.kernel_sp = (uint64_t)stack + sizeof(stack);
    context.ctrlreg[3] = xen_pfn_to_cr3(page_mfn((void *)start->pt_base));
    works(hypercall_vcpu_op(VCPUOP_initialise, 1, &context), "vCPU 1");
    works(hypercall_vcpu_op(VCPUOP_up, 1, NULL), "is up");
}

void test(void)
{
    evtchn_port_t ports[STORM_PORTS];
    unsigned int i;

    storm_init(&storm);
    for (i = 0; i < STORM_PORTS; i++) {
        storm_skip_ports();
        storm.port[i] = ports[i] = bind_ipi();
    }
    start_sender();
    round = 1;
    storm_receive(&storm, ports, false);
    fifo_start(1);
    round = 2;
    storm_receive(&storm, ports, true);
    works(hypercall_vcpu_op(VCPUOP_down, 1, NULL), "vCPU 1 is down");
}
