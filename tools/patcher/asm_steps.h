/* SPDX-License-Identifier: MIT
 *
 * A .S file as the assembler goes through it: one step a statement, comments
 * and line ends gone. What is proven of a place by what stands around it is
 * proven over these.
 */
#ifndef PATCHER_ASM_STEPS_H
#define PATCHER_ASM_STEPS_H

#include "finding.h"

enum step_kind {
    STEP_INSN,    /* a mnemonic: an instruction, or a macro's name */
    STEP_LABEL,
    STEP_NOTE,    /* a directive that makes no code: .globl, .cfi_... */
    STEP_UNKNOWN, /* any other: data, a condition, another section */
};

struct asm_step {
    enum step_kind kind;
    uint32_t begin;   /* the offset in the file */
    const char *name; /* a label's */
    unsigned uses;    /* how often the text names this 1: as 1b or 1f, */
    long user;        /* and the last step that does */
    bool red_zone;    /* its function keeps something below RSP */
    struct insn insn;
};

struct asm_label {
    const char *name;
    long step;
};

struct asm_steps {
    LIST(struct asm_step) list;
    LIST(struct asm_label) labels; /* by name, then by place */
};

/* The file's steps; read once. */
const struct asm_steps *asm_steps_of(struct source *source);

/* The step that begins at the offset; -1 if none does. */
long asm_step_at(const struct asm_steps *steps, size_t offset);

/* Where a jump at step `from` to the operand goes; -1 if that is not here. */
long asm_step_target(const struct asm_steps *steps, long from,
                     const char *operand);

/* Is it one of these words (with spaces between), or one with a size letter? */
bool asm_is_one_of(const char *mnemonic, const char *words);

/*
 * May the step be a call? It pushes to the stack of that moment, which must be
 * the kernel's, and nothing may be kept below it: see asm_stack.c.
 */
bool stack_is_kernels(const struct asm_steps *steps, long site);

#endif
