/* SPDX-License-Identifier: MIT
 *
 * Memory that lives until the command ends, growing arrays and text. Nothing
 * is freed one by one: a scan only ever adds to what it knows, and
 * mem_reset() lets a fuzz target start afresh.
 */
#ifndef PATCHER_MEM_H
#define PATCHER_MEM_H

#include <stdarg.h>
#include <stddef.h>

void *mem_alloc(size_t size); /* zeroed; never NULL */
char *mem_copy(const char *text, size_t length); /* ended by 0 */
char *mem_dup(const char *text);
char *mem_format(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
void mem_reset(void);

/* struct { T *items; size_t count, room; }: declared as LIST(T) name. */
#define LIST(type)          \
    struct {                \
        type *items;        \
        size_t count, room; \
    }

void *mem_grow(void *items, size_t *room, size_t count, size_t size);

/* A pointer to a new last element, zeroed. */
#define list_add(list)                                                   \
    ((list)->count < (list)->room                                        \
         ? 0                                                             \
         : ((list)->items = mem_grow((list)->items, &(list)->room,       \
                                     (list)->count,                      \
                                     sizeof(*(list)->items)),            \
            0),                                                          \
     &(list)->items[(list)->count++])

/* Text under construction; data is always ended by 0 once written to. */
struct text {
    char *data;
    size_t length, room;
};

void text_add(struct text *text, const char *data, size_t length);
void text_put(struct text *text, const char *string);
void text_char(struct text *text, char c);
void text_format(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
