/* SPDX-License-Identifier: MIT */
/*
 * Entry of the test kernels. They are linked at 1 MB and mapped there; %rsi is
 * start_info, the stack is the loader's.
 */
    .text
    .globl _start
_start:
    cld
    mov %rsi, %rdi
    call main
    ud2

    .section .note.GNU-stack, "", @progbits
