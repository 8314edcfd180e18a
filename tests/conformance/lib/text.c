// SPDX-License-Identifier: MIT
// As much of printf as tests need: %s %c %d %u %x %lx %lu %ld %p, widths with
// 0.
#include "text.h"

struct out {
    char *at, *end;
};

static void put(struct out *o, char c)
{
    if (o->at < o->end)
        *o->at++ = c;
}

static void put_number(struct out *o, unsigned long value, unsigned int base,
                       int width)
{
    char digits[24];
    int count = 0;

    do
        digits[count++] = "0123456789abcdef"[value % base];
    while (value /= base);
    for (int n = count; n < width; n++)
        put(o, '0');
    while (count)
        put(o, digits[--count]);
}

unsigned int format_text(char *buffer, unsigned int size, const char *format,
                         va_list args)
{
    struct out o = {buffer, buffer + size};

    for (; *format; format++) {
        int width = 0, is_long = 0;

        if (*format != '%') {
            put(&o, *format);
            continue;
        }
        for (format++; *format >= '0' && *format <= '9'; format++)
            width = 10 * width + *format - '0';
        for (; *format == 'l'; format++)
            is_long = 1;
        switch (*format) {
        case 's':
            for (const char *s = va_arg(args, const char *); *s; s++)
                put(&o, *s);
            break;
        case 'c':
            put(&o, va_arg(args, int));
            break;
        case 'd': {
            long v = is_long ? va_arg(args, long) : va_arg(args, int);

            if (v < 0)
                put(&o, '-');
            put_number(&o, v < 0 ? -(unsigned long)v : (unsigned long)v, 10,
                       width);
            break;
        }
        case 'p':
            put_number(&o, (unsigned long)va_arg(args, void *), 16, width);
            break;
        case 'u':
        case 'x':
            put_number(&o,
                       is_long ? va_arg(args, unsigned long)
                               : va_arg(args, unsigned int),
                       *format == 'x' ? 16 : 10, width);
            break;
        default:
            put(&o, *format);
        }
    }
    return o.at - buffer;
}
