// SPDX-License-Identifier: MIT
// Results as a table: for people, with thousands apart and the share of the
// second column that the first one takes; for programs, without either.
#include <string.h>

#include "runner/bench/bench.h"

#define LABEL_WIDTH 46
#define VALUE_WIDTH 13

static const struct section_row {
    const char *unit, *head;
} sections[SECTION_COUNT] = {
#define SECTION(name, what, unit, head) { unit, head },
#include "runner/bench/sections.def"
#undef SECTION
};

bool has_row(const struct results *results, int row)
{
    return results->columns[0].values[row] > 0;
}

/* 1234567 as "1,234,567" */
static const char *grouped(char buffer[32], long value)
{
    char digits[32];
    int length = snprintf(digits, sizeof(digits), "%ld", value);
    char *at = buffer;

    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            *at++ = ',';
        *at++ = digits[i];
    }
    *at = 0;
    return buffer;
}

static void print_row(const struct results *results, int row, FILE *out)
{
    char number[32];

    fprintf(out, "%-*s", LABEL_WIDTH, operations[row].label);
    for (unsigned i = 0; i < results->count; i++)
        fprintf(out, " %*s", VALUE_WIDTH,
                grouped(number, results->columns[i].values[row]));
    if (results->count == 2)
        fprintf(out, " %6.2f",
                (double)results->columns[0].values[row] /
                    (double)results->columns[1].values[row]);
    putc('\n', out);
}

static void print_head(const struct results *results, const char *what,
                       FILE *out)
{
    fprintf(out, "%-*s", LABEL_WIDTH, what);
    for (unsigned i = 0; i < results->count; i++)
        fprintf(out, " %*s", VALUE_WIDTH, results->columns[i].name);
    fprintf(out, "%s\n", results->count == 2 ? "  ratio" : "");
}

void print_text(const struct results *results, FILE *out)
{
    int section = -1;

    for (int row = 0; row < ROW_COUNT; row++) {
        if (!has_row(results, row))
            continue;
        if ((int)operations[row].section != section) {
            section = operations[row].section;
            print_head(results, sections[section].head, out);
        }
        print_row(results, row, out);
    }
}

void print_csv(const struct results *results, FILE *out)
{
    fprintf(out, "key,section,operation,unit");
    for (unsigned i = 0; i < results->count; i++)
        fprintf(out, ",%s", results->columns[i].name);
    putc('\n', out);
    for (int row = 0; row < ROW_COUNT; row++) {
        const struct section_row *section = &sections[operations[row].section];

        if (!has_row(results, row))
            continue;
        fprintf(out, "%s,\"%s\",\"%s\",%s", operations[row].key, section->head,
                operations[row].label, section->unit);
        for (unsigned i = 0; i < results->count; i++)
            fprintf(out, ",%ld", results->columns[i].values[row]);
        putc('\n', out);
    }
}
