/* SPDX-License-Identifier: MIT */
/* A kernel that says that it runs, and nothing else: what it tells boot
 * loaders is chosen by the preprocessor, one demand at a time. `start` is
 * entered in 32-bit mode, `pv_start` by Xen's PV builder. */
#ifndef NOTE_ALIGN
#define NOTE_ALIGN 4
#endif
#ifndef MB_HEADER
#define MB_HEADER header
#endif
        .section .head, "ax"
        .code32
#ifdef MULTIBOOT /* its flags */
        .align 8
#ifdef MB_SKIP
        .skip MB_SKIP
#endif
header: .long 0x1badb002, MULTIBOOT, -(0x1badb002 + MULTIBOOT)
#if MULTIBOOT & 0x10000
        .long MB_HEADER, base, 0, 0, start
#endif
#endif
#ifdef MULTIBOOT2 /* its tags, in 32-bit words */
        .align 8
mb2:    .long 0xe85250d6, 0, mb2_end - mb2
        .long -(0xe85250d6 + (mb2_end - mb2))
        .long MULTIBOOT2
        .align 8
        .long 0, 8
mb2_end:
#endif
        .globl start
start:  movb $0x31, %al
        outb %al, $0xf4 /* QEMU's debug exit: it ends with 99 */
#ifdef PVH
        movl $29, %eax  /* on Xen: the hypercall to power off */
        movl $2, %ebx
        movl $reason, %ecx
        vmmcall
#endif
1:      hlt
        jmp 1b
#ifndef IS_32
        .code64
        .globl pv_start
pv_start:
        movl $29, %eax
        movl $2, %edi
        leaq reason(%rip), %rsi
        syscall
1:      jmp 1b
#endif
        .align 4
reason: .long 0

        .macro note type, kind:vararg
        .align NOTE_ALIGN
        .long 4, 2f - 1f, \type
        .asciz "Xen"
        .align NOTE_ALIGN
1:      \kind
2:      .align NOTE_ALIGN
        .endm
        .section .note.xen, "a", @note
#ifdef PVH
        note 18, .long PVH
#endif
#ifdef PV
#ifndef XEN_VERSION
#define XEN_VERSION "xen-3.0"
#endif
#ifndef LOADER
#define LOADER "generic"
#endif
#ifndef BASE
#define BASE 0
#endif
#ifndef ENTRY
#define ENTRY pv_start
#endif
        note 5, .asciz XEN_VERSION
        note 8, .asciz LOADER
        note 3, .quad BASE
        note 1, .quad ENTRY
#ifdef PAGE
        note 2, .quad PAGE
#endif
#ifdef FEATURES
        note 10, .asciz FEATURES
#endif
#endif
        .section .note.GNU-stack, "", @progbits
