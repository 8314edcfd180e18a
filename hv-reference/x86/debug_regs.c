// SPDX-License-Identifier: MIT
/*
 * Breakpoints of guests: in the processor only while a vCPU that has any
 * enabled runs. Their addresses were checked when they were set (core/
 * debugreg.c): none is the hypervisor's.
 */
#include "core/processor/debugreg.h"
#include "core/vcpu.h"
#include "x86/asm.h"
#include "x86/context.h"

#define DR7_ENABLES 0xfful

#define write_dr(n, value)                                                     \
    __asm__ volatile("mov %0, %%dr" #n : : "r"(value))

void debug_regs_leave(struct vcpu *v)
{
    if (processor_dr7(v) & DR7_ENABLES)
        write_dr(7, DR7_NOTHING);
}

void debug_regs_enter(const struct vcpu *v)
{
    uint64_t dr7 = processor_dr7(v);

    if (!(dr7 & DR7_ENABLES)) {
        write_dr(7, DR7_NOTHING);
        return;
    }
    write_dr(0, v->dr[0]);
    write_dr(1, v->dr[1]);
    write_dr(2, v->dr[2]);
    write_dr(3, v->dr[3]);
    write_dr(6, DR6_NOTHING);
    write_dr(7, dr7);
}
