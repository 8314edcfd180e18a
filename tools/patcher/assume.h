/* SPDX-License-Identifier: MIT
 *
 * The readers of assumptions, besides assume.c itself. What each finds is a
 * note for a person.
 */
#ifndef PATCHER_ASSUME_H
#define PATCHER_ASSUME_H

#include "finding.h"
#include "tree.h"

/* assume_entry.c: what the punctuation at token i does to an entry. */
void assume_entry(struct scan *scan, struct tokens *tokens, size_t i);

/* pairs.c: calls of functions that are sti and hlt, behind each other. */
void assume_pairs(struct scan *scan);

/* user_table.c: where a process's table is loaded, in kernels with processes. */
void assume_user_tables(struct scan *scan);

/* assume_flags.c: what the database's arguments take for granted. */
void assume_flags(struct scan *scan, const struct tree *tree);

#endif
