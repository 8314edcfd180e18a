/* SPDX-License-Identifier: MIT */
/*
 * Macros for assembly: where a fault continues, and what SMAP needs.
 */
#ifndef HV_X86_PATCH_H
#define HV_X86_PATCH_H

/* A fault of the instruction at FROM continues at TO (traps.c). */
.macro ON_FAULT from, to
    .pushsection .exception_table, "a"
    .quad \from, \to
    .popsection
.endm

/*
 * Three-byte NOPs that become STAC and CLAC where SMAP is used (features.c).
 * Every entry closes: a guest may run with AC set.
 */
.macro SMAP_SITE opcode
9:  .byte 0x0f, 0x1f, 0x00
    .pushsection .smap_sites, "a"
    .quad 9b, \opcode
    .popsection
.endm
.macro OPEN_GUEST_MEMORY
    SMAP_SITE 0xcb010f /* STAC */
.endm
.macro CLOSE_GUEST_MEMORY
    SMAP_SITE 0xca010f /* CLAC */
.endm

#endif
