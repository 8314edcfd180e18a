/* SPDX-License-Identifier: MIT */
/*
 * From the loader to C. A PVH loader (QEMU's -kernel is one) finds the note
 * below and jumps to pvh_start in 32-bit mode without paging, EBX pointing to
 * its start information. Here: long mode, a first map with 2 MB pages (low
 * memory at 0 and at KERNBASE), and a jump to the high half.
 */
#include "layout.h"

#define PHYS(symbol) ((symbol) - KERNBASE)

        .section .note.pvh, "a", @note
        .align 4
        .long 2f - 1f, 4f - 3f, 18      /* XEN_ELFNOTE_PHYS32_ENTRY */
1:      .asciz "Xen"
2:      .align 4
3:      .long PHYS(pvh_start)
4:      .align 4

        .text
        .code32
        .globl pvh_start
pvh_start:
        cld
        movl $PHYS(boot_stack_top), %esp
        movl %ebx, %edi                 /* kmain's argument */

        movl %cr4, %eax
        orl $0x20, %eax                 /* PAE */
        movl %eax, %cr4
        movl $PHYS(boot_pml4), %eax
        movl %eax, %cr3

        movl $0xc0000080, %ecx          /* EFER */
        rdmsr
        orl $0x900, %eax                /* long mode, no-execute */
        wrmsr

        movl %cr0, %eax
        orl $0x80010000, %eax           /* paging; the kernel obeys read-only */
        movl %eax, %cr0

        lgdt PHYS(boot_gdt_pointer)
        ljmp $SEL_KCODE, $PHYS(long_mode)

        .code64
long_mode:
        movabsq $high_half, %rax
        jmp *%rax

high_half:
        movw $SEL_KDATA, %ax
        movw %ax, %ss
        movw %ax, %ds
        movw %ax, %es
        movq $boot_stack_top, %rsp
        xorl %ebp, %ebp
        movl %edi, %edi
        call kmain
1:      cli
        hlt
        jmp 1b

        .section .rodata
        .align 8
boot_gdt:
        .quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
boot_gdt_pointer:
        .word . - boot_gdt - 1
        .long PHYS(boot_gdt)

        .data
        .align PAGE_SIZE
boot_pml4:
        .quad PHYS(boot_pdpt) + 3
        .fill 510, 8, 0
        .quad PHYS(boot_pdpt) + 3
boot_pdpt:
        .quad PHYS(boot_pd) + 3
        .fill 509, 8, 0
        .quad PHYS(boot_pd) + 3         /* KERNBASE is entry 510 */
        .quad 0
boot_pd:
        .set page, 0
        .rept 512
        .quad page + 0x83               /* present, writable, 2 MB */
        .set page, page + 0x200000
        .endr

        .bss
        .align 16
        .fill 16384
        .globl boot_stack_top
boot_stack_top:

        .section .note.GNU-stack, "", @progbits
