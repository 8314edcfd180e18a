/* SPDX-License-Identifier: MIT */
/*
 * For one assembly file of a port: GRUB starts the kernel by multiboot 2, and
 * the kernel sees a PVH loader.
 *
 *   PVOPS_MULTIBOOT2 pvh_entry, virt_base
 *
 * pvh_entry is the kernel's own 32-bit entry of its PVH note, which gets the
 * address of a PVH start information in EBX. The header must be in the first
 * 32 kB of the file. The rule: all that the loader says is copied into the
 * image first, for it lies in memory that its own map calls free.
 */
#ifndef PVOPS_MULTIBOOT2_H
#define PVOPS_MULTIBOOT2_H

#define PVOPS_MB2_ROOM 16384 /* for what the loader says */
#define PVOPS_MB2_MODULES 8

        /* The next tag: 8-byte aligned sizes, edi the place. */
        .macro PVOPS_NEXT_TAG
        movl 4(%edi), %eax
        addl $7, %eax
        andl $-8, %eax
        addl %eax, %edi
        .endm

        .macro PVOPS_MULTIBOOT2 pvh_entry, virt_base
        .pushsection .text
        .balign 8
pv_mb2_header:
        .long 0xe85250d6, 0, pv_mb2_header_end - pv_mb2_header
        .long -(0xe85250d6 + pv_mb2_header_end - pv_mb2_header)
        .word 3, 0                      /* where to enter */
        .long 12, pv_mb2_entry - (\virt_base), 0
        .word 0, 0
        .long 8
pv_mb2_header_end:

        .code32
pv_mb2_entry:
        cld
        movl $pv_mb2_copy - (\virt_base), %edi
        movl %ebx, %esi
        movl (%ebx), %ecx               /* the size of it all */
        cmpl $PVOPS_MB2_ROOM, %ecx
        jbe 1f
        movl $PVOPS_MB2_ROOM, %ecx
1:      rep movsb

        movl $pv_mb2_info - (\virt_base), %ebx
        movl $0x336ec578, (%ebx)        /* magic */
        movl $1, 4(%ebx)                /* version */
        movl $pv_mb2_modules - (\virt_base), 16(%ebx)
        movl $pv_mb2_modules - (\virt_base), %edx
        movl $pv_mb2_copy - (\virt_base) + 8, %edi
2:      movl (%edi), %eax
        testl %eax, %eax
        jz 9f
        cmpl $1, %eax                   /* command line */
        jne 3f
        leal 8(%edi), %eax
        movl %eax, 24(%ebx)
3:      cmpl $3, (%edi)                 /* module: start, end, string */
        jne 4f
        cmpl $PVOPS_MB2_MODULES, 12(%ebx)
        jae 4f
        incl 12(%ebx)
        movl 8(%edi), %eax
        movl %eax, (%edx)
        movl 12(%edi), %eax
        subl 8(%edi), %eax
        movl %eax, 8(%edx)
        leal 16(%edi), %eax
        movl %eax, 16(%edx)
        addl $32, %edx
4:      cmpl $6, (%edi)                 /* memory map, in the same form */
        jne 5f
        cmpl $24, 8(%edi)
        jne 5f
        leal 16(%edi), %eax
        movl %eax, 40(%ebx)
        movl 4(%edi), %eax
        subl $16, %eax
        movl %edx, %esi                 /* there is no stack yet */
        xorl %edx, %edx
        movl $24, %ecx
        divl %ecx
        movl %esi, %edx
        movl %eax, 48(%ebx)
5:      cmpl $14, (%edi)                /* ACPI's root, old and new */
        je 6f
        cmpl $15, (%edi)
        jne 7f
6:      leal 8(%edi), %eax
        movl %eax, 32(%ebx)
7:      PVOPS_NEXT_TAG
        jmp 2b
9:      jmp \pvh_entry
        .code64
        .popsection

        .pushsection .bss
        .balign 16
pv_mb2_info:
        .skip 64
pv_mb2_modules:
        .skip 32 * PVOPS_MB2_MODULES
pv_mb2_copy:
        .skip PVOPS_MB2_ROOM
        .popsection
        .endm

#endif
