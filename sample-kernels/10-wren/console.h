// SPDX-License-Identifier: MIT
/* The serial line, and printing to it: %d %u %x %p %s %c. */
#ifndef WREN_CONSOLE_H
#define WREN_CONSOLE_H

void console_init(void);
void console_putc(char c);
int console_getc(void);
void kprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));
void panic(const char *format, ...)
    __attribute__((format(printf, 1, 2), noreturn));

#endif
