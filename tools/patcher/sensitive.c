// SPDX-License-Identifier: MIT
// Which rule an instruction falls under: see sensitive.h. Names come from
// sensitive.def; here is only what a name alone does not decide: the
// registers that mov, push and pop work on, and far forms of jmp and call.
#include "sensitive.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

static const struct rule_info rules[RULE_COUNT] = {
    [RULE_NONE] = { .name = "none" },
#define INSN(rule, mnemonic, suffixes, class, op, topic, advice)           \
    [R_##rule] = { #rule, mnemonic, suffixes, CLASS_##class, op, #topic,   \
                   advice, true },
#define RULE(rule, class, op, topic, advice)                               \
    [R_##rule] = { #rule, "", "", CLASS_##class, op, #topic, advice, false },
#include "sensitive.def"
};

static const char *const class_names[CLASS_COUNT][2] = {
    [CLASS_PRIVILEGED] = { "privileged", "traps outside ring 0" },
    [CLASS_SILENT] = { "silent", "does not trap outside ring 0 and is wrong" },
    [CLASS_POLICY] = { "policy", "shows the machine, not the guest" },
    [CLASS_MEMORY] = { "memory", "writes what the hypervisor must check" },
    [CLASS_DEVICE] = { "device", "a device that a PV guest does not have" },
    [CLASS_ASSUMPTION] = { "assumption", "true on bare metal only" },
};

const struct rule_info *rule_info(enum rule rule)
{
    return &rules[rule];
}

const char *class_name(enum rule_class class)
{
    return class_names[class][0];
}

const char *class_meaning(enum rule_class class)
{
    return class_names[class][1];
}

enum rule rule_by_name(const char *name)
{
    for (int i = 1; i < RULE_COUNT; i++)
        if (!strcmp(rules[i].name, name))
            return (enum rule)i;
    return RULE_NONE;
}

static bool has_suffix(const char *suffixes, const char *end)
{
    size_t length = strlen(end);

    for (const char *at = suffixes; *at; at += *at == '|') {
        size_t word = strcspn(at, "|");

        if (word == length && !strncmp(at, end, word))
            return true;
        at += word;
    }
    return false;
}

/* Other names of the same instruction, as gas and disassemblers give them. */
static const char *common_name(const char *m)
{
    static const char *const same[][2] = {
        { "retf", "lret" },   { "retfq", "lretq" }, { "farjmp", "ljmp" },
        { "icebp", "int1" },  { "lretw", "lret" },  { "hypercall", "" },
        { "sysexitq", "sysexit" }, { "rdtscl", "rdtsc" },
    };

    for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
        if (!strcmp(m, same[i][0]))
            return same[i][1];
    return m;
}

/* Rules by the first letter of their mnemonic: most words fall out there. */
enum rule sensitive_mnemonic(const char *mnemonic)
{
    const char *name = common_name(mnemonic);

    for (int i = 1; i < RULE_COUNT; i++) {
        const char *base = rules[i].mnemonic;
        size_t length;

        if (base[0] != name[0] || !base[0])
            continue;
        length = strlen(base);
        if (strncmp(base, name, length))
            continue;
        if (!name[length] || has_suffix(rules[i].suffixes, name + length))
            return (enum rule)i;
    }
    return RULE_NONE;
}

static bool is_segment(const char *r)
{
    return r[0] && strchr("cdefgs", r[0]) && r[1] == 's' && !r[2];
}

static enum rule control_register(const char *r, bool to)
{
    if (r[0] == 'c' && r[1] == 'r' && r[2] && !r[3]) {
        switch (r[2]) {
        case '0':
            return to ? R_mov_to_cr0 : R_mov_from_cr0;
        case '2':
            return to ? R_mov_to_cr2 : R_mov_from_cr2;
        case '3':
            return to ? R_mov_to_cr3 : R_mov_from_cr3;
        case '4':
            return to ? R_mov_to_cr4 : R_mov_from_cr4;
        case '8':
            return to ? R_mov_to_cr8 : R_mov_from_cr8;
        }
    }
    if (r[0] == 'd' && (r[1] == 'r' || r[1] == 'b') &&
        isdigit((unsigned char)r[2]) && !r[3])
        return to ? R_mov_to_dr : R_mov_from_dr;
    return RULE_NONE;
}

static enum rule moved(const struct insn *insn)
{
    const char *from = insn_operand(insn, 0), *to = insn_operand(insn, 1);
    enum rule rule;

    if (!to || insn->count != 2)
        return RULE_NONE;
    rule = control_register(insn_register(to), true);
    if (!rule)
        rule = control_register(insn_register(from), false);
    if (!rule && is_segment(insn_register(to)))
        rule = R_mov_to_seg;
    if (!rule && is_segment(insn_register(from)))
        rule = R_mov_from_seg;
    return rule;
}

static bool is_base(const char *m, const char *base, const char *suffixes)
{
    size_t length = strlen(base);

    return !strncmp(m, base, length) &&
           (!m[length] || (strchr(suffixes, m[length]) && !m[length + 1]));
}

/* jmp and call with a selector: "jmp far [x]", "jmp 8:x", "ljmp". */
static bool is_far(const struct insn *insn)
{
    const char *target = insn->count ? insn->operands[0] : "";

    if (insn->count == 2 && target[0] == '$')
        return true;
    if (insn->syntax != SYNTAX_INTEL || insn->count != 1)
        return false;
    if (!strncmp(target, "far", 3))
        return true;
    return strchr(target, ':') && !strchr(target, '[') &&
           !is_segment(insn_register(mem_copy(target, strcspn(target, ":"))));
}

enum rule sensitive_rule(const struct insn *insn)
{
    const char *m = insn->mnemonic;
    const char *first = insn->count ? insn->operands[0] : "";
    enum rule rule;

    if (insn->rule)
        return (enum rule)insn->rule;
    if (is_base(m, "mov", "bwlq") || !strcmp(m, "movabs"))
        return moved(insn);
    if (is_base(m, "push", "wlq"))
        return is_segment(insn_register(first)) ? R_push_seg : RULE_NONE;
    if (is_base(m, "pop", "wlq"))
        return is_segment(insn_register(first)) ? R_pop_seg : RULE_NONE;
    if (is_base(m, "jmp", "wlq"))
        return is_far(insn) ? R_far_jump : RULE_NONE;
    if (is_base(m, "call", "wlq"))
        return is_far(insn) ? R_far_call : RULE_NONE;
    if ((is_base(m, "lds", "wl") || is_base(m, "les", "wl") ||
         is_base(m, "lss", "wlq") || is_base(m, "lfs", "wlq") ||
         is_base(m, "lgs", "wlq")) &&
        insn->count == 2)
        return R_load_far_pointer;
    rule = sensitive_mnemonic(m);
    /* These need operands: without them the word is something else. */
    if ((rule == R_in || rule == R_out) && insn->count != 2 &&
        !(insn->count == 1 && strstr(first, "dx")))
        return RULE_NONE;
    if (rule == R_int_n && insn->count != 1)
        return RULE_NONE;
    if (rule == R_int_n && (!strcmp(first, "$3") || !strcmp(first, "3")))
        return RULE_NONE;
    if ((rule == R_str || rule == R_lar || rule == R_lsl) && !insn->count)
        return RULE_NONE;
    return rule;
}

char sensitive_suffix(const struct insn *insn, enum rule rule)
{
    size_t length = strlen(rules[rule].mnemonic);
    const char *m = insn->mnemonic;

    if (!length || strlen(m) != length + 1 ||
        strncmp(m, rules[rule].mnemonic, length))
        return 0;
    return m[length] == 'd' ? 'l' : m[length];
}

static const struct pv_op ops[] = {
#define PV_OP(group, name, returns, params, args, replaces, doc) \
    { #name, #returns, #params, #args, #replaces, doc },
#include "../../pvops/ops.def"
    { 0 },
};

static const struct pv_asm asm_ops[] = {
#define PV_ASM(name, macro, how, replaces, doc) \
    { #name, #macro, #how, #replaces },
#include "../../pvops/ops.def"
    { 0 },
};

const struct pv_op *op_replacing(const char *replaces)
{
    for (const struct pv_op *op = ops; op->name; op++)
        if (!strcmp(op->replaces, replaces))
            return op;
    return NULL;
}

const struct pv_asm *asm_op_replacing(const char *replaces)
{
    for (const struct pv_asm *op = asm_ops; op->name; op++)
        if (!strcmp(op->replaces, replaces))
            return op;
    return NULL;
}
