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

        .section .note.GNU-stack, "", @progbits
