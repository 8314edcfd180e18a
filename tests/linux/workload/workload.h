/* SPDX-License-Identifier: MIT */
/*
 * The workload: what a user's programs do to a kernel, each kind as an item
 * of items.def. An item is a function that runs in a process of its own and
 * returns when all is well.
 */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

/* Ends the item, from any of its processes and threads, as failed. */
void fail_item(const char *format, ...)
    __attribute__((format(printf, 1, 2), noreturn));

/* Ends the item as one that this machine has not the means for. */
void skip_item(const char *format, ...)
    __attribute__((format(printf, 1, 2), noreturn));

/* The item fails unless this holds. */
#define need(condition, ...)                                                   \
    do {                                                                       \
        if (!(condition))                                                      \
            fail_item(__VA_ARGS__);                                            \
    } while (0)

/* Waits for a child, which must end with this exit status. */
void need_exit(int pid, int status);

/* Nanoseconds of CLOCK_MONOTONIC. */
int64_t now_ns(void);

#define ITEM(name, seconds, what) void item_##name(void);
#include "items.def"
#undef ITEM

#endif
