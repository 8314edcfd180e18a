/* SPDX-License-Identifier: MIT */
/*
 * What call sites of the PV_HOT operations call as a guest. They keep every
 * register but the result and the flags, like the instructions that they
 * stand for. The interrupt flag is so frequent that it is done here: the mask
 * and the pending byte of the first virtual CPU's part of the shared page.
 */
#include "save.h"

#define PENDING pv_shared_page(%rip)
#define MASK pv_shared_page + 1(%rip)

        .macro site name
        .globl pv_xenpv_site_\name
        .hidden pv_xenpv_site_\name
        .type pv_xenpv_site_\name, @function
        .balign 16
pv_xenpv_site_\name:
        .endm

        /* Arguments in rdi and rsi, as C has them. */
        .macro plain name
        site \name
        save_for_c
        call pv_xenpv_\name
        restore_from_c
        ret
        .endm

        .macro with_result name
        site \name
        save_for_c
        call pv_xenpv_\name
        movq %rax, SAVED_RAX(%rbp)
        restore_from_c
        ret
        .endm

        /* The port in rdx, the value in rax. */
        .macro port_input name
        site \name
        save_for_c
        movl %edx, %edi
        call pv_xenpv_\name
        movq %rax, SAVED_RAX(%rbp)
        restore_from_c
        ret
        .endm

        .macro port_output name
        site \name
        save_for_c
        movl %edx, %edi
        movl %eax, %esi
        call pv_xenpv_\name
        restore_from_c
        ret
        .endm

        .hidden pv_shared_page

        .text
        site irq_disable
        movb $1, MASK
        ret

        site irq_save
        xorl %eax, %eax
        cmpb $1, MASK                   /* carry if it is 0 */
        sbbl %eax, %eax
        andl $0x200, %eax
        orl $2, %eax
        movb $1, MASK
        ret

        site read_flags
        xorl %eax, %eax
        cmpb $1, MASK
        sbbl %eax, %eax
        andl $0x200, %eax
        orl $2, %eax
        ret

        site irq_restore
        testl $0x200, %edi
        jnz pv_xenpv_site_irq_enable
        movb $1, MASK
        ret

        /* What became pending meanwhile is delivered by a call. */
        site irq_enable
        movb $0, MASK
        cmpb $0, PENDING
        jne 1f
        ret
1:      save_for_c
        call pv_xen_force_upcall
        restore_from_c
        ret

        plain halt
        plain safe_halt
        with_result read_cr2
        with_result read_cr3
        plain write_cr3
        plain clts
        plain wbinvd
        plain swapgs
        plain invlpg
        port_input inb
        port_input inw
        port_input inl
        port_output outb
        port_output outw
        port_output outl
        plain pte_store
        plain pte_store_l1
        plain pte_store_l2
        plain pte_store_l3
        plain pte_store_l4
        with_result pte_load

        .section .note.GNU-stack, "", @progbits
