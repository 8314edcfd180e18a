/* SPDX-License-Identifier: MIT */
/*
 * The program that runs in user mode, as bytes that the kernel copies to
 * USER_TEXT. It may use nothing but its own page, its stack and `int 0x80`.
 * It says hello, counts on a page of heap for three ticks of the timer, and
 * then reads the kernel's memory, which has to be its end.
 */
#include "layout.h"

#define WRITE 1
#define SBRK 2
#define YIELD 3
#define EXIT 4
#define TICKS 5

        .macro call_kernel number
        movl $\number, %eax
        int $VEC_SYSCALL
        .endm

        .macro say text
        leaq \text(%rip), %rdi
        movl $\text\()_end - \text, %esi
        call_kernel WRITE
        .endm

        .section .rodata
        .globl user_program, user_program_end
user_program:
        say hello

        movl $8192, %edi
        call_kernel SBRK
        movq %rax, %rbx                 /* two zeroed pages */
        cmpq $0, 4096(%rbx)
        jne wrong

        call_kernel TICKS
        leaq 3(%rax), %r12
1:      incq 4096(%rbx)                 /* no system call in between: */
        testq $0xffff, 4096(%rbx)       /* the timer must interrupt this */
        jnz 1b
        call_kernel TICKS
        cmpq %r12, %rax
        jb 1b
        say counted

        movl $0x100000, %edi            /* not the process's: refused */
        movl $16, %esi
        call_kernel WRITE
        cmpq $-1, %rax
        jne wrong
        movq $(KERNBASE + 0x100000), %rdi
        movl $16, %esi
        call_kernel WRITE
        cmpq $-1, %rax
        jne wrong
        say refused

        call_kernel YIELD
        movq $(KERNBASE + 0x100000), %rdi
        movb (%rdi), %al                /* the end */

wrong:  say wrong_text
        movl $1, %edi
        call_kernel EXIT

hello:  .ascii "user: hello\n"
hello_end:
counted:
        .ascii "user: counted while the timer ticked\n"
counted_end:
refused:
        .ascii "user: bad pointers are refused\n"
refused_end:
wrong_text:
        .ascii "user: something is wrong\n"
wrong_text_end:
user_program_end:

        .section .note.GNU-stack, "", @progbits
