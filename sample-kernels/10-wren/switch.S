/* SPDX-License-Identifier: MIT */
/* From one thread's stack to another's, and the kernel's own segments. */
#include "layout.h"

        .text

/* void switch_stacks(uint64_t *save_rsp, uint64_t load_rsp) */
        .globl switch_stacks
switch_stacks:
        pushq %rbp
        pushq %rbx
        pushq %r12
        pushq %r13
        pushq %r14
        pushq %r15
        movq %rsp, (%rdi)
        movq %rsi, %rsp
        popq %r15
        popq %r14
        popq %r13
        popq %r12
        popq %rbx
        popq %rbp
        ret

/* A new thread's first step: R12 is its function, R13 the argument. */
        .globl thread_start
thread_start:
        call thread_begin
        movq %r13, %rdi
        call *%r12
        call thread_exit

/* void enter_user(struct trap_frame *frame): as if a trap came back */
        .globl enter_user
enter_user:
        movq %rdi, %rsp
        jmp trap_return

/* void reload_segments(void): CS can only be loaded by a far jump or return */
        .globl reload_segments
reload_segments:
        popq %rax
        pushq $SEL_KCODE
        pushq %rax
        movw $SEL_KDATA, %ax
        movw %ax, %ss
        movw %ax, %ds
        movw %ax, %es
        lretq

        .section .note.GNU-stack, "", @progbits
