/* SPDX-License-Identifier: MIT
 *
 * One instruction as an assembler sees it, wherever it was written: in the
 * template of an asm statement, in a .S file or in a NASM file.
 */
#ifndef PATCHER_INSN_H
#define PATCHER_INSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum syntax { SYNTAX_ATT, SYNTAX_INTEL };

#define MAX_OPERANDS 4

struct insn {
    char mnemonic[32]; /* lower case, without prefixes */
    bool lock, rep;
    enum syntax syntax;
    const char *operands[MAX_OPERANDS]; /* as written, trimmed */
    unsigned count;
    uint32_t offset; /* of the mnemonic, in the text that was read */
    uint32_t end;    /* where the statement ends */
    unsigned rule;   /* enum rule, where bytes say it and no mnemonic does */
    unsigned mode;   /* 16, 32, 64; 0: not known */
};

/*
 * Reads one statement (no separators in it) from text[from..to). False: it
 * is empty, a label alone or a directive.
 */
bool insn_read(struct insn *insn, const char *text, size_t from, size_t to,
               enum syntax syntax);

/* Where a statement begins behind its labels and space. */
size_t insn_label_end(const char *text, size_t from, size_t to);

/*
 * ".byte 0x0f, 0x01, 0xc8": an instruction that an old assembler did not
 * know. The bytes of text[from..to); 0 if it is no such statement.
 */
unsigned insn_bytes(const char *text, size_t from, size_t to,
                    unsigned char *bytes, unsigned room);

/* Where the statement that starts at `from` ends: at ; newline or `to`. */
size_t insn_end(const char *text, size_t from, size_t to);

/* The register that an operand names ("cr3", "gs", "dx"), or "". */
const char *insn_register(const char *operand);

/* Does the operand address memory through %fs or %gs? */
bool insn_uses_segment(const char *operand);

/* The n-th operand in AT&T order (destination last); NULL if there is none. */
const char *insn_operand(const struct insn *insn, unsigned n);

#endif
