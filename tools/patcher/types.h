/* SPDX-License-Identifier: MIT
 *
 * What only a compiler knows: the types of stores and of asm operands.
 */
#ifndef PATCHER_TYPES_H
#define PATCHER_TYPES_H

#include "finding.h"
#include "profile.h"
#include "tree.h"

void types_read(struct scan *scan, const struct tree *tree,
                const struct profile *profile, unsigned jobs);

#endif
