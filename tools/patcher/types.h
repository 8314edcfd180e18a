/* SPDX-License-Identifier: MIT
 *
 * What only a compiler knows: the types of stores, loads and asm operands.
 */
#ifndef PATCHER_TYPES_H
#define PATCHER_TYPES_H

#include "finding.h"
#include "profile.h"
#include "tree.h"
#include "types_fact.h"

/* types_args.c: the arguments with which libclang reads a file. */
const char **types_args(const struct scan *scan, const struct tree *tree,
                        const struct profile *profile,
                        const struct source *source, unsigned *count);

/* types_plan.c: a finding of what the fact says, and what becomes of it; NULL
 * if it is none. */
struct finding *types_finding(struct scan *scan, struct source *source,
                              const struct fact *fact,
                              const struct profile *profile);

/* Asks libclang about every file with something to ask. */
void types_read(struct scan *scan, const struct tree *tree,
                const struct profile *profile, unsigned jobs);

#endif
