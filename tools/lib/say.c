// SPDX-License-Identifier: MIT
// Messages: see say.h. Standard output is flushed first, so that results and
// messages keep their order where both go to one terminal.
#include "say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *speaker = "parapet";

void say_name(const char *name)
{
    speaker = name;
}

static void say_list(const char *format, va_list list)
{
    fflush(stdout);
    fprintf(stderr, "%s: ", speaker);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
}

void say(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    say_list(format, list);
    va_end(list);
}

void say_at(const char *file, unsigned line, unsigned column,
            const char *severity, const char *format, ...)
{
    va_list list;

    fflush(stdout);
    fprintf(stderr, "%s:", file);
    if (line)
        fprintf(stderr, "%u:", line);
    if (line && column)
        fprintf(stderr, "%u:", column);
    fprintf(stderr, " %s: ", severity);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
}

void fail(enum status status, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    say_list(format, list);
    va_end(list);
    exit(status);
}

void *need_memory(void *p)
{
    if (!p)
        fail(STATUS_TOOL, "out of memory");
    return p;
}

char *text(const char *format, ...)
{
    va_list list;
    char *out;

    va_start(list, format);
    if (vasprintf(&out, format, list) < 0)
        out = NULL;
    va_end(list);
    return need_memory(out);
}
