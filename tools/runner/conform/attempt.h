/* SPDX-License-Identifier: MIT
 *
 * One test at one place: booted, listened to, judged.
 */
#ifndef PARAPET_ATTEMPT_H
#define PARAPET_ATTEMPT_H

#include "runner/conform/ktap.h"

/* Lies in memory that is shared with the process that makes the attempt. */
struct attempt {
    const struct conform_test *test;
    enum place place;
    enum result result;
    long passed, failed, skipped, excused;
    double took;
    char note[512]; /* why it is no pass */
    char log[512];  /* path: the console, with the hypervisor's lines */
};

/* On the reference hypervisor (IMAGE; NULL: the usual one) or as Xen's domain
 * 0: a machine of its own. */
void attempt_alone(struct attempt *attempt, const char *image);

/* As domUs under one domain 0. */
void attempt_domus(struct attempt **attempts, unsigned count,
                   const char *log);

#endif
