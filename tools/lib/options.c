// SPDX-License-Identifier: MIT
// Options from a table: see options.h. Nothing is guessed: no abbreviations,
// no value out of its range, no repeated sign or trailing character.
#include "options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

static const char *command = "";

void usage_error(const char *format, ...)
{
    va_list list;
    char *sentence;

    va_start(list, format);
    if (vasprintf(&sentence, format, list) < 0)
        sentence = NULL;
    va_end(list);
    need_memory(sentence);
    fail(STATUS_UNUSABLE, "%s (see parapet %s --help)", sentence, command);
}

static const char *dashes(const struct option_row *row)
{
    return row->name[1] ? "--" : "-";
}

static void print_row(const struct option_row *row)
{
    int width = printf("  %s%s%s%s", dashes(row), row->name,
                       row->value ? " " : "", row->value ? row->value : "");

    if (width > 22) {
        putchar('\n');
        width = 0;
    }
    printf("%*s", 24 - width, "");
    for (const char *c = row->what; *c; c++) {
        putchar(*c);
        if (*c == '\n')
            printf("%*s", 24, "");
    }
    putchar('\n');
}

static void print_help(const struct usage *usage)
{
    printf("usage: parapet %s %s\n\n%s\n\noptions:\n", command, usage->line,
           usage->what);
    for (const struct option_row *row = usage->rows; row->kind; row++)
        print_row(row);
    printf("  --help                this text\n");
    if (usage->more)
        printf("\n%s\n", usage->more);
}

static bool is_choice(const char *choices, const char *value)
{
    size_t length = strlen(value);

    for (const char *at = choices; *at; at += *at == '|') {
        size_t word = strcspn(at, "|");

        if (word == length && !strncmp(at, value, word))
            return true;
        at += word;
    }
    return false;
}

static long number(const struct option_row *row, const char *value)
{
    char *end;
    long n;

    errno = 0;
    n = strtol(value, &end, 10);
    if (errno || end == value || *end || n < row->min || n > row->max)
        usage_error("%s%s needs a number from %ld to %ld, not '%s'",
                    dashes(row), row->name, row->min, row->max, value);
    return n;
}

static void append(struct text_list *list, const char *value)
{
    size_t size = (list->count + 1) * sizeof(*list->items);

    list->items = need_memory(realloc(list->items, size));
    list->items[list->count++] = value;
}

static void store(const struct option_row *row, const char *value)
{
    switch (row->kind) {
    case OPT_FLAG:
        *(bool *)row->into = true;
        break;
    case OPT_CHOICE:
        if (!is_choice(row->value, value))
            usage_error("%s%s is one of %s, not '%s'", dashes(row), row->name,
                        row->value, value);
        /* fall through */
    case OPT_TEXT:
        *(const char **)row->into = value;
        break;
    case OPT_NUMBER:
        *(long *)row->into = number(row, value);
        break;
    case OPT_LIST:
        append(row->into, value);
        break;
    case OPT_END:
        break;
    }
}

/* The row that an argument names; *value is what is attached to it. */
static const struct option_row *find(const struct usage *usage,
                                     const char *arg, const char **value)
{
    bool is_long = arg[1] == '-';
    const char *name = arg + 1 + is_long;
    size_t length = is_long ? strcspn(name, "=") : 1;

    *value = NULL;
    if (is_long && name[length] == '=')
        *value = name + length + 1;
    else if (!is_long && name[1])
        *value = name + 1;
    for (const struct option_row *row = usage->rows; row->kind; row++) {
        if (is_long != (row->name[1] != 0))
            continue;
        if (strlen(row->name) == length && !strncmp(row->name, name, length))
            return row;
    }
    return NULL;
}

int parse_options(const struct usage *usage, int argc, char **argv)
{
    int i;

    command = argv[0];
    for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
        const struct option_row *row;
        const char *value;

        if (!strcmp(argv[i], "--"))
            return i + 1;
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
            print_help(usage);
            exit(STATUS_DONE);
        }
        row = find(usage, argv[i], &value);
        if (!row)
            usage_error("there is no option '%s'", argv[i]);
        if (row->kind == OPT_FLAG && value)
            usage_error("%s%s takes no value", dashes(row), row->name);
        if (row->kind != OPT_FLAG && !value) {
            if (i + 1 >= argc)
                usage_error("%s%s needs a value: %s", dashes(row), row->name,
                            row->value);
            value = argv[++i];
        }
        store(row, value);
    }
    return i;
}
