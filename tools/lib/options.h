/* SPDX-License-Identifier: MIT
 *
 * Options of a subcommand as a table, from which both the parser and --help
 * are made, so that the two cannot disagree.
 *
 *     static const struct option_row rows[] = {
 *         OPTION_FLAG("gdb", &opt.gdb, "wait for a debugger"),
 *         OPTION_TEXT("log", "F", &opt.log, "keep the serial line in F"),
 *         OPTION_NUMBER("timeout", "S", &opt.timeout, 1, 86400, "..."),
 *         OPTION_CHOICE("hv", &opt.hv, "reference|xen|native", "..."),
 *         OPTION_LIST("define", "D", &opt.defines, "may be given again"),
 *         OPTION_END
 *     };
 *     static const struct usage usage = {
 *         .line = "[options] KERNEL [ARGS...]",
 *         .what = "Boots KERNEL as a guest.",
 *         .more = "paragraphs after the options", .rows = rows };
 *     int first = parse_options(&usage, argc, argv);
 *
 * Rules: long options only, "--name VALUE" or "--name=VALUE", and "-x VALUE"
 * or "-xVALUE" for rows with a one-letter name; options come first and end at
 * the first other argument or at "--". --help prints and exits 0. Anything
 * wrong is one sentence and exit status 2.
 */
#ifndef PARAPET_OPTIONS_H
#define PARAPET_OPTIONS_H

#include <stdbool.h>

enum option_kind {
    OPT_END,
    OPT_FLAG,
    OPT_TEXT,
    OPT_NUMBER,
    OPT_CHOICE,
    OPT_LIST,
};

struct text_list {
    const char **items;
    unsigned count;
};

struct option_row {
    enum option_kind kind;
    const char *name;  /* without dashes; one letter: "-x" */
    const char *value; /* what --help calls its value; for a choice "a|b|c" */
    void *into;        /* bool, const char *, long or struct text_list */
    const char *what;  /* for --help; '\n' starts a new line */
    long min, max;
};

struct usage {
    const char *line; /* after "usage: parapet NAME " */
    const char *what; /* one paragraph */
    const struct option_row *rows;
    const char *more; /* printed last: exit status, examples; may be NULL */
};

#define OPTION_FLAG(n, p, w) { OPT_FLAG, n, 0, (bool *){ p }, w, 0, 0 }
#define OPTION_TEXT(n, v, p, w) { OPT_TEXT, n, v, (const char **){ p }, w, 0, 0 }
#define OPTION_NUMBER(n, v, p, lo, hi, w) \
    { OPT_NUMBER, n, v, (long *){ p }, w, lo, hi }
#define OPTION_CHOICE(n, p, choices, w) \
    { OPT_CHOICE, n, choices, (const char **){ p }, w, 0, 0 }
#define OPTION_LIST(n, v, p, w) \
    { OPT_LIST, n, v, (struct text_list *){ p }, w, 0, 0 }
#define OPTION_END { OPT_END, 0, 0, 0, 0, 0, 0 }

/* Returns the index of the first argument that is not an option. */
int parse_options(const struct usage *usage, int argc, char **argv);

/* Says what is wrong with the arguments, where help is, and exits 2. */
void usage_error(const char *format, ...)
    __attribute__((format(printf, 1, 2), noreturn));

#endif
