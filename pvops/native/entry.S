/* SPDX-License-Identifier: MIT */
/* What assembly text calls or jumps to, on the machine itself. */

        .macro operation name
        .globl pv_native_\name
        .hidden pv_native_\name
        .type pv_native_\name, @function
pv_native_\name:
        .endm

        .text
        operation iret
        iretq

        operation lret
        lretq

        operation sysret
        sysretq

        operation asm_irq_disable
        cli
        ret

        operation asm_irq_enable
        sti
        ret

        operation asm_halt
        hlt
        ret

        operation asm_swapgs
        swapgs
        ret

        operation asm_read_cr2
        movq %cr2, %rax
        ret

        operation asm_write_cr3
        movq %rax, %cr3
        ret

/* Of the self-test, in every world: selftest.h. The kernel's own selectors,
 * which have ring 0 in a frame. */
        .globl pv_try_iret
        .hidden pv_try_iret, pv_iret
        .type pv_try_iret, @function
pv_try_iret:
        movq %rsp, %rax
        movl %ss, %ecx
        andl $~3, %ecx
        pushq %rcx
        pushq %rax
        pushq %rdi
        movl %cs, %ecx
        andl $~3, %ecx
        pushq %rcx
        leaq 1f(%rip), %rcx
        pushq %rcx
        movq $0x11, %rax
        movq $0x22, %rcx
        movq $0x44, %r11
        jmp *pv_iret(%rip)
1:      xorq $0x11, %rax
        xorq $0x22, %rcx
        xorq $0x44, %r11
        orq %rcx, %rax
        orq %r11, %rax
        ret

        .section .note.GNU-stack, "", @progbits
