/* SPDX-License-Identifier: MIT */
/*
 * How a guest sees exceptions, events and system calls: Xen's frames on its
 * kernel stack (traps.c), and what it makes of privileged instructions
 * (emulate.c). All act on the current vCPU; REGS are its registers.
 */
#ifndef HV_TRAPS_H
#define HV_TRAPS_H

#include "core/types.h"

struct guest_regs;
struct vcpu;

enum trap {
    TRAP_DE = 0,
    TRAP_DB = 1,
    TRAP_NMI = 2,
    TRAP_BP = 3,
    TRAP_OF = 4,
    TRAP_BR = 5,
    TRAP_UD = 6,
    TRAP_NM = 7,
    TRAP_DF = 8,
    TRAP_TS = 10,
    TRAP_NP = 11,
    TRAP_SS = 12,
    TRAP_GP = 13,
    TRAP_PF = 14,
    TRAP_MF = 16,
    TRAP_AC = 17,
    TRAP_MC = 18,
    TRAP_XM = 19,
    TRAP_CP = 21,
};

/* Bits of a page fault's error code. */
#define PF_PRESENT  (1u << 0)
#define PF_WRITE    (1u << 1)
#define PF_USER     (1u << 2)
#define PF_RESERVED (1u << 3)
#define PF_FETCH    (1u << 4)

/*
 * Go to the guest's handler, with the frame pushed. If it has none, or its
 * stack cannot take the frame, the domain is ended with a sentence.
 */
void inject_trap(struct guest_regs *regs, unsigned int vector,
                 uint32_t error_code);
/* INT n: as an exception, but no vector has an error code. */
void inject_software_interrupt(struct guest_regs *regs, unsigned int vector);
void inject_page_fault(struct guest_regs *regs, uint64_t address,
                       uint32_t error_code);
/* The event upcall: on the way out, with an event pending and not masked. */
void inject_event(struct guest_regs *regs);
/* A system call of user mode. */
void inject_syscall(struct guest_regs *regs);
/* An NMI for V; iret makes room for the next; on the way out (nmi.c). */
void vcpu_send_nmi(struct vcpu *v);
void vcpu_open_nmi(struct vcpu *v);
void deliver_nmi(struct guest_regs *regs);
/* A selector (ds es fs gs, or of the frame) could not be loaded. */
void inject_failsafe(struct guest_regs *regs, const uint16_t selectors[4]);

/* #GP and #UD of a guest: emulated, or injected. SYSCALL in 32-bit code. */
void guest_general_protection(struct guest_regs *regs);
void guest_invalid_opcode(struct guest_regs *regs);
void guest_syscall32(struct guest_regs *regs);

#endif
