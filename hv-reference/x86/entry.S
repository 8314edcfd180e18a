/* SPDX-License-Identifier: MIT */
/*
 * In from a guest and out to it again. Every way in leaves the same picture on
 * this CPU's entry stack (struct guest_regs, core/vcpu.h):
 *
 *      struct cpu      <- TSS.rsp0
 *      ss
 *      rsp
 *      rflags
 *      cs
 *      rip
 *      vector | error code       one 8-byte slot
 *      rdi … r15       <- rsp when C is called
 *
 * Rules: interrupts are off in here from the first instruction to the last.
 * No instruction trusts the guest's stack, its segment bases or its flags: the
 * direction flag is cleared at every entry, and SYSRET, which faults in ring 0
 * when its target is not canonical, is only reached with one that is.
 */
#include "asm-offsets.h"
#include "core/layout.h"
#include "x86/cpu_area.h"
#include "x86/entry.h"
#include "x86/patch.h"

.macro PUSH_REGISTERS
    push %rdi
    push %rsi
    push %rdx
    push %rcx
    push %rax
    push %r8
    push %r9
    push %r10
    push %r11
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
.endm

.macro POP_REGISTERS
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    pop %r11
    pop %r10
    pop %r9
    pop %r8
    pop %rax
    pop %rcx
    pop %rdx
    pop %rsi
    pop %rdi
.endm

    .section .entry.text, "ax"

/*
 * SYSCALL, by way of this CPU's stub (cpu_area.c): rsp is the bottom of struct
 * cpu, the guest's rsp is in its scratch[0], rip in rcx, rflags in r11.
 */
    .balign 16
    .globl entry_syscall
entry_syscall:
    pushq $SEL_GUEST_DS
    pushq CPU_SCRATCH + 8(%rsp)
    pushq %r11
    pushq $SEL_GUEST_CS64
    pushq %rcx
    pushq $0
    movl $ENTRY_SYSCALL, 4(%rsp)
    PUSH_REGISTERS
    mov REGS_SIZE + CPU_CURRENT(%rsp), %rbx
    mov %rsp, %rdi
    cmpb $0, VCPU_KERNEL_MODE(%rbx)
    je 1f
    call hypercall_entry
    jmp to_guest
1:  call syscall_from_user
    jmp to_guest

/* SYSCALL in 32-bit code (AMD): as an exception of that code would come. */
    .balign 16
    .globl entry_syscall32
entry_syscall32:
    pushq $SEL_GUEST_DS
    pushq CPU_SCRATCH + 8(%rsp)
    pushq %r11
    pushq $SEL_GUEST_CS32
    pushq %rcx
    pushq $0
    movl $ENTRY_SYSCALL32, 4(%rsp)
    jmp exception

/* One entry a vector: exceptions 8, 10–14, 17, 21, 29, 30 push an error code. */
    .balign 16
    .globl vector_stubs
vector_stubs:
    .set vector, 0
    .rept 256
    .balign VECTOR_STUB_SIZE
    .if vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || \
        vector == 21 || vector == 29 || vector == 30
    .else
    pushq $0
    .endif
    movl $vector, 4(%rsp)
    .if vector == 1 || vector == 2 || vector == 8 || vector == 18
    jmp exception_ist
    .else
    jmp exception
    .endif
    .set vector, vector + 1
    .endr

    .balign 16
exception:
    CLOSE_GUEST_MEMORY
    cld
    PUSH_REGISTERS
    mov %rsp, %rdi
    testb $3, REGS_CS(%rsp)
    jz from_hypervisor
    mov REGS_SIZE + CPU_CURRENT(%rsp), %rbx
    call trap_from_guest
    jmp to_guest

/*
 * On a stack of the interrupt stack table, which the next exception of its
 * kind would overwrite. If it interrupted a guest, go on where every other
 * exception does.
 */
exception_ist:
    CLOSE_GUEST_MEMORY
    cld
    PUSH_REGISTERS
    mov %rsp, %rdi
    testb $3, REGS_CS(%rsp)
    jz from_hypervisor
    mov %rsp, %rsi
    mov %rsp, %rdi
    and $~(CPU_AREA_SIZE - 1), %rdi
    add $(CPU_AREA_STACK + CPU_STACK_SIZE - CPU_SIZE - REGS_SIZE), %rdi
    mov %rdi, %rsp
    mov $(REGS_SIZE / 8), %ecx
    rep movsq
    mov %rsp, %rdi
    mov REGS_SIZE + CPU_CURRENT(%rsp), %rbx
    call trap_from_guest
    jmp to_guest

/* An exception of the hypervisor's own: at a known place, or its end. */
from_hypervisor:
    call trap_from_hypervisor
    POP_REGISTERS
    add $8, %rsp
    iretq

/*
 * The way out. rbx is the current vCPU. Slow only if work waits (core/cpu.h);
 * an event is due if vcpu_info's two first bytes, pending and mask, are
 * (not 0, 0).
 */
    .balign 16
event_due:
    mov %rsp, %rdi
    call inject_event
to_guest:
    cmpl $0, REGS_SIZE + CPU_WORK(%rsp)
    jne work_due
    mov VCPU_INFO(%rbx), %rax
    movzwl (%rax), %eax
    dec %eax
    cmp $0xfe, %eax
    jbe event_due

    cmpl $ENTRY_SYSCALL, REGS_VECTOR(%rsp)
    jne by_iret
    mov REGS_RIP(%rsp), %rcx
    shl $16, %rcx
    sar $16, %rcx
    cmp %rcx, REGS_RIP(%rsp)
    jne by_iret
    POP_REGISTERS
    mov REGS_RIP - REGS_ERROR(%rsp), %rcx
    mov REGS_RFLAGS - REGS_ERROR(%rsp), %r11
    mov REGS_RSP - REGS_ERROR(%rsp), %rsp
    sysretq

by_iret:
    POP_REGISTERS
    add $8, %rsp
final_iret:
    iretq
    ON_FAULT final_iret, iret_fault

work_due:
    mov %rsp, %rdi
    call way_out
    mov REGS_SIZE + CPU_CURRENT(%rsp), %rbx
    jmp to_guest

/*
 * The guest's frame cannot be returned to (a selector that is none, a rip that
 * is not canonical). All registers are the guest's, rsp points to that frame.
 */
iret_fault:
    pushq $0
    PUSH_REGISTERS
    mov %rsp, %rdi
    mov REGS_SIZE + CPU_CURRENT(%rsp), %rbx
    call iret_failed
    jmp to_guest

/* hw_enter_guests(): leave the boot's frames behind. */
    .globl hw_enter_guests
hw_enter_guests:
    or $(CPU_STACK_SIZE - 1), %rsp
    sub $(CPU_SIZE + REGS_SIZE - 1), %rsp
    jmp work_due

    .globl hw_swap_gs
hw_swap_gs:
    swapgs
    ret

/*
 * STI takes effect after the next instruction: no interrupt can come between
 * it and HLT.
 */
    .globl hw_idle
hw_idle:
    sti
    hlt
    cli
    ret

    .section .note.GNU-stack, "", @progbits
