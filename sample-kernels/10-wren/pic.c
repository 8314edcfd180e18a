// SPDX-License-Identifier: MIT
/*
 * Lines 0 to 15 become vectors VEC_IRQ0 and up, away from the exceptions.
 * Every line starts masked: what has no handler does not interrupt.
 */
#include "pic.h"
#include "cpu.h"

#define MASTER 0x20
#define SLAVE 0xa0

static uint8_t master_mask = 0xff, slave_mask = 0xff;

void pic_init(void)
{
    outb(MASTER, 0x11); /* begin: three more words follow on port + 1 */
    outb(SLAVE, 0x11);
    outb(MASTER + 1, VEC_IRQ0);
    outb(SLAVE + 1, VEC_IRQ0 + 8);
    outb(MASTER + 1, 1 << 2); /* the slave is on line 2 */
    outb(SLAVE + 1, 2);
    outb(MASTER + 1, 1);
    outb(SLAVE + 1, 1);
    outb(MASTER + 1, master_mask);
    outb(SLAVE + 1, slave_mask);
}

void pic_unmask(int line)
{
    if (line < 8) {
        master_mask &= ~(1 << line);
        outb(MASTER + 1, master_mask);
    } else {
        slave_mask &= ~(1 << (line - 8));
        outb(SLAVE + 1, slave_mask);
        pic_unmask(2);
    }
}

void pic_end_of_interrupt(int line)
{
    if (line >= 8)
        outb(SLAVE, 0x20);
    outb(MASTER, 0x20);
}
