/* SPDX-License-Identifier: MIT */
/*
 * Where things are. C and assembly both include this.
 *
 *   0xffffffffc0000000  top of the kernel's map
 *   KERNBASE + x        physical address x, for all memory below 1 GB:
 *                       the kernel's image and its direct map are one
 *   KERNBASE            0xffffffff80000000
 *   ...
 *   0x0000000000800000  USER_STACK_TOP, the stack grows down from here
 *   0x0000000000600000  USER_HEAP, grows up by the sbrk system call
 *   0x0000000000400000  USER_TEXT
 *   0                   never mapped
 */
#ifndef WREN_LAYOUT_H
#define WREN_LAYOUT_H

#define KERNBASE 0xffffffff80000000
#define MAX_PHYS 0x40000000 /* 1 GB is what KERNBASE leaves room for */

#define PAGE_SIZE 4096

#define USER_TEXT 0x400000
#define USER_HEAP 0x600000
#define USER_STACK_TOP 0x800000

/* Selectors. User code and data have ring 3 in their low bits. */
#define SEL_KCODE 0x08
#define SEL_KDATA 0x10
#define SEL_UDATA 0x1b
#define SEL_UCODE 0x23
#define SEL_TSS 0x28

#define VEC_PAGE_FAULT 14
#define VEC_IRQ0 0x20 /* where pic.c puts the first interrupt line */
#define VEC_SYSCALL 0x80

#endif
