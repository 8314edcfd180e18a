/* SPDX-License-Identifier: MIT */
/*
 * From Xen into the kernel's own handlers, and back. Xen pushes, downwards,
 *
 *      ss  rsp  rflags  cs | mask << 32  rip  [error code]  r11  rcx
 *
 * and what a kernel's handler expects is what the CPU pushes: the same
 * without r11 and rcx, which still hold their values in that frame, without
 * the mask, and with the kernel's own selectors where it was the kernel that
 * was interrupted. Everything here turns the one into the other, with every
 * register as it was.
 */
#include "percpu.h"
#include "save.h"

#include <xen/xen.h>

#define SYSRET_STACK_SHIFT 7 /* 128 bytes a CPU */

#define KERNEL_FRAME_CS (FLAT_KERNEL_CS & ~3) /* ring 0 in a frame: kernel */
#define KERNEL_FRAME_SS (FLAT_KERNEL_SS & ~3)

        .macro function name
        .globl \name
        .hidden \name
        .type \name, @function
        .balign 16
\name:
        .endm

        /* Mask and selectors of the frame whose cs is at rsp + at. */
        .macro fix_frame at
        movl $0, \at + 4(%rsp)
        testb $3, \at(%rsp)
        jnz 7f
        pushq pv_xen_kernel_cs(%rip)
        popq \at(%rsp)
        pushq pv_xen_kernel_ss(%rip)
        popq \at + 24(%rsp)
7:
        .endm

        .text

/*
 * One stub a vector, 16 bytes each: push the vector, go on. On the stack are
 * then vector, rcx, r11, [error code], rip, cs ...; the places of rcx and r11
 * become scratch as soon as the two are back in their registers.
 */
        function pv_xen_trap_stubs
        .set vector, 0
        .rept 256
        .balign 16
        pushq $vector
        .if vector == 13 || vector == 14
        jmp watched
        .elseif vector < 32 && ((0x60227d00 >> (vector & 31)) & 1)
        jmp with_error_code
        .else
        jmp without_error_code
        .endif
        .set vector, vector + 1
        .endr

        .macro to_handler cs
        movq 8(%rsp), %rcx
        movq 16(%rsp), %r11
        fix_frame \cs
        pushq %rax
        pushq %rbx
        movq 16(%rsp), %rax
        leaq pv_xen_trap_handlers(%rip), %rbx
        movq (%rbx, %rax, 8), %rax
        movq %rax, 32(%rsp)             /* where r11 was */
        popq %rbx
        popq %rax
        addq $16, %rsp
        ret                             /* to the kernel's handler */
        .endm

without_error_code:
        to_handler 32
with_error_code:
        to_handler 40

watched:
        save_for_c
        leaq 80(%rbp), %rdi             /* struct watched_frame */
        call pv_xen_look_at_fault
        testl %eax, %eax
        restore_from_c                  /* pops, which keep the flags */
        jz with_error_code
        movq 8(%rsp), %rcx
        movq 16(%rsp), %r11
        addq $32, %rsp
        jmp pv_xenpv_iret

/* An event: the library's handlers run, and may name one of the kernel's. */
        function pv_xen_upcall_entry
        popq %rcx
        popq %r11
        fix_frame 8
        deliver_upcall pv_xenpv_iret

/* An exception before the kernel has an IDT. */
        function pv_xen_early_entry
        movq %rsp, %rdi
        andq $-16, %rsp
        cld
        call pv_xen_early_trap

        function pv_xen_failsafe_entry
        call pv_xen_failsafe

/*
 * System call of user mode. The CPU would give rcx and r11, which are there,
 * the user's stack, and hold interrupts back, which the callback's flag does.
 */
        function pv_xen_syscall_entry
        popq %rcx
        popq %r11
        movq 24(%rsp), %rsp
        jmp *pv_xen_syscall_handler(%rip)

/* rip cs rflags rsp ss on the stack, as for iretq. */
        function pv_xenpv_iret
        testb $3, 8(%rsp)
        jnz to_user
        movq $KERNEL_FRAME_CS, 8(%rsp)
        movq $KERNEL_FRAME_SS, 32(%rsp)
1:      pushq $0
2:      pushq %rcx
        pushq %r11
        pushq %rax
        movl $__HYPERVISOR_iret, %eax
        syscall
        ud2                             /* it does not come back */

/* rcx, r11 as SYSCALL left them, rsp already user mode's: the frame is made
 * on a small stack of this CPU, with events held back. There is no register
 * to find that stack with, so two are put where one CPU at a time may. */
        function pv_xenpv_sysret
3:      lock btsl $0, sysret_taken(%rip)
        jc 3b
        movq %rsp, sysret_rsp(%rip)
        movq %rax, sysret_rax(%rip)
        cpu_number_to_eax
        incl %eax
        shll $SYSRET_STACK_SHIFT, %eax
        leaq sysret_stacks(%rip), %rsp
        addq %rax, %rsp
        cmpq $0, pv_xen_guards_open(%rip)
        jne 4f
5:      pushq $FLAT_USER_SS
        pushq sysret_rsp(%rip)
        pushq %r11
        pushq $FLAT_USER_CS
        pushq %rcx
        movq sysret_rax(%rip), %rax
        movl $0, sysret_taken(%rip)
        pushq $VGCF_in_syscall
        jmp 2b
        /* There is something to be done by C first, on the stack that the
         * kernel has for entries from user mode: nobody uses it now. */
4:      shrl $SYSRET_STACK_SHIFT, %eax
        decl %eax
        leaq pv_xen_stack_of(%rip), %rsp
        movq (%rsp, %rax, 8), %rsp
        pushq $FLAT_USER_SS
        pushq sysret_rsp(%rip)
        pushq %r11
        pushq $FLAT_USER_CS
        pushq %rcx
        movq sysret_rax(%rip), %rax
        movl $0, sysret_taken(%rip)

to_user:
        pushq %rax
        pushq %rcx
        cpu_number_to_eax
        leaq pv_xen_user_missing_of(%rip), %rcx
        cmpq $0, (%rcx, %rax, 8)
        popq %rcx
        popq %rax
        jne 5f
        cmpq $0, pv_xen_guards_open(%rip)
        je 1b
5:      save_for_c
        call pv_xen_no_user_mode
        restore_from_c
        jmp 1b

/* A CPU that starts, and one that is started again, with rdi its stack. */
        function pv_xen_cpu_entry
        xorl %ebp, %ebp
        call pv_xen_cpu_main
        ud2                             /* it does not come back */

        function pv_xen_no_segments     /* of a GDT that will go */
        xorl %eax, %eax
        movl %eax, %ds
        movl %eax, %es
        movl %eax, %fs
        movl %eax, %gs
        ret

        function pv_xen_cpu_again
        movq %rdi, %rsp
        andq $-16, %rsp
        jmp pv_xen_cpu_entry

        function pv_xenpv_lret
        ret $8

        .macro through_c name, target
        function \name
        save_for_c
        call \target
        restore_from_c
        ret
        .endm

        through_c pv_xenpv_asm_irq_disable, pv_xenpv_irq_disable
        through_c pv_xenpv_asm_irq_enable, pv_xenpv_irq_enable
        through_c pv_xenpv_asm_halt, pv_xenpv_halt
        through_c pv_xenpv_asm_swapgs, pv_xenpv_swapgs

        function pv_xenpv_asm_read_cr2
        save_for_c
        call pv_xenpv_read_cr2
        movq %rax, SAVED_RAX(%rbp)
        restore_from_c
        ret

        function pv_xenpv_asm_write_cr3
        save_for_c
        movq %rax, %rdi
        call pv_xenpv_write_cr3
        restore_from_c
        ret

        .data
        .balign 8
        .globl pv_xen_kernel_cs, pv_xen_kernel_ss
        .hidden pv_xen_kernel_cs, pv_xen_kernel_ss
pv_xen_kernel_cs:
        .quad KERNEL_FRAME_CS
pv_xen_kernel_ss:
        .quad KERNEL_FRAME_SS

        .bss
        .balign 16
sysret_taken:
        .skip 8
sysret_rsp:
        .skip 8
sysret_rax:
        .skip 8
        .balign 16
sysret_stacks:
        .skip PV_MAX_CPUS << SYSRET_STACK_SHIFT

        .section .note.GNU-stack, "", @progbits
