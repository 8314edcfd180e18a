/* SPDX-License-Identifier: MIT
 *
 * What every part of the command says, and how it ends.
 *
 * All messages go to standard error as one whole sentence with the name of
 * the subcommand in front; what has a place in a file has it in front
 * instead. Standard output is for results alone.
 */
#ifndef PARAPET_SAY_H
#define PARAPET_SAY_H

/* The exit status of every subcommand. */
enum status {
    STATUS_DONE = 0,          /* done, and nothing left to do */
    STATUS_FOUND = 1,         /* findings, failed tests, a guest that crashed */
    STATUS_UNUSABLE = 2,      /* unusable arguments or input */
    STATUS_TOOL = 3,          /* a tool that is needed is missing or failed */
    STATUS_OUT_OF_TIME = 124, /* the time limit was reached */
};

#define SAY_LIKE_PRINTF(n) __attribute__((format(printf, n, n + 1)))

/* Sets the name that stands in front: "parapet", then "parapet run". */
void say_name(const char *name);

/* "NAME: sentence" */
void say(const char *format, ...) SAY_LIKE_PRINTF(1);

/* "FILE:LINE:COL: severity: text"; a line or column of 0 is left out. */
void say_at(const char *file, unsigned line, unsigned column,
            const char *severity, const char *format, ...) SAY_LIKE_PRINTF(5);

/* say(), then exit(status). */
void fail(enum status status, const char *format, ...)
    SAY_LIKE_PRINTF(2) __attribute__((noreturn));

/* Memory that is there, or fail(). Strings are freed by the caller. */
void *need_memory(void *p);
char *text(const char *format, ...) SAY_LIKE_PRINTF(1);

#endif
