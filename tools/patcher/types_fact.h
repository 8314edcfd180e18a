/* SPDX-License-Identifier: MIT
 *
 * What a compiler says about a file, as facts.
 */
#ifndef PATCHER_TYPES_FACT_H
#define PATCHER_TYPES_FACT_H

#include "finding.h"
#include "profile.h"
#include "rewrite.h"
#include "tables.h"

enum fact_kind {
    FACT_STORE,    /* lhs = rhs */
    FACT_UPDATE,   /* lhs op= rhs, lhs++ */
    FACT_LOAD,     /* an entry is read */
    FACT_CALL,     /* memset or memcpy over entries */
    FACT_OPERANDS, /* of the asm statement at `offset` */
    FACT_TABLE,    /* `name` is the table that lgdt or lidt loads */
    FACT_FREE,     /* a table's page is given back */
};

/* One thing that a compiler said about a file. */
struct fact {
    enum fact_kind kind;
    const struct source *source; /* the file itself, or a header */
    enum table_kind table;     /* of what it is a part */
    bool by_type;              /* its type's name alone says so */
    uint32_t offset, end;      /* the whole expression */
    uint32_t lhs, lhs_end;     /* what is stored to, or read */
    uint32_t rhs, rhs_end;
    const char *type;          /* of the entry, as the kernel calls it */
    const char *base;          /* the variable whose part it is, or "" */
    const char *array;         /* the pointer or array that is indexed */
    const char *field;         /* the member that is written, or NULL */
    uint32_t entry_end;        /* `field`: the end of what holds it, */
    bool is_arrow;             /* which is a pointer */
    bool is_whole;             /* the member is all of the entry */
    const char *op;            /* FACT_UPDATE: "|="; FACT_CALL: "memset" */
    unsigned size;             /* of what is written */
    unsigned element;          /* of the outermost array that it is a part of */
    bool is_deref;             /* lhs is *p: the address is p */
    bool is_statement;         /* its value is not used */
    bool is_local;             /* into an array on the stack */
    bool is_own;               /* `array` is declared in the function */
    bool is_pointer;           /* what is stored, or made of what is loaded */
    bool is_zero;              /* FACT_CALL: memset's value is 0 */
    bool in_macro;             /* it is not written where it stands */
    LIST(struct operand_type) operands;
};

struct facts {
    LIST(struct fact) list;
    const char *problem; /* why types may be missing, or NULL */
    LIST(const char *) includes; /* the files that were read beside it */
};

/* What is asked about, for all files alike. */
struct type_query {
    const struct profile *profile;
    const struct table_flow *flow;
    LIST(const struct source *) headers; /* of the tree: read in each file */
};

/* types_ast.c: parses the file `within` and notes the facts of `source`, which
 * is that file or a header, and of the headers that are asked about. */
void types_parse(struct facts *facts, const struct source *source,
                 const char *within, const char *const *args, unsigned count,
                 const struct type_query *query);

/* "page->bits.user": where the member's name begins in the source; or 0. */
uint32_t types_member(const struct fact *fact);

#endif
