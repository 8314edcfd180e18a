/* SPDX-License-Identifier: MIT
 *
 * The copy of a tree in which edits are tried; it goes when the command ends,
 * however it ends.
 */
#ifndef PATCHER_COPY_H
#define PATCHER_COPY_H

#include <stdbool.h>
#include <stddef.h>

/* Copies all of the tree but version control's folders; its path. */
const char *copy_tree(const char *root);

/* Overwrites a file of the copy; fail()s if it cannot. */
void copy_put(const char *path, const char *text, size_t size);

/* A new file beside the copy with this text. */
const char *copy_temporary(const char *text, size_t size);

#endif
