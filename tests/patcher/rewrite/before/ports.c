// SPDX-License-Identifier: MIT
#include "types.h"

static inline u8 in8(u16 port)
{
    u8 value;
    asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

u16 in16(u16 port) { u16 v; asm volatile("in %%dx, %%ax" : "=a"(v) : "d"(port)); return v; }

u32 in32(u16 port)
{
    u32 value;
    asm volatile("in %w[port], %[value]" : [value] "=a"(value) : [port] "d"(port));
    return value;
}

void out(u16 port, u8 byte, u16 word, u32 both, u8 *at)
{
    asm volatile("out %0, %1" :: "a"(byte), "d"(port));
    asm volatile("out %0, %1" :: "a"(word), "d"(port));
    asm volatile("out %0, %1" :: "a"(both), "d"(port));
    asm volatile("outb %b0, %w1" :: "a"(both), "d"(port));
    asm volatile("outw %%ax, (%%dx)" : : "a"(word), "d"((u16)(port + 1)));
    asm volatile("outb %%al, $0x80" : : "a"(0));
    if (both)
        asm volatile("outl %0, %1" :: "a"(both & 0xff), "Nd"(0xcf8));
    else
        asm volatile("inb %1, %0" : "=a"(at[3]) : "d"(port));
}

void strings(u16 port, void *to, u8 *from, int count, u64 many)
{
    asm volatile("cld; rep insl" : "=D"(to), "=c"(count)
                 : "d"(port), "0"(to), "1"(count) : "memory", "cc");
    asm volatile("rep outsb" : "+S"(from), "+c"(many) : "d"(port), "m"(*from));
}
