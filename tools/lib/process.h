/* SPDX-License-Identifier: MIT
 *
 * Other programs: started without a shell, so that no file name is ever
 * taken for a command.
 */
#ifndef PARAPET_PROCESS_H
#define PARAPET_PROCESS_H

#include <stddef.h>

struct process_result {
    int status;   /* exit status, or 128 + the signal that ended it */
    char *output; /* what it wrote, ended by 0; NULL if it was not captured */
    size_t length;
};

/* What to do with the program's standard output. */
enum process_output {
    OUTPUT_PASS,    /* leave it where ours goes */
    OUTPUT_CAPTURE, /* keep it in result.output; free() it */
    OUTPUT_DROP,
};

/* Is the program of this name in PATH (or, with a '/', executable)? */
int process_exists(const char *program);

/*
 * Runs argv to its end. `input` (may be NULL) is given to it on standard
 * input. A program that cannot be started is fail(STATUS_TOOL).
 */
struct process_result process_run(const char *const *argv, const char *input,
                                  enum process_output output);

#endif
