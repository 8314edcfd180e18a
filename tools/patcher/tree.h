/* SPDX-License-Identifier: MIT
 *
 * What a scan is asked to read: folders, compilation databases, images.
 */
#ifndef PATCHER_TREE_H
#define PATCHER_TREE_H

#include "finding.h"

/* A compiled file and the arguments that its compiler got. */
struct unit {
    const char *real;      /* absolute path of the file */
    const char *directory; /* where the compiler ran */
    LIST(const char *) args;
};

struct tree {
    const char *root; /* absolute, links resolved */
    const char *home; /* a database's folder: the root if there is no other */
    LIST(struct unit) units;
    LIST(const char *) images;
    bool database; /* only files that a database names are compiled */
};

/* Takes one argument of the command line in; fail()s if it is unusable.
 * Databases come first, since they say which files are compiled. */
void tree_add(struct scan *scan, struct tree *tree, const char *argument);
bool tree_is_database(const char *argument);

/* After the last of them: reads the database's own folder if no other was
 * given. */
void tree_finish(struct scan *scan, struct tree *tree);

/* The database of a tree of which this one is a copy: before tree_add(). */
void tree_database(struct tree *tree, const char *path, const char *root,
                   const char *copy);

/* lexical.c: the two lexical passes over all that was taken in. */
void lexical_read(struct scan *scan, const struct tree *tree);

/* The unit that compiles this file, or NULL. */
const struct unit *tree_unit(const struct tree *tree, const char *real);

#endif
