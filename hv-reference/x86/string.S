/* SPDX-License-Identifier: MIT */
/*
 * memcpy, memmove and memset (core/lib.h): clearing and copying of pages is
 * most of their work, and what a guest waits for while it is built.
 */
    .text
    .globl memcpy, memmove, memset
memmove:
    mov %rdi, %rax
    sub %rsi, %rax
    cmp %rdx, %rax /* does TO begin inside [FROM, FROM + n)? */
    jb 1f
memcpy:
    mov %rdi, %rax
    mov %rdx, %rcx
    shr $3, %rcx
    rep movsq
    mov %edx, %ecx
    and $7, %ecx
    rep movsb
    ret
1:  mov %rdi, %rax
    lea -1(%rdi,%rdx), %rdi
    lea -1(%rsi,%rdx), %rsi
    mov %rdx, %rcx
    std
    rep movsb
    cld
    ret

memset:
    mov %rdi, %r8
    movzbl %sil, %esi
    movabs $0x0101010101010101, %rax
    imul %rsi, %rax
    mov %rdx, %rcx
    shr $3, %rcx
    rep stosq
    mov %edx, %ecx
    and $7, %ecx
    rep stosb
    mov %r8, %rax
    ret

    .section .note.GNU-stack, "", @progbits
