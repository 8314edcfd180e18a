// SPDX-License-Identifier: MIT
// Command lines for QEMU: see args.h.
#include "args.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/say.h"

void args_add(struct args *args, const char *item)
{
    size_t size = (args->count + 2) * sizeof(*args->items);

    args->items = need_memory(realloc(args->items, size));
    args->items[args->count++] = item;
    args->items[args->count] = NULL;
}

void args_addf(struct args *args, const char *format, ...)
{
    va_list list;
    char *item;

    va_start(list, format);
    if (vasprintf(&item, format, list) < 0)
        item = NULL;
    va_end(list);
    args_add(args, need_memory(item));
}

char *join_words(int count, char **words)
{
    size_t size = 1;
    char *out, *at;

    for (int i = 0; i < count; i++)
        size += strlen(words[i]) + 1;
    out = at = need_memory(malloc(size));
    *at = 0;
    for (int i = 0; i < count; i++)
        at += sprintf(at, "%s%s", i ? " " : "", words[i]);
    return out;
}

char *double_commas(const char *s)
{
    char *out = need_memory(malloc(2 * strlen(s) + 1));
    char *at = out;

    for (; *s; s++) {
        *at++ = *s;
        if (*s == ',')
            *at++ = ',';
    }
    *at = 0;
    return out;
}
