/* SPDX-License-Identifier: MIT
 *
 * A command line that grows. Its strings live until the program ends: a run
 * makes a few dozen.
 */
#ifndef PARAPET_ARGS_H
#define PARAPET_ARGS_H

struct args {
    const char **items; /* ended by NULL, as execvp wants it */
    unsigned count;
};

void args_add(struct args *args, const char *item);
void args_addf(struct args *args, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Words joined by single spaces; free() it. */
char *join_words(int count, char **words);

/* A text for QEMU's comma-separated options: its commas doubled. */
char *double_commas(const char *s);

#endif
