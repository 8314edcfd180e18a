// SPDX-License-Identifier: MIT
/*
 * The log, and the formatting under it. A line is put together first and then
 * written at once, so that lines of several sources never mix.
 */
#include "explain/log.h"

#include <stdbool.h>
#include <stdint.h>

#include "core/lib.h"
#include "drivers/drivers.h"

#define LINE_MAX 400
#define PREFIX   "(hv) "

struct sink {
    char *to;
    size_t size, n; /* n counts on when there is no room */
};

static void put(struct sink *s, char c)
{
    if (s->n + 1 < s->size)
        s->to[s->n] = c;
    s->n++;
}

static void put_padding(struct sink *s, char c, int n)
{
    while (n-- > 0)
        put(s, c);
}

struct conversion {
    bool zero, left, prefix, is_long;
    int width, precision; /* -1: none */
};

static void put_text(struct sink *s, const struct conversion *c,
                     const char *text)
{
    int n = 0;

    if (!text)
        text = "(null)";
    while ((c->precision < 0 || n < c->precision) && text[n])
        n++;
    if (!c->left)
        put_padding(s, ' ', c->width - n);
    for (int i = 0; i < n; i++)
        put(s, text[i]);
    if (c->left)
        put_padding(s, ' ', c->width - n);
}

static void put_number(struct sink *s, const struct conversion *c,
                       uint64_t value, unsigned int base, const char *sign)
{
    char digits[24];
    int n = 0, before = (int)strlen(sign);

    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    if (!c->left && !c->zero)
        put_padding(s, ' ', c->width - n - before);
    while (*sign)
        put(s, *sign++);
    if (!c->left && c->zero)
        put_padding(s, '0', c->width - n - before);
    for (int i = n; i > 0; i--)
        put(s, digits[i - 1]);
    if (c->left)
        put_padding(s, ' ', c->width - n - before);
}

static int parse_number(const char **fmt)
{
    int n = 0;

    while (**fmt >= '0' && **fmt <= '9')
        n = n * 10 + *(*fmt)++ - '0';
    return n;
}

static struct conversion parse_conversion(const char **fmt)
{
    struct conversion c = {.precision = -1};

    for (;; (*fmt)++) {
        if (**fmt == '0')
            c.zero = true;
        else if (**fmt == '-')
            c.left = true;
        else if (**fmt == '#')
            c.prefix = true;
        else
            break;
    }
    c.width = parse_number(fmt);
    if (**fmt == '.') {
        (*fmt)++;
        c.precision = parse_number(fmt);
    }
    while (**fmt == 'l' || **fmt == 'z') {
        c.is_long = true;
        (*fmt)++;
    }
    return c;
}

static uint64_t take_unsigned(const struct conversion *c, va_list *ap)
{
    return c->is_long ? va_arg(*ap, unsigned long) : va_arg(*ap, unsigned int);
}

static int64_t take_signed(const struct conversion *c, va_list *ap)
{
    return c->is_long ? va_arg(*ap, long) : va_arg(*ap, int);
}

static void put_conversion(struct sink *s, struct conversion c, char kind,
                           va_list *ap)
{
    int64_t i;

    switch (kind) {
    case 'd':
        i = take_signed(&c, ap);
        put_number(s, &c, i < 0 ? -(uint64_t)i : (uint64_t)i, 10,
                   i < 0 ? "-" : "");
        return;
    case 'u':
        put_number(s, &c, take_unsigned(&c, ap), 10, "");
        return;
    case 'x':
        put_number(s, &c, take_unsigned(&c, ap), 16, c.prefix ? "0x" : "");
        return;
    case 'p':
        put_number(s, &c, (uint64_t)va_arg(*ap, void *), 16, "0x");
        return;
    case 's':
        put_text(s, &c, va_arg(*ap, const char *));
        return;
    case 'c':
        put(s, (char)va_arg(*ap, int));
        return;
    default:
        put(s, kind);
    }
}

int hv_vsnprintf(char *to, size_t size, const char *fmt, va_list ap)
{
    struct sink s = {to, size, 0};
    va_list args;

    va_copy(args, ap);
    while (*fmt) {
        struct conversion c;

        if (*fmt != '%') {
            put(&s, *fmt++);
            continue;
        }
        fmt++;
        c = parse_conversion(&fmt);
        if (!*fmt)
            break;
        put_conversion(&s, c, *fmt++, &args);
    }
    va_end(args);
    if (size)
        to[s.n < size ? s.n : size - 1] = '\0';
    return (int)s.n;
}

int hv_snprintf(char *to, size_t size, const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = hv_vsnprintf(to, size, fmt, ap);
    va_end(ap);
    return n;
}

void log_line(const char *fmt, ...)
{
    char line[LINE_MAX] = PREFIX;
    const size_t room = sizeof(line) - 2; /* for the line's end */
    size_t n = sizeof(PREFIX) - 1;
    va_list ap;

    va_start(ap, fmt);
    n += (size_t)hv_vsnprintf(line + n, room - n, fmt, ap);
    va_end(ap);
    if (n > room - 1)
        n = room - 1;
    line[n++] = '\r';
    line[n++] = '\n';
    serial_lock();
    if (serial_in_line()) /* a guest's: ours begin at the left */
        serial_write("\r\n", 2);
    serial_write(line, n);
    serial_unlock();
}
