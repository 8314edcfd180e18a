/* SPDX-License-Identifier: MIT */
/* The same as cover.c for the operations of assembly text. */

#define PV_HOT(group, name, ...) counted name;
#define PV_HOT_R(group, name, ...) counted name;
#define PV_ASM(name, macro, how, replaces, doc) counted name;
#define PV_OP(group, name, returns, params, args, replaces, doc)

        .macro counted name
        .text
        .globl counted_\name, real_\name, count_\name
counted_\name:
        incl count_\name(%rip)
        jmp *real_\name(%rip)
        .bss
        .balign 8
real_\name:
        .skip 8
count_\name:
        .skip 8
        .endm

#include "../../../pvops/ops.def"

/* The drivers' functions, as the linker names the two ends of a --wrap. */
#define DRIVER(name) wrapped name;
        .macro wrapped name
        .text
        .globl __wrap_\name, count_\name
__wrap_\name:
        incl count_\name(%rip)
        jmp __real_\name
        .bss
        .balign 8
count_\name:
        .skip 8
        .endm

#include <drivers.def>

        .section .note.GNU-stack, "", @progbits
