/* SPDX-License-Identifier: MIT
 *
 * One file of the tree that is scanned, with its text as it is on disk: any
 * bytes, any line ends. Offsets into the text are what every finding and
 * every edit is made of; lines and columns are worked out from them.
 */
#ifndef PATCHER_SOURCE_H
#define PATCHER_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem.h"

enum language { LANG_NONE, LANG_C, LANG_HEADER, LANG_ASM, LANG_NASM };

/* A comment "pv-ok: reason": accepts the findings of its line and the next. */
struct accept {
    unsigned line;
    const char *reason;
};

/* From this line on, code runs in this mode: .code16, bits 32 ... */
struct mode_change {
    unsigned line, mode;
};

struct source {
    const char *path; /* relative to the scanned folder: what is shown */
    const char *real; /* absolute, links resolved: what is compared */
    enum language lang;
    const char *text; /* ended by 0, which is not part of it */
    size_t size;
    uint32_t *lines;  /* where each line begins */
    unsigned line_count;
    LIST(struct accept) accepts;
    LIST(struct mode_change) modes;
    bool compiled;    /* named by a compilation database, if there is one */
    struct asm_steps *steps; /* see asm_steps.h; NULL until asked for */
};

enum language language_of(const char *path);

/* Builds a source around text that is in memory already. */
struct source *source_from_text(const char *path, enum language lang,
                                const char *text, size_t size);

/* NULL and errno if the file cannot be read. */
struct source *source_load(const char *path, const char *real);

unsigned source_line(const struct source *source, size_t offset);
unsigned source_column(const struct source *source, size_t offset);

/* The text of a line, without its end; *length its length. */
const char *source_line_text(const struct source *source, unsigned line,
                             size_t *length);

/* Why the findings of these lines are accepted, or NULL. */
const char *source_accepted(const struct source *source, unsigned first,
                            unsigned last);

/* Looks for "pv-ok:" in a comment of the text. */
void source_note_comment(struct source *source, size_t offset, size_t length);

#endif
