// SPDX-License-Identifier: MIT
/*
 * The text screen of a PC, as far as a kernel that writes to it needs: the
 * registers of its controller keep what is written, so that the cursor is
 * where the kernel put it. The screen's memory is a page of the guest's own
 * low memory, which nobody is given.
 */
#include "../xenpv/xenpv.h"
#include "devices.h"

static uint8_t selected, registers[32];

unsigned pv_vga_read(unsigned port)
{
    return port & 1 ? registers[selected] : selected;
}

void pv_vga_write(unsigned port, unsigned value)
{
    if (port & 1)
        registers[selected] = (uint8_t)value;
    else
        selected = value & (sizeof(registers) - 1);
}
