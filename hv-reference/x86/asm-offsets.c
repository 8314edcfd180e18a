// SPDX-License-Identifier: MIT
/*
 * Offsets that assembly needs, told by the compiler: build.mk turns each "->"
 * line of this file's assembly into a #define of asm-offsets.h.
 */
#include "core/cpu.h"
#include "core/vcpu.h"

#define DEFINE(name, value)                                                    \
    __asm__ volatile("\n.ascii \"->" #name " %c0\"" : : "i"(value))

void asm_offsets(void);
void asm_offsets(void)
{
    DEFINE(REGS_ERROR, offsetof(struct guest_regs, error_code));
    DEFINE(REGS_VECTOR, offsetof(struct guest_regs, vector));
    DEFINE(REGS_RIP, offsetof(struct guest_regs, rip));
    DEFINE(REGS_CS, offsetof(struct guest_regs, cs));
    DEFINE(REGS_RFLAGS, offsetof(struct guest_regs, rflags));
    DEFINE(REGS_RSP, offsetof(struct guest_regs, rsp));
    DEFINE(REGS_SIZE, sizeof(struct guest_regs));
    DEFINE(ENTRY_SYSCALL, ENTRY_SYSCALL);
    DEFINE(ENTRY_SYSCALL32, ENTRY_SYSCALL32);
    DEFINE(CPU_CURRENT, offsetof(struct cpu, vcpu));
    DEFINE(CPU_WORK, offsetof(struct cpu, work));
    DEFINE(CPU_SCRATCH, offsetof(struct cpu, scratch));
    DEFINE(CPU_SIZE, sizeof(struct cpu));
    DEFINE(VCPU_KERNEL_MODE, offsetof(struct vcpu, hot.kernel_mode));
    DEFINE(VCPU_INFO, offsetof(struct vcpu, hot.info));
}
