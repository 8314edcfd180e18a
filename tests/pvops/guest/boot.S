/* SPDX-License-Identifier: MIT */
/* Two ways in: a PVH loader's, to long mode with 2 MB pages, and Xen's. */
#include <pvops-xen.h>

#define KERNBASE 0xffffffff80000000
#define PHYS(symbol) ((symbol) - KERNBASE)

        PVOPS_XEN_NOTES "pvops-test", KERNBASE
        PVOPS_XEN_ENTRY boot_stack_top, start_xen

        .section .note.pvh, "a", @note
        .balign 4
        .long 4, 4, 18
        .asciz "Xen"
        .long PHYS(pvh_start)

        .text
        .code32
        .globl pvh_start
pvh_start:
        cld
        movl $PHYS(boot_stack_top), %esp
        movl %cr4, %eax
        orl $0x2a0, %eax                /* PAE, global pages, SSE */
        movl %eax, %cr4
        movl $PHYS(pml4), %eax
        movl %eax, %cr3
        movl $0xc0000080, %ecx
        rdmsr
        orl $0x901, %eax                /* syscall, long mode, no-execute */
        wrmsr
        movl %cr0, %eax
        orl $0x80010000, %eax
        movl %eax, %cr0
        lgdt PHYS(boot_gdt_operand)
        ljmp $8, $PHYS(1f)
        .code64
1:      movabsq $2f, %rax
        jmp *%rax
2:      movl $16, %eax
        movl %eax, %ss
        movl %eax, %ds
        movl %eax, %es
        movq $boot_stack_top, %rsp
        movl %ebx, %edi
        call start_pvh

        .section .rodata
        .balign 8
boot_gdt:
        .quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
boot_gdt_operand:
        .word 23
        .long PHYS(boot_gdt)

        .data
        .balign 4096
pml4:   .quad PHYS(pdpt) + 3
        .fill 510, 8, 0
        .quad PHYS(pdpt) + 3
pdpt:   .quad PHYS(pd) + 3
        .fill 509, 8, 0
        .quad PHYS(pd) + 3, 0
pd:     .set page, 0
        .rept 512
        .quad page + 0x83
        .set page, page + 0x200000
        .endr

        .bss
        .balign 16
        .skip 16384
boot_stack_top:

        .section .note.GNU-stack, "", @progbits
