/* SPDX-License-Identifier: MIT */
/*
 * The hypervisor's log: lines that begin with "(hv) " on the serial console.
 * printf's subset: %d %u %x %lx %lu %ld %#lx %s %c %% with width and zero fill.
 */
#ifndef HV_LOG_H
#define HV_LOG_H

#include <stdarg.h>
#include <stddef.h>

void log_line(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int hv_vsnprintf(char *to, size_t size, const char *fmt, va_list ap);
int hv_snprintf(char *to, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
