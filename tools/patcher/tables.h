/* SPDX-License-Identifier: MIT
 *
 * What is a table that the CPU reads: as far as the name of a type says it,
 * and as far as what lgdt, lidt and CR3 are given leads to it.
 */
#ifndef PATCHER_TABLES_H
#define PATCHER_TABLES_H

#include "finding.h"
#include "profile.h"

enum table_kind {
    TABLE_NONE,
    TABLE_ENTRIES, /* a page table, or an entry of one */
    TABLE_GDT,     /* or a descriptor of it; and so on */
    TABLE_LDT,
    TABLE_IDT,
    TABLE_TSS,
};

/* The level of the entries of this type; 0: any; -1: it is no entry's name. The
 * profile goes first, then names that kernels agree on. */
int tables_level(const struct profile *profile, const char *type);

/* The table whose descriptors are of this type, by its name. */
enum table_kind tables_of_type(const char *type);

/* A variable or member that a register was loaded with. */
struct table_name {
    const char *name;
    const char *function; /* where it is known under the name; "": anywhere */
    enum table_kind kind;
    bool is_register;     /* it holds the address and size, not the table */
};

struct table_flow {
    LIST(struct table_name) names;
};

/* Follows the operands of lgdt, lidt and CR3 through wrappers' parameters,
 * assignments and initial values, over the whole tree. */
void tables_follow(const struct scan *scan, struct table_flow *flow);

/* The index of a function's parameter of this name, or -1. */
int tables_param(const struct function *function, const char *name);

/* NAME(a, b, c), the parenthesis at `open`: the words of argument `index`. */
bool tables_argument(const struct tokens *tokens, size_t open, int index,
                     size_t *from, size_t *to);

/* Where the expression that begins at token i ends. */
size_t tables_value_end(const struct tokens *tokens, size_t i);

/* The kind of table that the name means in the function; `own`: it declares
 * the name itself, which is then none of that is global. */
enum table_kind tables_named(const struct table_flow *flow, const char *name,
                             const char *function, bool own);

#endif
