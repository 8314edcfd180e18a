/* SPDX-License-Identifier: MIT
 *
 * Listens to the console of a conformance test.
 */
#ifndef PARAPET_KTAP_H
#define PARAPET_KTAP_H

#include "runner/conform/test.h"

struct ktap {
    const struct conform_test *test;
    long planned; /* -1: no plan yet */
    long passed, failed, skipped, excused;
    enum result says; /* its last line, or RESULT_NONE */
    char note[256];   /* why, in its own words: the first that fails */
    bool note_is_open; /* what follows the first that fails belongs to it */
};

void ktap_begin(struct ktap *ktap, const struct conform_test *test);
void ktap_line(struct ktap *ktap, const char *line);

/* What a test that ended as it should is worth; may add to the note. */
enum result ktap_result(struct ktap *ktap);

#endif
