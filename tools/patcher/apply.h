/* SPDX-License-Identifier: MIT
 *
 * Writing to a precious tree: all files or none, with the way back kept.
 *
 * The journal lies outside the tree: the old and the new text of each file
 * and a list. It is complete before the first file of the tree changes, and
 * each file changes by one rename. So a kill at any moment leaves whole files
 * and a journal that says what to put back; the next run does that first.
 */
#ifndef PATCHER_APPLY_H
#define PATCHER_APPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "mem.h"

struct change {
    const char *path; /* relative to the tree */
    const char *old_text, *new_text;
    size_t old_size, new_size;
};

struct changes {
    LIST(struct change) list;
};

/* Puts back what an interrupted run left half done; says so if there was
 * anything. fail()s if it cannot. */
void apply_recover(const char *root);

/* Writes all changes; on any error none, and fail()s with the reason. */
void apply_write(const char *root, const struct changes *changes);

/* Undoes the last apply_write() if its files are as it left them. */
void apply_undo(const char *root);

/* One run at a time may write to a tree; fail()s for the second. */
void apply_lock(const char *root);

/* Did a run end amid its renames? */
bool apply_pending(const char *root);

#endif
