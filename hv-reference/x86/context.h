/* SPDX-License-Identifier: MIT */
/*
 * The parts of a vCPU's state that live in the processor while it runs.
 */
#ifndef HV_X86_CONTEXT_H
#define HV_X86_CONTEXT_H

struct vcpu;

/* fpu.c */
void fpu_save(struct vcpu *v);
void fpu_load(struct vcpu *v);
void fpu_set_xcr0(unsigned long value);
/* CR0.TS as V's cr0_ts wants it. */
void fpu_set_ts(const struct vcpu *v);

/* debug_regs.c */
#define DR6_NOTHING 0xffff0ff0ul
#define DR7_NOTHING 0x00000400ul
void debug_regs_leave(struct vcpu *v);
void debug_regs_enter(const struct vcpu *v);

/* segments.c: the GDT register, to a vCPU's window or (base) anything. */
void segments_load_gdt(unsigned long base);
/* The GDT of a CPU that holds no guest. */
void segments_load_own_gdt(void);

#endif
