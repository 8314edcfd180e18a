// SPDX-License-Identifier: MIT
/*
 * COM1, a 16550: 115200 baud, 8 data bits, no parity, one stop bit. Output
 * waits for room (a whole FIFO at a time); input interrupts, and is read by
 * whoever serves the interrupt.
 */
#include "drivers/drivers.h"

#include "core/lock.h"
#include "x86/apic.h"
#include "x86/asm.h"

#define COM1        0x3f8
#define FIFO_BYTES  16
#define DIVISOR     1 /* 115200 */

#define DATA          (COM1 + 0)
#define INTERRUPTS    (COM1 + 1)
#define FIFO_CONTROL  (COM1 + 2)
#define LINE_CONTROL  (COM1 + 3)
#define MODEM_CONTROL (COM1 + 4)
#define LINE_STATUS   (COM1 + 5)
#define SCRATCH       (COM1 + 7)

#define INTERRUPT_RECEIVED 0x01
#define FIFO_CLEAR_ENABLE  0x07
#define LINE_8N1           0x03
#define LINE_DIVISOR       0x80
#define MODEM_DTR_RTS_OUT2 0x0b /* OUT2 connects the interrupt */
#define STATUS_RECEIVED    0x01
#define STATUS_EMPTY       0x20

static bool present;
static bool in_line; /* the last byte did not end a line */
static spinlock_t lock = SPINLOCK(LOCK_SERIAL);
static bool lock_is_broken;

void serial_init(void)
{
    outb(SCRATCH, 0x5a);
    present = inb(SCRATCH) == 0x5a;
    if (!present)
        return;
    outb(INTERRUPTS, 0);
    outb(LINE_CONTROL, LINE_8N1 | LINE_DIVISOR);
    outb(DATA, DIVISOR & 0xff);
    outb(INTERRUPTS, DIVISOR >> 8);
    outb(LINE_CONTROL, LINE_8N1);
    outb(FIFO_CONTROL, FIFO_CLEAR_ENABLE);
    outb(MODEM_CONTROL, MODEM_DTR_RTS_OUT2);
}

void serial_enable_input(void)
{
    if (!present)
        return;
    outb(INTERRUPTS, INTERRUPT_RECEIVED);
    pic_unmask(SERIAL_IRQ);
}

void serial_lock(void)
{
    if (!lock_is_broken)
        spin_lock(&lock);
}

void serial_unlock(void)
{
    if (!lock_is_broken)
        spin_unlock(&lock);
}

void serial_break_lock(void)
{
    lock_is_broken = true;
}

bool serial_in_line(void)
{
    return in_line;
}

void serial_write(const char *bytes, size_t n)
{
    if (n)
        in_line = bytes[n - 1] != '\n';
    while (present && n) {
        while (!(inb(LINE_STATUS) & STATUS_EMPTY))
            __builtin_ia32_pause();
        for (unsigned int room = FIFO_BYTES; room && n; room--, n--)
            outb(DATA, (uint8_t)*bytes++);
    }
}

int serial_read(void)
{
    if (!present || !(inb(LINE_STATUS) & STATUS_RECEIVED))
        return -1;
    return inb(DATA);
}
