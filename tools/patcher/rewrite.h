/* SPDX-License-Identifier: MIT
 *
 * An asm statement as calls of operations, if that is proven to be the same:
 * every instruction is understood, every operand is used in the role and
 * with the width that the instruction gives it.
 */
#ifndef PATCHER_REWRITE_H
#define PATCHER_REWRITE_H

#include "finding.h"

struct rewriting {
    const struct asm_stmt *stmt;
    bool in_macro;        /* names may be a macro's parameters */
    /* by operand: size and whether it is a pointer; size 0: not known */
    const struct operand_type *types;
    struct text out;      /* the replacement, without the last ; */
    const char *refusal;  /* set: it is not rewritten, and why */
    unsigned used;        /* a bit for each operand that has found its role */
    unsigned written;     /* a bit for each output that has its value */
    unsigned statements;
    bool holds_flags;     /* between pushf and the popf that takes them */
    bool is_block;        /* out is { ... }: no ; follows it */
    unsigned at;          /* the instruction that is being rewritten */
};

struct operand_type {
    unsigned size;
    bool pointer;
    bool is_signed;
    const char *name;
};

/* True, and the text; or false, and why not. */
bool rewrite_stmt(struct rewriting *rewriting);

/* A .S instruction as an operation's macro: see rewrite_asm.c. */
const char *rewrite_asm(struct source *source, const struct finding *finding,
                        const char **refusal);

#endif
