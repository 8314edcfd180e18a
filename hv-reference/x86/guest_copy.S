/* SPDX-License-Identifier: MIT */
/*
 * size_t guest_copy(void *to, const void *from, size_t n): the bytes that were
 * not copied. The only code of the hypervisor that touches a guest's addresses
 * as such; a fault in it ends the copy.
 */
#include "x86/patch.h"

    .text
    .globl guest_copy
guest_copy:
    OPEN_GUEST_MEMORY
    mov %rdx, %rcx
    shr $3, %rcx
    and $7, %edx
1:  rep movsq
    mov %edx, %ecx
2:  rep movsb
    mov %rcx, %rax
    CLOSE_GUEST_MEMORY
    ret

/* So many words and a tail are left: try them byte by byte up to the fault. */
3:  lea (%rdx,%rcx,8), %rcx
    jmp 2b
4:  mov %rcx, %rax
    CLOSE_GUEST_MEMORY
    ret
    ON_FAULT 1b, 3b
    ON_FAULT 2b, 4b

    .section .note.GNU-stack, "", @progbits
