/* SPDX-License-Identifier: MIT
 *
 * What `parapet bench` measured: a row an operation, a column a platform.
 */
#ifndef PARAPET_BENCH_H
#define PARAPET_BENCH_H

#include <stdio.h>

enum unit { INSTRUCTIONS, KIB };

enum {
#define OPERATION(key, unit, label) ROW_##key,
#include "runner/bench/operations.def"
#undef OPERATION
    ROW_COUNT
};

struct operation {
    const char *key;
    enum unit unit;
    const char *label;
};
extern const struct operation operations[ROW_COUNT];

#define MAX_COLUMNS 2

struct column {
    const char *name; /* of the platform */
    long values[ROW_COUNT];
};

struct results {
    struct column columns[MAX_COLUMNS];
    unsigned count;
};

/*
 * column.c: boots the bench kernel on a platform ("reference" or "xen") and
 * fills a column. Whatever keeps a row from being measured is fail().
 */
void measure_column(struct column *column, const char *platform,
                    const char *image, long seconds);

/* formats.c, chart.c */
void print_text(const struct results *results, FILE *out);
void print_csv(const struct results *results, FILE *out);
void print_svg(const struct results *results, FILE *out);

#endif
