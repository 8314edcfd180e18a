/* SPDX-License-Identifier: MIT */
/*
 * int load_ds(uint16_t selector), and es, fs, gs: 0; or, if the selector is
 * one that cannot be loaded, 1 with the null selector in the register.
 */
#include "x86/patch.h"

    .text
.macro LOADER segment
    .globl load_\segment
load_\segment:
    xor %eax, %eax
1:  mov %edi, %\segment
    ret
2:  xor %edi, %edi
    mov %edi, %\segment
    inc %eax
    ret
    ON_FAULT 1b, 2b
.endm

LOADER ds
LOADER es
LOADER fs
LOADER gs

    .section .note.GNU-stack, "", @progbits
