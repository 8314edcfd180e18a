/* SPDX-License-Identifier: MIT */
/*
 * The page by which every hypercall of the library goes, and the way in of an
 * event in a PVH guest. As a PV guest a stub is the `syscall` instruction;
 * the page is one of text, because Xen's stubs for a PVH guest, which are
 * written over these, must be executable wherever the kernel maps its image.
 */
#include "../xenpv/save.h"

#define STUB_SIZE 32

        .hidden pv_native_iret, pv_xenpvh_write_cr3, pv_xen_upcall

        .text
        .balign 4096
        .globl pv_hypercall_page
        .hidden pv_hypercall_page
        .type pv_hypercall_page, @object
pv_hypercall_page:
        .set number, 0
        .rept 4096 / STUB_SIZE
        .balign STUB_SIZE
        movl $number, %eax
        syscall
        ret
        .set number, number + 1
        .endr
        .balign 4096

        /* On the stack is what the CPU pushes and a handler expects. */
        .globl pv_xenpvh_upcall_entry
        .hidden pv_xenpvh_upcall_entry
        .type pv_xenpvh_upcall_entry, @function
pv_xenpvh_upcall_entry:
        deliver_upcall pv_native_iret

        .globl pv_xenpvh_site_write_cr3
        .hidden pv_xenpvh_site_write_cr3
        .type pv_xenpvh_site_write_cr3, @function
pv_xenpvh_site_write_cr3:
        save_for_c
        call pv_xenpvh_write_cr3
        restore_from_c
        ret

        .globl pv_xenpvh_asm_write_cr3
        .hidden pv_xenpvh_asm_write_cr3
        .type pv_xenpvh_asm_write_cr3, @function
pv_xenpvh_asm_write_cr3:
        save_for_c
        movq %rax, %rdi
        call pv_xenpvh_write_cr3
        restore_from_c
        ret

        .section .note.GNU-stack, "", @progbits
