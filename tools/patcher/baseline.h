/* SPDX-License-Identifier: MIT
 *
 * A baseline: the findings of an earlier scan, which are accepted.
 */
#ifndef PATCHER_BASELINE_H
#define PATCHER_BASELINE_H

#include "finding.h"

/* Accepts each finding whose id is in the file; fail()s if it is unusable. */
void baseline_apply(struct scan *scan, const char *path);

#endif
