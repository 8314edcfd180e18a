/* SPDX-License-Identifier: MIT
 *
 * The words of a C file, with where they stand. Nothing is preprocessed: a
 * directive is a run of words of its own, and each branch of a condition is
 * read. Code that a literal "#if 0" takes out is marked dead.
 */
#ifndef PATCHER_TOKEN_H
#define PATCHER_TOKEN_H

#include "source.h"

enum token_kind {
    TOK_NAME,
    TOK_NUMBER,
    TOK_STRING,
    TOK_CHAR,
    TOK_PUNCT,
    TOK_DIRECTIVE, /* the '#' that begins a directive's line */
    TOK_END,       /* where a directive ends; and the end of the file */
};

struct token {
    uint32_t offset, length;
    uint8_t kind;
    char punct;     /* its first character */
    uint8_t dead;   /* inside #if 0 */
    uint8_t broken; /* a string or comment that does not end */
};

struct tokens {
    struct source *source;
    LIST(struct token) list;
    size_t first_function, last_function; /* in struct scan: [first, last) */
};

void tokens_read(struct tokens *tokens, struct source *source);

/* Is the token this name? */
bool token_is(const struct tokens *tokens, size_t i, const char *name);
bool token_punct(const struct tokens *tokens, size_t i, char c);
char *token_text(const struct tokens *tokens, size_t i);

/*
 * i is an opening ( [ or {: the index of what closes it, or of the end of
 * the directive or file that comes first (then it does not close).
 */
size_t token_close(const struct tokens *tokens, size_t i);

/* The index of the end of the directive that begins at i. */
size_t token_directive_end(const struct tokens *tokens, size_t i);

/* Does anything stand between a token and the next one? */
bool token_gap(const struct tokens *tokens, size_t i);

/* The text of tokens from..to (not including to), with one space where the
 * file has any. */
char *tokens_join(const struct tokens *tokens, size_t from, size_t to);

#endif
