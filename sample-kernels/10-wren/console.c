// SPDX-License-Identifier: MIT
/* A 16550 at COM1. Every line is whole: printing holds interrupts back. */
#include "console.h"
#include "cpu.h"

#include <stdarg.h>

#define COM1 0x3f8
#define DATA COM1
#define INTERRUPTS (COM1 + 1)
#define FIFO (COM1 + 2)
#define LINE (COM1 + 3)
#define MODEM (COM1 + 4)
#define STATUS (COM1 + 5)

void console_init(void)
{
    outb(INTERRUPTS, 0);
    outb(LINE, 0x80); /* the next two are the divisor: 115200 baud */
    outb(DATA, 1);
    outb(INTERRUPTS, 0);
    outb(LINE, 3); /* 8 bits, no parity, one stop bit */
    outb(FIFO, 0x07);
    outb(MODEM, 0x03);
}

void console_putc(char c)
{
    if (c == '\n')
        console_putc('\r');
    while (!(inb(STATUS) & 0x20))
        ;
    outb(DATA, c);
}

int console_getc(void)
{
    return inb(STATUS) & 1 ? inb(DATA) : -1;
}

static void put_number(uint64_t value, unsigned base, bool negative)
{
    char digits[21];
    int n = 0;

    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    if (negative)
        digits[n++] = '-';
    while (n)
        console_putc(digits[--n]);
}

static void put_formatted(const char *format, va_list args)
{
    for (const char *p = format; *p; p++) {
        bool is_long = false;
        int64_t value;
        const char *text;

        if (*p != '%') {
            console_putc(*p);
            continue;
        }
        if (*++p == 'l') {
            is_long = true;
            p++;
        }
        switch (*p) {
        case 'd':
            value = is_long ? va_arg(args, long) : va_arg(args, int);
            put_number(value < 0 ? -value : value, 10, value < 0);
            break;
        case 'u':
        case 'x':
            put_number(is_long ? va_arg(args, unsigned long)
                               : va_arg(args, unsigned),
                       *p == 'x' ? 16 : 10, false);
            break;
        case 'p':
            put_number((uint64_t)va_arg(args, void *), 16, false);
            break;
        case 's':
            for (text = va_arg(args, const char *); *text; text++)
                console_putc(*text);
            break;
        case 'c':
            console_putc(va_arg(args, int));
            break;
        default:
            console_putc(*p);
        }
    }
}

void kprintf(const char *format, ...)
{
    va_list args;
    uint64_t flags;

    IRQ_SAVE(flags);
    va_start(args, format);
    put_formatted(format, args);
    va_end(args);
    IRQ_RESTORE(flags);
}

void panic(const char *format, ...)
{
    va_list args;

    irq_disable();
    kprintf("wren: panic: ");
    va_start(args, format);
    put_formatted(format, args);
    va_end(args);
    kprintf("\n");
    for (;;)
        asm volatile("hlt");
}
