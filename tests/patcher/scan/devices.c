// SPDX-License-Identifier: MIT
// Devices by the constants in calls, and by their addresses. Those that the
// library has a model of are accepted.
typedef unsigned char u8;
void outb(unsigned short port, u8 value);
u8 inb(unsigned short port);
void outportb(unsigned short port, u8 value);
void outl(unsigned value, unsigned short port);

#define KBD 0x60
#define IDE_BASE 0x1f0
#define VGA ((u8 *)0xb8000)                              /* want: mmio_vga */

void poke(unsigned short port)
{
    outb(0x70, 0);                                       /* want: device_rtc */
    inb(KBD + 4);                                        /* want: device_i8042(ok) */
    inb(IDE_BASE + 7);                                   /* want: device_ide */
    outl(0x80000000, 0xcf8);                             /* want: device_pci(ok) */
    outportb(0x21, 0xff);                                /* want: device_pic(ok) */
    inb(port);
    inb(0x5000);
    *(volatile unsigned *)0xfee000b0 = 0;
    *(volatile unsigned *)0xfee00000 = 0;                /* want: mmio_lapic */
    *VGA = 'x';
}
