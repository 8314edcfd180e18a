/* SPDX-License-Identifier: MIT
 *
 * What becomes of each finding: a replacement that is proven, or the reason
 * why a person must look.
 */
#ifndef PATCHER_PLAN_H
#define PATCHER_PLAN_H

#include "finding.h"
#include "profile.h"

/* Sets action, reason and replacement of every finding. */
void plan_make(struct scan *scan, const struct profile *profile);

/* The part of it for sti and hlt behind each other: plan_pairs.c. */
void plan_pairs(struct scan *scan);

#endif
