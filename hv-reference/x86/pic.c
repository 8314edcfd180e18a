// SPDX-License-Identifier: MIT
/*
 * The 8259 pair: moved out of the exceptions' vectors, all lines masked but
 * those that a driver asks for.
 */
#include "x86/apic.h"
#include "x86/asm.h"

#define MASTER 0x20
#define SLAVE  0xa0

#define ICW1_INIT   0x11
#define ICW4_8086   0x01
#define EOI         0x20
#define READ_ISR    0x0b
#define CASCADE_IRQ 2

static void remap(uint16_t port, uint8_t vector, uint8_t wiring)
{
    outb(port, ICW1_INIT);
    outb(port + 1, vector);
    outb(port + 1, wiring);
    outb(port + 1, ICW4_8086);
    outb(port + 1, 0xff);
}

void pic_init(void)
{
    remap(MASTER, VECTOR_PIC, 1 << CASCADE_IRQ);
    remap(SLAVE, VECTOR_PIC + 8, CASCADE_IRQ);
}

void pic_unmask(unsigned int irq)
{
    uint16_t port = irq < 8 ? MASTER : SLAVE;

    outb(port + 1, inb(port + 1) & ~(1u << (irq & 7)));
    if (irq >= 8)
        pic_unmask(CASCADE_IRQ);
}

/* A line that falls before it is acknowledged shows up as the chip's last. */
static bool in_service(uint16_t port, unsigned int line)
{
    outb(port, READ_ISR);
    return inb(port) & 1u << line;
}

bool pic_eoi(unsigned int irq)
{
    uint16_t port = irq < 8 ? MASTER : SLAVE;
    bool real = (irq & 7) != 7 || in_service(port, 7);

    if (real)
        outb(port, EOI);
    if (irq >= 8)
        outb(MASTER, EOI);
    return real;
}
