/* SPDX-License-Identifier: MIT */
/*
 * Where further vCPUs start, and where events of each vCPU arrive: as in
 * start.S, with a number for take_events().
 */
#include <pvsdk/iret.h>

    .text
    /* rdi: the vCPU's number */
    .globl  mate_entry
mate_entry:
    cld
    call    mate_main
    ud2

    .macro  EVENTS number
    .globl  callback_events_\number
callback_events_\number:
    pop     %rcx
    pop     %r11
    push    %rdi
    mov     $\number, %edi
    jmp     events
    .endm
    EVENTS  0
    EVENTS  1
    EVENTS  2
    EVENTS  3

events:
    push    %rax
    push    %rcx
    push    %rdx
    push    %rsi
    push    %r8
    push    %r9
    push    %r10
    push    %r11
    cld
    call    take_events
    pop     %r11
    pop     %r10
    pop     %r9
    pop     %r8
    pop     %rsi
    pop     %rdx
    pop     %rcx
    pop     %rax
    pop     %rdi
    XEN_IRET_PAGE hypercall_page

    .section .note.GNU-stack, "", @progbits
