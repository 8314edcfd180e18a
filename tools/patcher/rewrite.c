// SPDX-License-Identifier: MIT
// Turns an asm statement into calls of operations: see rewrite.h. The rules:
//  - the width is what the instruction moves, so it is taken from the suffix,
//    the register, the modifier or else the operand's type, and two that
//    disagree are a refusal;
//  - every operand must have found its role: one that is left over means that
//    the statement does more than was understood;
//  - a call of an operation is at least the compiler barrier that a "memory"
//    clobber and `volatile` are, so both are kept by it.
#include "rewrite_operand.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void begin_statement(struct rewriting *r)
{
    if (r->statements++)
        text_put(&r->out, r->out.data[r->out.length - 1] == ';' ? " " : "; ");
}

/* "x = " in front of a call whose result goes to an output. */
static bool put_target(struct rewriting *r, const struct value *v)
{
    if (operand_has_effects(v->expr))
        return rewrite_refuse(r, "an output's place has side effects");
    text_format(&r->out, r->in_macro ? "(%s) = " : "%s = ", v->expr);
    return true;
}

static const struct pv_op *need_op(struct rewriting *r, const char *replaces)
{
    const struct pv_op *op = op_replacing(replaces);

    if (!op)
        rewrite_refuse(r, "the library has no operation for it");
    return op;
}

static bool put_simple(struct rewriting *r, const char *replaces)
{
    const struct pv_op *op = need_op(r, replaces);

    if (!op)
        return false;
    begin_statement(r);
    text_format(&r->out, "pv_%s()", op->name);
    return true;
}

/* dst = pv_op(): mov from a control register, sldt, str */
static bool put_read(struct rewriting *r, const char *replaces,
                     const char *target, const char *args)
{
    const struct pv_op *op = need_op(r, replaces);
    struct value v;

    if (!op || !operand_resolve(r, target, true, &v))
        return false;
    begin_statement(r);
    if (!put_target(r, &v))
        return false;
    text_format(&r->out, "pv_%s(%s)", op->name, args);
    return true;
}

static bool put_write(struct rewriting *r, const char *replaces,
                      const char *source, const char *first)
{
    const struct pv_op *op = need_op(r, replaces);
    struct value v;

    if (!op || !operand_resolve(r, source, false, &v))
        return false;
    begin_statement(r);
    text_format(&r->out, "pv_%s(%s%s)", op->name, first, v.expr);
    return true;
}

static bool put_address(struct rewriting *r, const char *replaces,
                        const char *place, bool output)
{
    const struct pv_op *op = need_op(r, replaces);

    if (!op)
        return false;
    begin_statement(r);
    text_format(&r->out, "pv_%s(", op->name);
    if (!operand_resolve_address(r, place, output, &r->out))
        return false;
    text_char(&r->out, ')');
    return true;
}

static char width_letter(unsigned width)
{
    return width == 1 ? 'b' : width == 2 ? 'w' : width == 4 ? 'l' : 0;
}

/*
 * The width that a port instruction moves: all that say it must agree, and
 * one of them must say it.
 */
static bool port_width(struct rewriting *r, const struct insn *insn,
                       enum rule rule, const struct value *v, unsigned *width)
{
    char suffix = sensitive_suffix(insn, rule);
    unsigned said = suffix == 'b' ? 1 : suffix == 'w' ? 2
                  : suffix == 'l' ? 4 : 0;
    unsigned type = v->index >= 0 && r->types ? r->types[v->index].size : 0;

    if (v->width && said && v->width != said)
        return rewrite_refuse(r, "its suffix and its register disagree on the width");
    if (!said)
        said = v->width;
    /* A register without modifier is named by the operand's type. */
    if (!v->width && type && said && type != said)
        return rewrite_refuse(r, "its suffix and its operand's type disagree on the "
                         "width");
    if (!said)
        said = type;
    if (!said)
        return rewrite_refuse(r, "its width is the operand's type, which is not "
                         "known here");
    if (!width_letter(said))
        return rewrite_refuse(r, "no port is as wide as its operand's type");
    *width = said;
    return true;
}

static bool resolve_port(struct rewriting *r, const char *text,
                         struct value *v)
{
    if (text[0] == '(') /* (%dx) */
        text = mem_copy(text + 1, strcspn(text + 1, ")"));
    if (!operand_resolve(r, text, false, v))
        return false;
    if (v->index >= 0 && !operand_bound_to(operand_constraint(r, v->index), 'd') &&
        strcmp(operand_constraint(r, v->index), "N") &&
        strcmp(operand_constraint(r, v->index), "i"))
        return rewrite_refuse(r, "its port is not proven to be in DX");
    return true;
}

static bool put_port(struct rewriting *r, const struct insn *insn,
                     enum rule rule)
{
    bool in = rule == R_in;
    const char *first = insn_operand(insn, 0), *second = insn_operand(insn, 1);
    struct value port, data;
    const struct pv_op *op;
    unsigned width = 0;
    char name[8];

    if (!second)
        return rewrite_refuse(r, "one of its operands is implied");
    if (!resolve_port(r, in ? first : second, &port) ||
        !operand_resolve(r, in ? second : first, in, &data))
        return false;
    if (data.index < 0 || !operand_bound_to(operand_constraint(r, data.index), 'a'))
        return rewrite_refuse(r, "its data is not proven to be in AL, AX or EAX");
    if (!port_width(r, insn, rule, &data, &width))
        return false;
    strcpy(name, in ? "in?" : "out?");
    name[in ? 2 : 3] = width_letter(width);
    op = need_op(r, name);
    if (!op)
        return false;
    begin_statement(r);
    if (in && !put_target(r, &data))
        return false;
    text_format(&r->out, in ? "pv_%s(%s)" : "pv_%s(%s, ", op->name,
                port.expr);
    if (!in)
        text_format(&r->out, "%s)", data.expr);
    return true;
}

/* The operand bound to a register, if the statement has one. */
static const char *bound_expr(struct rewriting *r, char letter, bool output)
{
    int index = operand_find_bound(r, letter, output);
    struct value v;

    if (index < 0 || !operand_take(r, &v, index))
        return NULL;
    if (output && operand_has_effects(v.expr)) {
        rewrite_refuse(r, "an output's place has side effects");
        return NULL;
    }
    return v.expr;
}

/* EDX:EAX = pv_op(args) */
static bool put_pair(struct rewriting *r, const char *replaces,
                     const char *args)
{
    const struct pv_op *op = need_op(r, replaces);
    const char *low, *high;

    if (!op)
        return false;
    low = bound_expr(r, 'a', true);
    high = bound_expr(r, 'd', true);
    if (!low && !high)
        return rewrite_refuse(r, "its result is not proven to go to EDX:EAX");
    begin_statement(r);
    text_format(&r->out, "unsigned long pv_value = pv_%s(%s);", op->name,
                args);
    if (low)
        text_format(&r->out, " %s = (unsigned)pv_value;", low);
    if (high)
        text_format(&r->out, " %s = pv_value >> 32;", high);
    r->is_block = true;
    return true;
}

/* pv_op(ECX, EDX:EAX) */
static bool put_wide_write(struct rewriting *r, const char *replaces)
{
    const struct pv_op *op = need_op(r, replaces);
    const char *which, *low, *high;

    if (!op)
        return false;
    which = bound_expr(r, 'c', false);
    low = bound_expr(r, 'a', false);
    high = bound_expr(r, 'd', false);
    if (!which || !low || !high)
        return rewrite_refuse(r, "not all of ECX, EDX and EAX are operands of the "
                         "statement");
    begin_statement(r);
    text_format(&r->out,
                "pv_%s(%s, (unsigned)(%s) | "
                "(unsigned long)(unsigned)(%s) << 32)",
                op->name, which, low, high);
    return true;
}

static bool put_cpuid(struct rewriting *r)
{
    static const char letters[] = "abcd";
    const struct pv_op *op = need_op(r, "cpuid");
    const char *leaf = bound_expr(r, 'a', false);
    const char *subleaf = bound_expr(r, 'c', false);

    if (!op)
        return false;
    if (!leaf)
        return rewrite_refuse(r, "EAX is not an operand of the statement");
    begin_statement(r);
    text_format(&r->out, "struct pv_cpuid pv_value = pv_%s(%s, %s);", op->name,
                leaf, subleaf ? subleaf : "0");
    for (int i = 0; letters[i]; i++) {
        const char *to = bound_expr(r, letters[i], true);

        if (to)
            text_format(&r->out, " %s = pv_value.e%cx;", to, letters[i]);
    }
    r->is_block = true;
    return true;
}

static const struct insn *insn_at(const struct rewriting *r, unsigned ahead)
{
    size_t i = r->at + ahead;

    return i < r->stmt->insns.count ? &r->stmt->insns.items[i] : NULL;
}

static bool is_named(const struct insn *insn, const char *base)
{
    size_t length = strlen(base);

    return insn && !strncmp(insn->mnemonic, base, length) &&
           (!insn->mnemonic[length] ||
            (strchr("lq", insn->mnemonic[length]) &&
             !insn->mnemonic[length + 1]));
}

static bool is_rule(const struct insn *insn, enum rule rule)
{
    return insn && sensitive_rule(insn) == rule;
}

/* pushf ... popf, with nothing between them that sees the stack */
static bool is_held(const struct rewriting *r)
{
    const struct insn *insn;

    for (unsigned i = 1; (insn = insn_at(r, i)); i++)
        if (!strncmp(insn->mnemonic, "push", 4) ||
            !strncmp(insn->mnemonic, "pop", 3))
            return is_rule(insn, R_popf);
    return false;
}

static bool put_held(struct rewriting *r)
{
    bool cli = is_rule(insn_at(r, 1), R_cli);
    const struct pv_op *op = need_op(r, cli ? "pushf_cli" : "pushf");

    if (!op)
        return false;
    begin_statement(r);
    text_format(&r->out, "unsigned long pv_flags = pv_%s()", op->name);
    r->at += cli;
    return r->holds_flags = true;
}

/* The end of pushf ... popf */
static bool put_popf(struct rewriting *r)
{
    const struct pv_op *op = need_op(r, "popf");

    if (!r->holds_flags)
        return rewrite_refuse(r, "its form is not understood");
    r->holds_flags = false;
    begin_statement(r);
    text_format(&r->out, "pv_%s(pv_flags)", op->name);
    return true;
}

/* pushf; pop %0 [; cli] */
static bool put_pushf(struct rewriting *r)
{
    const struct insn *pop = insn_at(r, 1);
    bool cli = is_rule(insn_at(r, 2), R_cli);

    if (!r->statements && is_held(r))
        return put_held(r);
    if (!is_named(pop, "pop") || pop->count != 1)
        return rewrite_refuse(r, "what it pushes is not popped by the next "
                         "instruction");
    if (!put_read(r, cli ? "pushf_cli" : "pushf", pop->operands[0], ""))
        return false;
    r->at += cli ? 2 : 1;
    return true;
}

/* push %0; popf */
static bool put_push(struct rewriting *r, const struct insn *push)
{
    const struct insn *popf = insn_at(r, 1);

    if (!popf || sensitive_rule(popf) != R_popf || push->count != 1)
        return rewrite_refuse(r, "the statement does other things as well");
    r->at++;
    return put_write(r, "popf", push->operands[0], "");
}

/* Does a string instruction follow, perhaps behind a rep of its own? */
static bool string_follows(const struct rewriting *r)
{
    const struct insn *next = insn_at(r, 1);

    if (next && !strcmp(next->mnemonic, "rep"))
        next = insn_at(r, 2);
    return is_rule(next, R_ins) || is_rule(next, R_outs);
}

static bool put_debug(struct rewriting *r, const struct insn *insn, bool to)
{
    const char *reg = insn_register(insn_operand(insn, to ? 1 : 0));

    if (reg[2] == '4' || reg[2] == '5')
        return rewrite_refuse(r, "CR4.DE says whether DR4 and DR5 are DR6 and "
                                 "DR7, or none");
    if (to)
        return put_write(r, "mov_to_dr", insn_operand(insn, 0),
                         mem_format("%c, ", reg[2]));
    return put_read(r, "mov_from_dr", insn_operand(insn, 1),
                    mem_format("%c", reg[2]));
}

static bool put_insn(struct rewriting *r, const struct insn *insn)
{
    enum rule rule = sensitive_rule(insn);
    const char *op = rule_info(rule)->op;

    if (insn->mode && insn->mode != 64)
        return rewrite_refuse(r, "it runs in another CPU mode");
    if (insn->lock)
        return rewrite_refuse(r, "it has a lock prefix");
    switch (rule) {
    case R_cli:
    case R_hlt:
    case R_clts:
    case R_wbinvd:
        return put_simple(r, op);
    case R_swapgs:
        return rewrite_refuse(r, "it exchanges the segment bases under the C code "
                         "around it");
    case R_sti:
        if (insn_at(r, 1) && sensitive_rule(insn_at(r, 1)) == R_hlt) {
            r->at++;
            return put_simple(r, "sti_hlt");
        }
        return put_simple(r, op);
    case R_pushf:
        return put_pushf(r);
    case R_popf:
        return put_popf(r);
    case R_in:
    case R_out:
        return put_port(r, insn, rule);
    case R_mov_from_cr0:
    case R_mov_from_cr2:
    case R_mov_from_cr3:
    case R_mov_from_cr4:
    case R_mov_from_cr8:
        return put_read(r, op, insn_operand(insn, 1), "");
    case R_mov_to_cr0:
    case R_mov_to_cr2:
    case R_mov_to_cr3:
    case R_mov_to_cr4:
    case R_mov_to_cr8:
        return put_write(r, op, insn_operand(insn, 0), "");
    case R_mov_from_dr:
    case R_mov_to_dr:
        return put_debug(r, insn, rule == R_mov_to_dr);
    case R_lgdt:
    case R_lidt:
    case R_invlpg:
        return insn->count == 1 && put_address(r, op, insn->operands[0],
                                               false);
    case R_sgdt:
    case R_sidt:
        return insn->count == 1 && put_address(r, op, insn->operands[0],
                                               true);
    case R_lldt:
    case R_ltr:
        return insn->count == 1 && put_write(r, op, insn->operands[0], "");
    case R_sldt:
    case R_str:
        return insn->count == 1 && put_read(r, op, insn->operands[0], "");
    case R_ins:
    case R_outs:
        return rewrite_string(r, insn, rule == R_ins);
    case R_rdmsr:
    case R_rdpmc: {
        const char *which = bound_expr(r, 'c', false);

        if (!which)
            return rewrite_refuse(r, "ECX is not an operand of the statement");
        return put_pair(r, op, which);
    }
    case R_rdtsc:
        return put_pair(r, op, "");
    case R_wrmsr:
    case R_xsetbv:
        return put_wide_write(r, op);
    case R_cpuid:
        return put_cpuid(r);
    case RULE_NONE:
        if (is_named(insn, "push"))
            return put_push(r, insn);
        if (!strcmp(insn->mnemonic, "nop"))
            return true;
        if (!strcmp(insn->mnemonic, "cld") && string_follows(r))
            return true; /* the operation clears it too, and it stays so */
        if (!strcmp(insn->mnemonic, "rep") && !insn->count &&
            string_follows(r))
            return true; /* rep; insl is one instruction on two lines */
        return rewrite_refuse(r, "the statement does other things as well");
    default:
        return rewrite_refuse(r, *op ? "its form is not understood"
                             : "the library has no operation for it");
    }
}

/*
 * "m"(order) that the template does not name: it only orders the statement
 * against other accesses, and a call is ordered against all of them.
 */
static bool only_orders(const struct asm_operand *op)
{
    return !strcmp(op->constraint + strspn(op->constraint, "=+&"), "m") &&
           !operand_has_effects(op->expr) && !strchr(op->expr, '(');
}

/* An output that is also read ("+a") has no second role to find. */
static bool all_used(struct rewriting *r)
{
    for (int i = 0; i < operand_count(r); i++)
        if (!(r->used & 1u << i) && !only_orders(asm_operand(r->stmt, i)))
            return rewrite_refuse(r, "an operand has no role that is understood");
    return true;
}

static bool may_rewrite(struct rewriting *r)
{
    const struct asm_stmt *stmt = r->stmt;

    if (stmt->broken)
        return rewrite_refuse(r, "the statement cannot be read whole");
    if (stmt->opaque)
        return rewrite_refuse(r, "a part of the template is not a string here");
    if (stmt->is_goto)
        return rewrite_refuse(r, "it is an asm goto");
    if (operand_count(r) > 10)
        return rewrite_refuse(r, "it has too many operands");
    for (size_t i = 0; i < stmt->insns.count; i++)
        if (stmt->insns.items[i].syntax == SYNTAX_INTEL)
            return rewrite_refuse(r, "it is in Intel syntax");
    if (strchr(stmt->tmpl.data, ':') &&
        !strstr(stmt->tmpl.data, "%fs:") && !strstr(stmt->tmpl.data, "%gs:"))
        return rewrite_refuse(r, "its template has a label");
    if (strstr(stmt->tmpl.data, ".byte") || strstr(stmt->tmpl.data, "section"))
        return rewrite_refuse(r, "its template has assembler directives");
    return true;
}

bool rewrite_stmt(struct rewriting *r)
{
    bool held = false; /* its statements stand between pushf and popf */

    text_put(&r->out, "");
    if (!may_rewrite(r))
        return false;
    for (r->at = 0; r->at < r->stmt->insns.count; r->at++) {
        if (!put_insn(r, &r->stmt->insns.items[r->at]))
            return rewrite_refuse(r, "its form is not understood");
        held |= r->holds_flags;
    }
    if (!r->statements)
        return rewrite_refuse(r, "it has no sensitive instruction");
    if (r->is_block && r->statements > 1 + 2 * (unsigned)held)
        return rewrite_refuse(r, "it has a result in two registers, and more");
    r->is_block |= r->statements > 1;
    if (r->is_block) {
        char *all = mem_dup(r->out.data);
        const char *end = all[strlen(all) - 1] == ';' ? "" : ";";

        r->out.length = 0;
        text_format(&r->out, r->in_macro ? "do { %s%s } while (0)"
                                         : "{ %s%s }", all, end);
    }
    return all_used(r);
}
