/* SPDX-License-Identifier: MIT
 *
 * An asm statement of C: its template as the assembler will get it, with the
 * place in the file that each character comes from, and its operands.
 */
#ifndef PATCHER_ASMSTMT_H
#define PATCHER_ASMSTMT_H

#include "insn.h"
#include "macro.h"
#include "token.h"

struct asm_operand {
    const char *name;       /* [name], or NULL */
    const char *constraint; /* without quotes */
    const char *expr;       /* the C expression, spaces as they are */
    uint32_t offset;        /* where the expression begins */
    uint32_t length;
};

struct asm_stmt {
    struct source *source;
    size_t first, last;     /* tokens: the keyword, the closing parenthesis */
    uint32_t begin, end;    /* offsets; end is behind the ; if there is one */
    bool is_volatile, is_goto, extended, has_semicolon;
    bool opaque;            /* a part of the template is not a string: */
    bool unread;            /* a name that nothing here defines, */
    uint32_t unread_at;     /* at this offset */
    bool broken;            /* a string or parenthesis does not end */
    struct text tmpl;       /* escapes undone, first dialect of {a|b} */
    LIST(uint32_t) map;     /* the offset of each character of tmpl */
    LIST(struct asm_operand) outputs;
    LIST(struct asm_operand) inputs;
    LIST(const char *) clobbers;
    LIST(struct insn) insns;
};

/* Is the token one of the words that begin an asm statement? */
bool asm_keyword(const struct tokens *tokens, size_t i);

/*
 * Reads the statement whose keyword is token i. False if what follows is not
 * one: `register long x asm("rsp")` is a name for the assembler.
 */
bool asm_read(struct asm_stmt *stmt, const struct tokens *tokens, size_t i,
              const struct macros *macros, enum syntax syntax);

bool asm_clobbers(const struct asm_stmt *stmt, const char *name);

/* The index of the operand that %0, %w1 or %[name] stands for, or -1; the
 * modifier letter goes to *modifier (0: none). Outputs come first. */
int asm_placeholder(const struct asm_stmt *stmt, const char *text,
                    char *modifier);
const struct asm_operand *asm_operand(const struct asm_stmt *stmt, int index);

/* An instruction that is written as .byte, if it is a sensitive one. */
bool asm_read_bytes(struct insn *insn, const char *text, size_t from,
                    size_t to);

/* Splits a template or other assembly text into instructions. */
void asm_split(struct asm_stmt *stmt, enum syntax syntax);

#endif
