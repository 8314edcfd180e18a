/* SPDX-License-Identifier: MIT */
/*
 * Where another CPU begins, in 16-bit mode at the start of a page below 1 MB:
 * straight to long mode on tables that have this page at its own address, then
 * to the kernel's tables and stack. The page's address is not known here, so
 * everything is found relative to the code segment, which is the page's.
 * The words at the start are struct trampoline of apic.h.
 */
#define PG_PE 0x80000001
#define EFER 0xc0000080
#define EFER_LME 0x100
#define CR4_PAE 0x20

        .section .rodata
        .code16
        .globl pv_trampoline, pv_trampoline_end
        .hidden pv_trampoline, pv_trampoline_end
        .balign 16
pv_trampoline:
base = pv_trampoline
        jmp start
        .balign 8
temporary_top:
        .quad 0
top:    .quad 0
cr0:    .quad 0
cr4:    .quad 0
efer:   .quad 0
stack:  .quad 0
main:   .quad 0
gdt:    .skip 10
idt:    .skip 10
        .balign 8
own_gdt:
        .quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
own_gdt_operand:
        .word 23
own_gdt_base:
        .long 0
far_target:
        .long 0
        .word 8

start:
        cli
        movw %cs, %ax
        movw %ax, %ds
        xorl %ebx, %ebx
        movw %ax, %bx
        shll $4, %ebx                   /* the page's address */
        leal (own_gdt - base)(%ebx), %eax
        movl %eax, own_gdt_base - base
        leal (long_mode - base)(%ebx), %eax
        movl %eax, far_target - base
        movl $CR4_PAE, %eax
        movl %eax, %cr4
        movl temporary_top - base, %eax
        movl %eax, %cr3
        movl $EFER, %ecx
        movl efer - base, %eax
        orl $EFER_LME, %eax
        xorl %edx, %edx
        wrmsr
        lgdtl own_gdt_operand - base
        movl %cr0, %eax
        orl $PG_PE, %eax
        movl %eax, %cr0
        ljmpl *(far_target - base)

        .code64
long_mode:
        movl $16, %eax
        movl %eax, %ss
        movl %eax, %ds
        movl %eax, %es
        xorl %eax, %eax
        movl %eax, %fs
        movl %eax, %gs
        movq cr4(%rip), %rax
        movq %rax, %cr4
        movq cr0(%rip), %rax
        movq %rax, %cr0
        lgdt gdt(%rip)
        lidt idt(%rip)
        movq stack(%rip), %rsp
        movq top(%rip), %rdi
        xorl %ebp, %ebp
        jmp *main(%rip)
pv_trampoline_end:

/* In the kernel's own part of the address space, which both tables have. */
        .text
        .globl pv_native_cpu_entry
        .hidden pv_native_cpu_entry
        .type pv_native_cpu_entry, @function
pv_native_cpu_entry:
        movq %rdi, %cr3
        andq $-16, %rsp
        call pv_native_cpu_main
        ud2                             /* it does not come back */

        .section .note.GNU-stack, "", @progbits
