/* SPDX-License-Identifier: MIT */
/*
 * For one assembly file of a port: the notes by which a Xen PV loader knows
 * the kernel, and the entry.
 *
 *   PVOPS_XEN_NOTES name, virt_base
 *   PVOPS_XEN_ENTRY stack_top, start     or
 *   PVOPS_XEN_BOOT stack_top, main
 *
 * The loader maps physical address 0 at virt_base. start is the glue's C
 * function: void start(void *start_info), which calls pv_start_xen() first.
 * main is the function that the native boot goes to, and pv_start_xen() was
 * called with the glue's struct pv_kernel pv_this_kernel; main's argument is
 * the physical address of a PVH loader's information, as if there had been one.
 * A note's name is "Xen" with its end, four bytes, and says so: with another
 * size no loader finds it.
 */
#ifndef PVOPS_XEN_H
#define PVOPS_XEN_H

        .macro PVOPS_NOTE_TEXT type, text
        .balign 4
        .long 4, 9f - 8f, \type
        .asciz "Xen"
8:      .asciz "\text"
9:      .balign 4
        .endm

        .macro PVOPS_NOTE_WORD type, value
        .balign 4
        .long 4, 8, \type
        .asciz "Xen"
        .quad \value
        .endm

        .macro PVOPS_XEN_NOTES name, virt_base
        .pushsection .note.Xen, "a", @note
        PVOPS_NOTE_TEXT 6, "\name"      /* GUEST_OS */
        PVOPS_NOTE_TEXT 5, "xen-3.0"    /* XEN_VERSION */
        PVOPS_NOTE_TEXT 8, "generic"    /* LOADER */
        PVOPS_NOTE_TEXT 9, "yes"        /* PAE_MODE */
        PVOPS_NOTE_TEXT 10, "!writable_page_tables|pae_pgdir_above_4gb"
        PVOPS_NOTE_WORD 3, \virt_base   /* VIRT_BASE */
        PVOPS_NOTE_WORD 4, 0            /* PADDR_OFFSET */
        PVOPS_NOTE_WORD 1, pv_xen_entry /* ENTRY */
        PVOPS_NOTE_WORD 14, 1           /* SUSPEND_CANCEL: pv_suspend() */
        PVOPS_NOTE_WORD 17, 1 << 11     /* SUPPORTED_FEATURES: dom0 */
        .popsection
        .endm

        .macro PVOPS_XEN_BEGIN stack_top
        .pushsection .text
        .globl pv_xen_entry
pv_xen_entry:
        cld
        movabsq $\stack_top, %rsp
        xorl %ebp, %ebp
        movq %rsi, %rdi
        .endm

        .macro PVOPS_XEN_BOOT stack_top, main
        PVOPS_XEN_BEGIN \stack_top
        .hidden pv_this_kernel, pv_start_xen, pv_pvh_start_info
        leaq pv_this_kernel(%rip), %rsi
        call pv_start_xen
        movq %rax, %rdi
        call pv_pvh_start_info
        movq %rax, %rdi
        call \main
        ud2                             /* main does not come back */
        .popsection
        .endm

        .macro PVOPS_XEN_ENTRY stack_top, start
        PVOPS_XEN_BEGIN \stack_top
        call \start
        ud2                             /* start does not come back */
        .popsection
        .endm

#endif
