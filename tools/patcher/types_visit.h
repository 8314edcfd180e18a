/* SPDX-License-Identifier: MIT
 *
 * What types_ast.c and types_place.c share: one file under libclang's eyes.
 */
#ifndef PATCHER_TYPES_VISIT_H
#define PATCHER_TYPES_VISIT_H

#include <clang-c/Index.h>

#include "types_fact.h"

struct visited {
    CXFile file;
    const struct source *source;
};

struct visit {
    struct facts *facts;
    const struct type_query *query;
    const struct source *source; /* the file, or a header of the tree */
    const char *text;
    size_t size;
    CXFile file;
    LIST(struct visited) files;
    const char *function;
    LIST(uint32_t) pointers; /* where what is cast to a pointer begins */
    LIST(uint32_t) holders;  /* where what a member is taken of begins, */
    LIST(uint32_t) held_to;  /* and ends */
};
struct children {
    CXCursor items[8];
    unsigned count;
};

/* A copy of a string of libclang's. */
char *visit_take(CXString string);

/* Where a cursor's text is in the file; false if it is not there. */
bool visit_extent(const struct visit *v, CXCursor cursor, uint32_t *from,
                  uint32_t *to);

/* The children of a node: all are counted, the first eight kept. */
struct children children_of(CXCursor cursor);

/* Through parentheses and conversions that are not written. */
CXCursor visit_strip(CXCursor c);

/* The name of a type without const, volatile, struct or union. */
char *visit_type_name(CXType type);

/* What a type points to, under the name that the code has for it. */
CXType visit_pointee(CXType type);

/* "*p": of all unary operators, the one whose type is what p points to. */
bool visit_is_deref(CXCursor c);

/* The variable that an lvalue is a part of. Says of the fact whether it is an
 * array on the stack, and what is indexed or pointed through. */
const char *visit_base(CXCursor c, struct fact *fact);

/*
 * The place that an lvalue is: an entry, a descriptor, or a part of one.
 * False if it is just a variable.
 */
bool visit_place(const struct visit *v, CXCursor c, struct fact *fact);

/* types_free.c: is the call one that frees a page table? Then that is noted. */
void visit_free(struct visit *v, CXCursor call);

/* Is it a place whose stores matter? The profile goes first, then names. */
bool visit_matters(const struct visit *v, struct fact *fact);

#endif
