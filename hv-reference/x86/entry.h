/* SPDX-License-Identifier: MIT */
/*
 * Between entry.S and C.
 */
#ifndef HV_X86_ENTRY_H
#define HV_X86_ENTRY_H

/* Where in a CPU's stub page SYSCALL goes, from 64-bit and 32-bit code. */
#define STUB_SYSCALL64 0x00
#define STUB_SYSCALL32 0x40

/* Each vector's entry, 16 bytes apart, in the page-aligned entry text. */
#define VECTOR_STUB_SIZE 16

#ifndef __ASSEMBLY__
struct guest_regs;

extern char vector_stubs[];
void entry_syscall(void);
void entry_syscall32(void);

/* The C side (traps.c). */
void trap_from_guest(struct guest_regs *regs);
void trap_from_hypervisor(struct guest_regs *regs);
void syscall_from_user(struct guest_regs *regs);
void way_out(struct guest_regs *regs);
void iret_failed(struct guest_regs *regs);
#endif
#endif
