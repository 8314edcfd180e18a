/* SPDX-License-Identifier: MIT */
/*
 * Entry, the stubs of traps and callbacks, and the way back.
 *
 * The hypervisor enters a stub with this on the stack, lowest address first:
 *
 *      rcx  r11  [error code]  rip  cs | saved mask << 32  rflags  rsp  ss
 *
 * (failsafe: ds es fs gs stand between r11 and rip). Stubs save every register
 * as it is, so that a test can look at all of them, and call trap_entry() with
 * the address of struct trap_regs. If that returns, it has made a frame for the
 * iret hypercall in place; registers are restored, and that goes back.
 */
#include <pvsdk/iret.h>

    .globl _start
_start:
    mov     %rsp, start_rsp(%rip)
    mov     %cs, start_cs(%rip)
    mov     %ss, start_ss(%rip)
    pushfq
    pop     start_rflags(%rip)
    cld
    lea     main_stack_top(%rip), %rsp
    mov     %rsi, %rdi
    call    start_main
    ud2

    /* One stub each; entry_table has their addresses. */
    .altmacro
.macro ENTRY_STUB number
entry_\number:
    push    %rax
    pushq   $\number
    jmp     entry_common
    .pushsection .rodata
    .quad   entry_\number
    .popsection
.endm
    .pushsection .rodata
    .balign 8
    .globl  entry_table
entry_table:
    .popsection
    .set    n, 0
    .rept   38              /* ENTRY_COUNT of conform.h */
    ENTRY_STUB %n
    .set    n, n + 1
    .endr

entry_common:
    push    %rbx
    push    %rcx
    push    %rdx
    push    %rsi
    push    %rdi
    push    %rbp
    push    %r8
    push    %r9
    push    %r10
    push    %r11
    push    %r12
    push    %r13
    push    %r14
    push    %r15
    mov     %ss, %eax
    push    %rax
    mov     %cs, %eax
    push    %rax
    pushfq
    cld
    mov     %rsp, %rdi
    mov     %rsp, %rbx
    and     $-16, %rsp
    call    trap_entry      /* the frame to go back by, made in place */
    mov     %rbx, %rsp
    add     $24, %rsp
    pop     %r15
    pop     %r14
    pop     %r13
    pop     %r12
    pop     %r11
    pop     %r10
    pop     %r9
    pop     %r8
    pop     %rbp
    pop     %rdi
    pop     %rsi
    pop     %rdx
    pop     %rcx
    pop     %rbx
    mov     %rax, %rsp      /* rax, rcx and r11 are in the frame */
    mov     $__HYPERVISOR_iret, %eax
    syscall
    ud2

    /* void iret_to(frame, rdi, rsi) */
    .globl  iret_to
iret_to:
    mov     %rdi, %rsp
    mov     %rsi, %rdi
    mov     %rdx, %rsi
    mov     $__HYPERVISOR_iret, %eax
    syscall
    ud2

    /* int context_save(struct context *); twice, as setjmp */
    .globl  context_save
context_save:
    mov     %rbx, (%rdi)
    mov     %rbp, 8(%rdi)
    mov     %r12, 16(%rdi)
    mov     %r13, 24(%rdi)
    mov     %r14, 32(%rdi)
    mov     %r15, 40(%rdi)
    lea     8(%rsp), %rax
    mov     %rax, 48(%rdi)
    mov     (%rsp), %rax
    mov     %rax, 56(%rdi)
    xor     %eax, %eax
    ret

    .globl  context_resume
context_resume:
    mov     (%rdi), %rbx
    mov     8(%rdi), %rbp
    mov     16(%rdi), %r12
    mov     24(%rdi), %r13
    mov     32(%rdi), %r14
    mov     40(%rdi), %r15
    mov     48(%rdi), %rsp
    mov     $1, %eax
    jmp     *56(%rdi)

    .section .text.hypercall_page, "ax"
    .balign 4096
    .globl  hypercall_page
hypercall_page:
    .fill   4096, 1, 0xcc

    .data
    .globl  start_rsp, start_rflags, start_cs, start_ss
start_rsp:      .quad 0
start_rflags:   .quad 0
start_cs:       .word 0
start_ss:       .word 0

    .bss
    .balign 4096
    .skip   16384
    .globl  main_stack_top
main_stack_top:
    .skip   16384
    .globl  kernel_stack_top
kernel_stack_top:
    .skip   4096
    .globl  user_stack_top
user_stack_top:
