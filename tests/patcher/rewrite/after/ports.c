// SPDX-License-Identifier: MIT
#include "types.h"
#include <pvops.h>

static inline u8 in8(u16 port)
{
    u8 value;
    value = pv_inb(port);
    return value;
}

u16 in16(u16 port) { u16 v; v = pv_inw(port); return v; }

u32 in32(u16 port)
{
    u32 value;
    value = pv_inl(port);
    return value;
}

void out(u16 port, u8 byte, u16 word, u32 both, u8 *at)
{
    pv_outb(port, byte);
    pv_outw(port, word);
    pv_outl(port, both);
    pv_outb(port, both);
    pv_outw((u16)(port + 1), word);
    pv_outb(0x80, 0);
    if (both)
        pv_outl(0xcf8, both & 0xff);
    else
        at[3] = pv_inb(port);
}

void strings(u16 port, void *to, u8 *from, int count, u64 many)
{
    {
        unsigned long pv_at = (unsigned long)(to);
        unsigned long pv_count = (unsigned)(count);
        pv_insl(port, (void *)pv_at, pv_count);
        to = (__typeof__(to))(pv_at + 4 * pv_count);
        count = 0;
    }
    {
        unsigned long pv_at = (unsigned long)(from);
        unsigned long pv_count = (many);
        pv_outsb(port, (void *)pv_at, pv_count);
        from = (__typeof__(from))(pv_at + 1 * pv_count);
        many = 0;
    }
}
