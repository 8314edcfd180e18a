/* SPDX-License-Identifier: MIT */
/*
 * The bare instructions of the PV_HOT operations: what a patched call site
 * holds on the machine, seven bytes at most; unpatched, a site calls them.
 * Operands are in the registers that ops.def names.
 */
        .macro bare name, instructions
        .globl pv_native_site_\name, pv_native_site_end_\name
        .hidden pv_native_site_\name, pv_native_site_end_\name
        .type pv_native_site_\name, @function
pv_native_site_\name:
        \instructions
pv_native_site_end_\name:
        .if . - pv_native_site_\name > 7
        .error "a bare instruction is longer than a call site"
        .endif
        ret
        .endm

        .text
        bare irq_disable, "cli"
        bare irq_enable, "sti"
        bare irq_save, "pushfq; popq %rax; cli"
        bare irq_restore, "pushq %rdi; popfq"
        bare read_flags, "pushfq; popq %rax"
        bare halt, "hlt"
        bare safe_halt, "sti; hlt"
        bare read_cr2, "movq %cr2, %rax"
        bare read_cr3, "movq %cr3, %rax"
        bare write_cr3, "movq %rdi, %cr3"
        bare clts, "clts"
        bare wbinvd, "wbinvd"
        bare swapgs, "swapgs"
        bare invlpg, "invlpg (%rdi)"
        bare inb, "inb %dx, %al"
        bare inw, "inw %dx, %ax"
        bare inl, "inl %dx, %eax"
        bare outb, "outb %al, %dx"
        bare outw, "outw %ax, %dx"
        bare outl, "outl %eax, %dx"
        bare pte_store, "movq %rsi, (%rdi)"
        bare pte_store_l1, "movq %rsi, (%rdi)"
        bare pte_store_l2, "movq %rsi, (%rdi)"
        bare pte_store_l3, "movq %rsi, (%rdi)"
        bare pte_store_l4, "movq %rsi, (%rdi)"
        bare pte_load, "movq (%rdi), %rax"

        .section .note.GNU-stack, "", @progbits
