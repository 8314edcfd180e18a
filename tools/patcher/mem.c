// SPDX-License-Identifier: MIT
// Memory that lives until the command ends: see mem.h. One chain of blocks a
// thread, so that readers on several threads do not meet.
#include "mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/say.h"

/* The fuzz targets have 0: a block for each object, so that ASan sees where
 * it ends. */
#ifndef MEM_BLOCK
#define MEM_BLOCK (1u << 18)
#endif

struct block {
    struct block *next;
    size_t used, size;
    max_align_t data[];
};

static __thread struct block *blocks;

void *mem_alloc(size_t size)
{
    struct block *b = blocks;
    void *p;

    if (MEM_BLOCK)
        size = (size + 15) & ~(size_t)15;
    if (!b || b->size - b->used < size || !MEM_BLOCK) {
        size_t room = size > MEM_BLOCK / 4 ? size : MEM_BLOCK;

        b = need_memory(calloc(1, sizeof(*b) + room));
        b->size = room;
        if (room == size && blocks) { /* big: keep filling the old one */
            b->next = blocks->next;
            blocks->next = b;
        } else {
            b->next = blocks;
            blocks = b;
        }
    }
    p = (char *)b->data + b->used;
    b->used += size;
    return p;
}

char *mem_copy(const char *text, size_t length)
{
    char *copy = mem_alloc(length + 1);

    if (length)
        memcpy(copy, text, length);
    return copy;
}

char *mem_dup(const char *text)
{
    return mem_copy(text, strlen(text));
}

char *mem_format(const char *format, ...)
{
    va_list list;
    char *copy, *made;

    va_start(list, format);
    if (vasprintf(&made, format, list) < 0)
        made = NULL;
    va_end(list);
    copy = mem_dup(need_memory(made));
    free(made);
    return copy;
}

void mem_reset(void)
{
    while (blocks) {
        struct block *next = blocks->next;

        free(blocks);
        blocks = next;
    }
}

void *mem_grow(void *items, size_t *room, size_t count, size_t size)
{
    size_t more = *room ? *room * 2 : 8;
    void *bigger = mem_alloc(more * size);

    if (count)
        memcpy(bigger, items, count * size);
    *room = more;
    return bigger;
}

void text_add(struct text *text, const char *data, size_t length)
{
    if (text->length + length + 1 > text->room) {
        size_t room = (text->length + length + 64) * 2;
        char *bigger = mem_alloc(room);

        if (text->length)
            memcpy(bigger, text->data, text->length);
        text->data = bigger;
        text->room = room;
    }
    if (length)
        memcpy(text->data + text->length, data, length);
    text->length += length;
    text->data[text->length] = 0;
}

void text_put(struct text *text, const char *string)
{
    text_add(text, string, strlen(string));
}

void text_char(struct text *text, char c)
{
    text_add(text, &c, 1);
}

void text_format(struct text *text, const char *format, ...)
{
    va_list list;
    char *made;

    va_start(list, format);
    if (vasprintf(&made, format, list) < 0)
        made = NULL;
    va_end(list);
    text_put(text, need_memory(made));
    free(made);
}
