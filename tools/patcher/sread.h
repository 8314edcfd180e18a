/* SPDX-License-Identifier: MIT
 *
 * What the reader of assembly text has in common with the reader of its
 * macros: words, lines, and a macro's text.
 */
#ifndef PATCHER_SREAD_H
#define PATCHER_SREAD_H

#include "finding.h"

bool asm_word_char(char c);

/* The offset of the line's end, or `size`. */
size_t asm_line_end(const char *text, size_t at, size_t size);

/* Does text[from..to) begin with the word, behind spaces? */
bool asm_has_word(const char *text, size_t from, size_t to, const char *word);

/* A copy with comments blanked, so that offsets stay; notes "pv-ok:". */
char *asm_blank_comments(struct source *s, bool nasm);

/* Takes in the definition whose first line is text[at..end). */
void gas_macro_collect(struct scan *scan, struct source *s, const char *text,
                       size_t at, size_t end, bool nasm);

struct gas_macro *gas_macro_find(const struct scan *scan, const char *name);

/* Where the .endm of a definition begins, whose body begins at `at`. */
size_t gas_macro_end(const char *text, size_t at, size_t size, bool nasm);

/* The body with the use's operands in its parameters' places. */
char *gas_macro_text(const struct gas_macro *m, const struct insn *insn);

/* .irp NAME, VALUE... and .irpc NAME, LETTERS: a body once for each value. */
struct gas_repeat {
    const char *name;
    LIST(const char *) values;
};

bool gas_repeat_read(struct gas_repeat *repeat, const char *text, size_t from,
                     size_t to);

/* Where the .endr of a body that begins at `at` begins. */
size_t gas_repeat_end(const char *text, size_t at, size_t size);

/* text[from..to) with \NAME replaced by the n-th value; NULL if it has none. */
char *gas_repeat_text(const struct gas_repeat *repeat, const char *text,
                      size_t from, size_t to, size_t n);

#endif
