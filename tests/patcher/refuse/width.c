// SPDX-License-Identifier: MIT
// Must refuse: the width is not proven. "refuse:" gives the reason that must
// be said of the next line.
#include "types.h"
struct unknown;

void width(u16 port, u8 byte, u32 word, u64 wide, struct unknown *p)
{
    /* refuse: no port is as wide as its operand's type */
    asm volatile("out %0, %1" :: "a"(wide), "d"(port));
    /* refuse: its suffix and its operand's type disagree */
    asm volatile("outb %0, %1" :: "a"(word), "d"(port));
    /* refuse: its suffix and its register disagree */
    asm volatile("outb %%ax, %%dx" :: "a"(word), "d"(port));
    /* refuse: its suffix and its register disagree */
    asm volatile("outw %b0, %1" :: "a"(word), "d"(port));
    /* refuse: its width is the operand's type, which is not known */
    asm volatile("out %0, %1" :: "a"(not_declared), "d"(port));
    /* refuse: an operand's modifier is not understood */
    asm volatile("outb %h0, %1" :: "a"(word), "d"(port));
    /* refuse: its data is not proven to be in AL, AX or EAX */
    asm volatile("outb %0, %1" :: "r"(byte), "d"(port));
    /* refuse: no port is as wide */
    asm volatile("in %1, %0" : "=a"(wide) : "d"(port));
    /* refuse: one of its operands is implied */
    asm volatile("inb %%dx" : "=a"(byte) : "d"(port));
}
