/* SPDX-License-Identifier: MIT */
/*
 * Which CPU this is: struct cpu is at the top of the stack that it runs on
 * (core/cpu.h includes this; the host build has functions of its own).
 */
#ifndef HV_MACHINE_CPU_H
#define HV_MACHINE_CPU_H

#include "core/layout.h"
#include "core/vcpu.h"

static inline struct cpu *this_cpu(void)
{
    uint64_t sp;

    __asm__("mov %%rsp, %0" : "=r"(sp));
    return (struct cpu *)((sp | (CPU_STACK_SIZE - 1)) + 1) - 1;
}

/* Right beneath it. */
static inline struct guest_regs *guest_regs(void)
{
    return (struct guest_regs *)this_cpu() - 1;
}

#endif
