/* SPDX-License-Identifier: MIT */
/*
 * Around a call into C from code that must keep every register: what C may
 * change is saved, the stack aligned and the direction flag clear, as C
 * expects them. RBP points to what is saved meanwhile.
 */
#ifndef PVOPS_SAVE_H
#define PVOPS_SAVE_H

#define SAVED_RAX 72   /* from rbp; restored as rax */
#define AFTER_SAVED 80 /* what was on the stack before */

        .macro save_for_c
        pushq %rax
        pushq %rcx
        pushq %rdx
        pushq %rsi
        pushq %rdi
        pushq %r8
        pushq %r9
        pushq %r10
        pushq %r11
        pushq %rbp
        movq %rsp, %rbp
        andq $-16, %rsp
        cld
        .endm

        .macro restore_from_c
        movq %rbp, %rsp
        popq %rbp
        popq %r11
        popq %r10
        popq %r9
        popq %r8
        popq %rdi
        popq %rsi
        popq %rdx
        popq %rcx
        popq %rax
        .endm

/*
 * On the stack is what a kernel's handler expects: the library's own handlers
 * of events run, then either a handler that they name, or what RETURN does.
 */
        .macro deliver_upcall return
        pushq $0                        /* where to go on */
        save_for_c
        leaq 88(%rbp), %rdi             /* struct upcall_frame */
        call pv_xen_upcall
        movq %rax, 80(%rbp)
        restore_from_c
        cmpq $0, (%rsp)
        je 1f
        ret
1:      addq $8, %rsp
        jmp \return
        .endm

#endif
