/* SPDX-License-Identifier: MIT */
/* Trap stubs, the way to user mode and back, and code that runs there. */
#include <pvops.h>

        .macro save
        .irp reg, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15
        pushq %\reg
        .endr
        .endm

        .macro restore
        .irp reg, r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax
        popq %\reg
        .endr
        .endm

        .text
        .balign 16
stubs:  .set vector, 0
        .rept 256
        .balign 16
        .if vector > 31 || !((0x60227d00 >> (vector & 31)) & 1)
        pushq $0
        .endif
        pushq $vector
        jmp all_traps
        .set vector, vector + 1
        .endr

all_traps:
        save
        cld
        movq %rsp, %rdi
        call trap
        restore
        addq $16, %rsp
        PV_IRET

/* void run_user(rip, rsp, argument): returns when leave_user() is called */
        .globl run_user
run_user:
        pushq %rbp
        pushq %rbx
        pushq %r12
        pushq %r13
        pushq %r14
        pushq %r15
        movq %rsp, kernel_rsp
        pushq $0x1b
        pushq %rsi
        pushq $0x202
        pushq $0x23
        pushq %rdi
        movq %rdx, %rdi
        PV_IRET

        .globl leave_user
leave_user:
        movq kernel_rsp, %rsp
        popq %r15
        popq %r14
        popq %r13
        popq %r12
        popq %rbx
        popq %rbp
        ret

/* SYSCALL arrives here on the user's stack. */
        .globl syscall_entry
syscall_entry:
        PV_SWAPGS
        movq %rsp, user_rsp
        movq kernel_rsp, %rsp
        subq $520, %rsp                 /* below what run_user saved */
        pushq %rdi
        pushq %rcx
        pushq %r11
        movq %rax, %rdi
        call syscall_count
        popq %r11
        popq %rcx
        popq %rdi
        movq user_rsp, %rsp
        PV_SWAPGS
        PV_SYSRET

/* The rest of the operations for assembly text; every register but rax and
 * the flags must survive. Returns 0, or which one did not. */
        .globl use_asm_operations
use_asm_operations:
        pushq %rbx
        movq %rdi, %rbx
        movq $0x1234567, %rcx
        movq $0x7654321, %r11
        movq $0x1111111, %rsi
        PV_CLI
        PV_STI
        PV_HLT                          /* the timer runs */
        PV_CLI
        PV_READ_CR2
        movq %rax, asm_cr2
        movq %rbx, %rax
        PV_WRITE_CR3
        PV_STI
        movl $1, %eax
        cmpq $0x1234567, %rcx
        jne 1f
        movl $2, %eax
        cmpq $0x7654321, %r11
        jne 1f
        movl $3, %eax
        cmpq $0x1111111, %rsi
        jne 1f
        call far_back
        xorl %eax, %eax
1:      popq %rbx
        ret

far_back:
        popq %rax
        pushq $0x08
        pushq %rax
        PV_LRET

        .section .rodata
        .balign 8
        .globl trap_stubs
trap_stubs:
        .set vector, 0
        .rept 256
        .quad stubs + vector * 16
        .set vector, vector + 1
        .endr

/* User mode: rdi is kept, rax says what comes. */
        .globl user_int80, user_syscall, user_read, user_end
user_int80:
        movl $1, %eax
        int $0x80
        movl $2, %eax
        int $0x80
        ud2
user_syscall:
        movl $100, %eax
        syscall
        movq %rax, %rsi
        movl $3, %eax
        int $0x80
        ud2
user_read:
        movq (%rdi), %rax
        ud2
user_end:

        .bss
        .balign 8
kernel_rsp:
        .skip 8
user_rsp:
        .skip 8
        .globl asm_cr2
asm_cr2:
        .skip 8

        .section .note.GNU-stack, "", @progbits
