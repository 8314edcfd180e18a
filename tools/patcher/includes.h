/* SPDX-License-Identifier: MIT
 *
 * Which file of the tree includes which, by name alone.
 */
#ifndef PATCHER_INCLUDES_H
#define PATCHER_INCLUDES_H

#include "finding.h"

struct includes;

struct includes *includes_read(const struct scan *scan);

/*
 * Compiled C files that include the header, directly or not, in the order of
 * the tree: at most `room` of them. Returns how many.
 */
unsigned includes_users(struct includes *includes, const struct source *header,
                        const struct source **users, unsigned room);

#endif
