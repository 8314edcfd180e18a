/* SPDX-License-Identifier: MIT
 *
 * How much of a kernel's C the patcher rewrites without a hand.
 */
#ifndef PATCHER_STATS_H
#define PATCHER_STATS_H

#include "finding.h"
#include "profile.h"

/*
 * Prints the table to standard output: sites of C, how many are rewritten,
 * and what is left by reason. `before` is the scan of the tree, `after` that
 * of the copy that was edited.
 */
void stats_print(const char *name, const struct scan *before,
                 const struct scan *after, const struct profile *profile);

#endif
