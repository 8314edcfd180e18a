// SPDX-License-Identifier: MIT
/*
 * What the hypervisor's services and builder need around them on the host:
 * memory from the C library, and a log that is thrown away.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/memory/frame.h"
#include "explain/log.h"

void *hv_alloc(size_t bytes)
{
    return calloc(1, bytes);
}

void hv_free(void *p)
{
    free(p);
}

int hv_vsnprintf(char *to, size_t size, const char *fmt, va_list ap)
{
    return vsnprintf(to, size, fmt, ap);
}

int hv_snprintf(char *to, size_t size, const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(to, size, fmt, ap);
    va_end(ap);
    return n;
}

void log_line(const char *fmt, ...)
{
    (void)fmt;
}
