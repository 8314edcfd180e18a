/* SPDX-License-Identifier: MIT
 *
 * The macros of a tree, as far as the scan needs them: those whose text holds
 * an asm statement or a sensitive instruction, directly or through another,
 * are "hot", and each use of them is a site. All definitions of a name count,
 * since which one a build takes is not known here.
 */
#ifndef PATCHER_MACRO_H
#define PATCHER_MACRO_H

#include "token.h"

struct macro {
    const char *name;
    struct tokens *tokens;      /* of the file that defines it */
    size_t name_token, body, end; /* token indices; the body is [body, end) */
    bool function_like, variadic;
    LIST(const char *) params;
    bool hot;     /* its text has an asm statement */
    bool busy;    /* it is being expanded */
    bool dead;    /* defined inside #if 0 */
    unsigned seen;      /* by the search with this number */
    struct macro *next; /* other definitions of the name, or of the bucket */
};

#define MACRO_BUCKETS 16384

struct macros {
    /* The file that is being read: a macro that another .c file defines is
     * not seen from it. NULL: all are seen. */
    const struct source *viewer;
    struct macro *buckets[MACRO_BUCKETS];
    LIST(struct macro *) all;
};

/* Takes in the definitions of a file. */
void macros_collect(struct macros *macros, struct tokens *tokens);

/* Marks the hot ones, once every file has been taken in. */
void macros_settle(struct macros *macros);

/* The first definition of the name, or NULL; then through macro_next(). */
struct macro *macro_find(const struct macros *macros, const char *name,
                         size_t length);
struct macro *macro_next(const struct macros *macros, struct macro *macro);

/*
 * The text of a use of the macro at token i of `tokens`, arguments put in
 * and hot macros inside expanded. *last is the use's last token. NULL if it
 * is not a use (a function-like macro without its parentheses).
 */
char *macro_expand(const struct macros *macros, struct macro *macro,
                   const struct tokens *tokens, size_t i, size_t *last);

/* The value of a constant expression of numbers and macros. */
bool macro_value(const struct macros *macros, const struct tokens *tokens,
                 size_t from, size_t to, unsigned long *value);

#endif
