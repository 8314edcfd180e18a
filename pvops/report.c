// SPDX-License-Identifier: MIT
/*
 * What the library has to say, through the kernel's print hook. A line is
 * made whole before it is printed, so that lines of two CPUs do not mix.
 */
#include "internal.h"

#include <stdarg.h>

struct line {
    char text[240];
    unsigned length;
};

static void put(struct line *line, char c)
{
    if (line->length < sizeof(line->text))
        line->text[line->length++] = c;
}

static void put_number(struct line *line, unsigned long value, unsigned base)
{
    char digits[20];
    int n = 0;

    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (n)
        put(line, digits[--n]);
}

static void put_formatted(struct line *line, const char *format, va_list args)
{
    for (const char *p = format; *p; p++) {
        const char *text;
        long value;

        if (*p != '%') {
            put(line, *p);
            continue;
        }
        switch (*++p) {
        case 's':
            for (text = va_arg(args, const char *); *text; text++)
                put(line, *text);
            break;
        case 'd':
            value = va_arg(args, long);
            if (value < 0)
                put(line, '-');
            put_number(line, value < 0 ? -(unsigned long)value
                                       : (unsigned long)value, 10);
            break;
        case 'x':
            put(line, '0');
            put(line, 'x');
            put_number(line, va_arg(args, unsigned long), 16);
            break;
        }
    }
}

void pv_report(const char *format, ...)
{
    struct line line = { .length = 0 };
    va_list args;

    for (const char *p = "pvops: "; *p; p++)
        put(&line, *p);
    va_start(args, format);
    put_formatted(&line, format, args);
    va_end(args);
    put(&line, '\n');
    if (pv_kernel.print)
        pv_kernel.print(line.text, line.length);
    else
        pv_console_write(line.text, line.length);
}

void pv_fatal(const char *why)
{
    pv_report("cannot go on: %s", why);
    if (pv_kernel.panic)
        pv_kernel.panic(why);
    pv_shutdown(PV_CRASH);
    for (;;)
        pv_irq_disable();
}
