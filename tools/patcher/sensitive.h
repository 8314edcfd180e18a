/* SPDX-License-Identifier: MIT
 *
 * Which rule of sensitive.def an instruction falls under, and what the
 * library offers in its place. Source readers and the judge of built images
 * ask here, so that both give one instruction one name.
 */
#ifndef PATCHER_SENSITIVE_H
#define PATCHER_SENSITIVE_H

#include "insn.h"

enum rule {
    RULE_NONE,
#define INSN(rule, mnemonic, suffixes, class, op, topic, advice) R_##rule,
#define RULE(rule, class, op, topic, advice) R_##rule,
#include "sensitive.def"
    RULE_COUNT
};

enum rule_class {
    CLASS_PRIVILEGED,
    CLASS_SILENT,
    CLASS_POLICY,
    CLASS_MEMORY,
    CLASS_DEVICE,
    CLASS_ASSUMPTION,
    CLASS_COUNT
};

struct rule_info {
    const char *name; /* "mov_to_cr3" */
    const char *mnemonic, *suffixes;
    enum rule_class class;
    const char *op, *topic, *advice;
    bool instruction;
};

const struct rule_info *rule_info(enum rule rule);
const char *class_name(enum rule_class class);
const char *class_meaning(enum rule_class class);

/* The rule of this name, or RULE_NONE. */
enum rule rule_by_name(const char *name);

/* The rule that an instruction falls under, or RULE_NONE. */
enum rule sensitive_rule(const struct insn *insn);

/* The same for a mnemonic without operands, as intrinsics name them. */
enum rule sensitive_mnemonic(const char *mnemonic);

/* The size letter that the mnemonic carries beyond its base: 'b', or 0. */
char sensitive_suffix(const struct insn *insn, enum rule rule);

/* A row of pvops/ops.def. */
struct pv_op {
    const char *name;    /* "outb": called pv_outb */
    const char *returns; /* "void" */
    const char *params;  /* "(unsigned short port, unsigned char value)" */
    const char *args;    /* "(port, value)" */
    const char *replaces;
    const char *doc;
};

struct pv_asm {
    const char *name, *macro, *how, *replaces;
};

/* The operation that stands for this class, or NULL. */
const struct pv_op *op_replacing(const char *replaces);
const struct pv_asm *asm_op_replacing(const char *replaces);

#endif
