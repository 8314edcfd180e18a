/* SPDX-License-Identifier: MIT */
/*
 * What call sites of the PV_HOT operations call as a guest. They keep every
 * register but the result and the flags, like the instructions that they
 * stand for. The interrupt flag is so frequent that it is done here: pending
 * and mask are the first two bytes of a virtual CPU's part of the shared page.
 */
#include "percpu.h"
#include "save.h"

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

        /* The value and then the address were pushed. */
        .macro store name
        site \name
        save_for_c
        movq AFTER_SAVED + 8(%rbp), %rdi
        movq AFTER_SAVED + 16(%rbp), %rsi
        call pv_xenpv_\name
        restore_from_c
        ret $16
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

        /* To rcx, by way of rax: this CPU's part of the shared page. Who has
         * read the number can be interrupted and go on on another CPU, so all
         * of it and what uses it is between `begin` and `end`: an upcall that
         * comes between begins it again. */
        .macro this_vcpu_to_rcx
        cpu_number_to_eax
        shll $6, %eax
        leaq pv_shared_page(%rip), %rcx
        addq %rax, %rcx
        .endm

        .macro begin name
pv_begin_\name:
        this_vcpu_to_rcx
        .endm

        .macro end name
pv_end_\name:
        .pushsection .data.rel.ro, "aw"
        .quad pv_begin_\name, pv_end_\name
        .popsection
        .endm

        .macro flags_to_rax
        xorl %eax, %eax
        cmpb $1, 1(%rcx)                /* carry if the mask is 0 */
        sbbl %eax, %eax
        andl $0x200, %eax
        orl $2, %eax
        .endm

        /* The C backend's functions of the same names are these. */
        .macro also_c name
        .globl pv_xenpv_\name
        .hidden pv_xenpv_\name
        .set pv_xenpv_\name, pv_xenpv_site_\name
        .endm

        .section .data.rel.ro, "aw"
        .balign 8
        .globl pv_xen_restart
        .hidden pv_xen_restart
pv_xen_restart:

        .text
        also_c irq_disable
        site irq_disable
        pushq %rax
        pushq %rcx
        begin disable
        movb $1, 1(%rcx)
        end disable
        popq %rcx
        popq %rax
        ret

        also_c irq_save
        site irq_save
        pushq %rcx
        begin save
        flags_to_rax
        movb $1, 1(%rcx)
        end save
        popq %rcx
        ret

        also_c read_flags
        site read_flags
        pushq %rcx
        begin read
        flags_to_rax
        end read
        popq %rcx
        ret

        .globl pv_xenpv_irq_restore
        .hidden pv_xenpv_irq_restore
        .type pv_xenpv_irq_restore, @function
pv_xenpv_irq_restore:
        movl %edi, %eax
        site irq_restore
        testl $0x200, %eax
        jz pv_xenpv_site_irq_disable
        jmp pv_xenpv_site_irq_enable

        /* What became pending meanwhile is delivered by a call. */
        also_c irq_enable
        site irq_enable
        pushq %rax
        pushq %rcx
        begin enable
        movb $0, 1(%rcx)
        end enable
        cmpb $0, (%rcx)
        popq %rcx
        popq %rax
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
        store pte_store
        store pte_store_l1
        store pte_store_l2
        store pte_store_l3
        store pte_store_l4

        /* The address was pushed, and the value takes its place. What they
         * call keeps all other registers. */
        site pte_load
        pushq %rax
        pushq %rdi
        movq 24(%rsp), %rdi
        call pv_xenpv_pte_load_quick
        movq %rax, 24(%rsp)
        popq %rdi
        popq %rax
        ret

        /* The bits and the address were pushed; the flags are the answer. */
        site pte_test
        pushq %rax
        pushq %rdi
        movq 24(%rsp), %rdi
        call pv_xenpv_pte_load_quick
        testq %rax, 32(%rsp)
        popq %rdi
        popq %rax
        ret $16

        .section .note.GNU-stack, "", @progbits
