/* SPDX-License-Identifier: MIT
 *
 * What `parapet bench` measured: a row an operation, a column a platform.
 */
#ifndef PARAPET_BENCH_H
#define PARAPET_BENCH_H

#include <stdbool.h>
#include <stdio.h>

enum section {
#define SECTION(name, what, unit, head) SECTION_##name,
#include "runner/bench/sections.def"
#undef SECTION
    SECTION_COUNT
};

enum {
#define OPERATION(key, section, label) ROW_##key,
#include "runner/bench/operations.def"
#undef OPERATION
    ROW_COUNT
};

struct operation {
    const char *key;
    enum section section;
    const char *label;
};
extern const struct operation operations[ROW_COUNT];

#define MAX_COLUMNS 2

struct column {
    const char *name; /* of the platform */
    long values[ROW_COUNT]; /* 0: was not to be measured */
};

struct results {
    struct column columns[MAX_COLUMNS];
    unsigned count;
};

/*
 * column.c: boots the bench kernel on a platform ("reference" or "xen") as
 * often as WHAT ("all", or one of boots.def) needs, and fills a column.
 * Whatever keeps a row from being measured is fail().
 */
void measure_column(struct column *column, const char *platform,
                    const char *image, const char *what, long seconds);

/* Is this row in the results? */
bool has_row(const struct results *results, int row);

/* formats.c, chart.c */
void print_text(const struct results *results, FILE *out);
void print_csv(const struct results *results, FILE *out);
void print_svg(const struct results *results, FILE *out);

#endif
