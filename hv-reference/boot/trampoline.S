/* SPDX-License-Identifier: MIT */
/*
 * Where a further CPU starts: in real mode, at a page below 1 MB to which
 * x86/cpus.c has copied what lies between trampoline_start and trampoline_end.
 * By protected mode to long mode on the boot's page tables, which still have
 * the identity map that this needs, and on to C on the CPU's own stack.
 */
#include "core/layout.h"
#include "x86/cpus.h"

#define PHYS(symbol) ((symbol) - IMAGE_START + IMAGE_LOAD_ADDR)
#define AT(symbol)   ((symbol) - trampoline_start + TRAMPOLINE)

#define CR0_PE    0x00000001
#define CR0_SETUP 0x80050033 /* PG AM WP NE ET MP PE */
#define CR4_SETUP 0x00000620 /* OSXMMEXCPT OSFXSR PAE */
#define MSR_EFER  0xc0000080

#define SEL_CODE64 0x08
#define SEL_CODE32 0x10
#define SEL_DATA   0x18

    .section .boot.text, "ax"
    .balign 16
    .globl trampoline_start, trampoline_efer, trampoline_end
    .code16
trampoline_start:
    cli
    cld
    xor %ax, %ax
    mov %ax, %ds
    lgdtl AT(gdtr)
    mov %cr0, %eax
    or $CR0_PE, %eax
    mov %eax, %cr0
    ljmpl $SEL_CODE32, $AT(protected)

    .code32
protected:
    mov $SEL_DATA, %eax
    mov %eax, %ds
    mov $CR4_SETUP, %eax
    mov %eax, %cr4
    mov $PHYS(boot_l4), %eax
    mov %eax, %cr3
    mov $MSR_EFER, %ecx
    mov AT(trampoline_efer), %eax
    xor %edx, %edx
    wrmsr
    mov $CR0_SETUP, %eax
    mov %eax, %cr0
    ljmp $SEL_CODE64, $AT(long_mode)

    .code64
long_mode:
    movabs $high, %rax
    jmp *%rax

    .balign 8
gdt:
    .quad 0
    .quad 0x00209b0000000000 /* 64-bit code */
    .quad 0x00cf9b000000ffff /* 32-bit code */
    .quad 0x00cf93000000ffff /* data */
gdtr:
    .word . - gdt - 1
    .long AT(gdt)
    .balign 4
trampoline_efer: /* as the first CPU has it: tables with NX bits need NX */
    .long 0
trampoline_end:

high:
    xor %eax, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    mov %eax, %fs
    mov %eax, %gs
    mov next_cpu_stack(%rip), %rsp
    xor %ebp, %ebp
    call start_other_cpu
    ud2

    .section .note.GNU-stack, "", @progbits
