/* SPDX-License-Identifier: MIT
 *
 * What the operands of an asm statement stand for, for rewrite.c alone.
 */
#ifndef PATCHER_REWRITE_OPERAND_H
#define PATCHER_REWRITE_OPERAND_H

#include "rewrite.h"

struct value { /* an operand in its role */
    int index;        /* or -1: a constant in the template */
    const char *expr;
    unsigned width;   /* by register name or modifier; 0: not said */
    bool is_memory;   /* the operand is the place, not an address */
};

/* Keeps the first reason; always false. */
bool rewrite_refuse(struct rewriting *r, const char *why);

int operand_count(const struct rewriting *r);
const char *operand_constraint(const struct rewriting *r, int index);

/* Can only this register ('a', 'd') satisfy the constraint? */
bool operand_bound_to(const char *constraint, char letter);

/* The operand that lives in this register, as output or as input; or -1. */
int operand_find_bound(const struct rewriting *r, char letter, bool output);

/* Does it matter how often the expression is evaluated? */
bool operand_has_effects(const char *expr);

/* Marks the operand as one that has found its role. */
bool operand_take(struct rewriting *r, struct value *v, int index);

/*
 * What an operand of the template stands for; `output`: it is written. Takes
 * %0, %[name], %w1, a register that one operand is bound to, and $5.
 */
bool operand_resolve(struct rewriting *r, const char *text, bool output,
                     struct value *v);

/* (%0) or (%rax) with an address, or %0 with "m": an expression for &it. */
bool operand_resolve_address(struct rewriting *r, const char *text,
                             bool output, struct text *out);

/* rewrite_string.c: rep ins and rep outs. */
bool rewrite_string(struct rewriting *r, const struct insn *insn, bool in);

#endif
