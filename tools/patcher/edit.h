/* SPDX-License-Identifier: MIT
 *
 * Edits by offset: what is not named by an edit keeps every byte.
 */
#ifndef PATCHER_EDIT_H
#define PATCHER_EDIT_H

#include "finding.h"
#include "profile.h"

struct edit {
    uint32_t from, to;  /* what is replaced; equal: an insertion */
    const char *text;
};

struct edits {
    LIST(struct edit) list;
};

/* The text with the edits made; NULL if two of them overlap. */
char *edits_apply(const struct source *source, struct edits *edits,
                  size_t *size);

/* The edits that rewrite one finding, in the order of their places. */
void edits_of(struct edits *edits, const struct finding *finding);

/* The edits of what Coccinelle does not reach: macros, assembly text, and
 * statements in functions that it cannot read. */
void edits_collect(struct edits *edits, const struct scan *scan,
                   const struct source *source);

/* The profile's `first` and `rename` lines that are still to be done. */
void edits_profile(struct edits *edits, const struct scan *scan,
                   const struct profile *profile,
                   const struct source *source);

/* An #include behind the last one of the file, unless it is there. */
void edits_include(struct edits *edits, const struct source *source,
                   const char *include);

#endif
