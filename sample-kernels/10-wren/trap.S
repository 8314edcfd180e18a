/* SPDX-License-Identifier: MIT */
/*
 * The 256 ways in, and the one way out. The CPU has pushed, downwards,
 *
 *      ss  rsp  rflags  cs  rip  [error code]
 *
 * a stub adds 0 where there is no error code, then the vector, and save
 * pushes the registers in the order of struct trap_frame.
 */
#include "layout.h"

        .macro save
        pushq %rax
        pushq %rbx
        pushq %rcx
        pushq %rdx
        pushq %rsi
        pushq %rdi
        pushq %rbp
        pushq %r8
        pushq %r9
        pushq %r10
        pushq %r11
        pushq %r12
        pushq %r13
        pushq %r14
        pushq %r15
        .endm

        .macro restore
        popq %r15
        popq %r14
        popq %r13
        popq %r12
        popq %r11
        popq %r10
        popq %r9
        popq %r8
        popq %rbp
        popq %rdi
        popq %rsi
        popq %rdx
        popq %rcx
        popq %rbx
        popq %rax
        .endm

        .macro stub has_error_code
        .balign 16
        .if !(\has_error_code)
        pushq $0
        .endif
        pushq $vector
        jmp all_traps
        .set vector, vector + 1
        .endm

        .text
        .balign 16
stubs:  .set vector, 0
        .rept 32                        /* 8, 10-14, 17, 21, 29 and 30 */
        stub (0x60227d00 >> vector) & 1
        .endr
        .rept 224
        stub 0
        .endr

all_traps:
        save
        cld
        movq %rsp, %rdi
        call trap

        .globl trap_return
trap_return:
        restore
        addq $16, %rsp                  /* vector and error code */
        iretq

        .section .rodata
        .align 8
        .globl trap_stubs
trap_stubs:
        .set vector, 0
        .rept 256
        .quad stubs + vector * 16
        .set vector, vector + 1
        .endr

        .section .note.GNU-stack, "", @progbits
