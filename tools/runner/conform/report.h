/* SPDX-License-Identifier: MIT
 *
 * What the attempts came to: KTAP and a table for people on standard output,
 * JUnit's XML for machines.
 */
#ifndef PARAPET_CONFORM_REPORT_H
#define PARAPET_CONFORM_REPORT_H

#include "runner/conform/attempt.h"

/* The n-th attempt that has ended, as a KTAP result with its subtests. */
void report_attempt(unsigned n, const struct attempt *attempt);

/* The places side by side, and the totals. attempts[test * PLACES + place] */
void report_table(const struct attempt *attempts, unsigned tests,
                  double seconds);

void report_junit(const char *path, const struct attempt *attempts,
                  unsigned tests);

#endif
