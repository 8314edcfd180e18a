// SPDX-License-Identifier: MIT
// Turns an asm statement into calls of operations: see rewrite.h. The rules:
//  - the width is what the instruction moves, so it is taken from the suffix,
//    the register, the modifier or else the operand's type, and two that
//    disagree are a refusal;
//  - every operand must have found its role: one that is left over means that
//    the statement does more than was understood;
//  - a call of an operation is at least the compiler barrier that a "memory"
//    clobber and `volatile` are, so both are kept by it.
#include "rewrite.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool refuse(struct rewriting *r, const char *why)
{
    if (!r->refusal)
        r->refusal = why;
    return false;
}

static int operand_count(const struct rewriting *r)
{
    return (int)(r->stmt->outputs.count + r->stmt->inputs.count);
}

static bool is_output(const struct rewriting *r, int index)
{
    return (size_t)index < r->stmt->outputs.count;
}

static const char *constraint(const struct rewriting *r, int index)
{
    return asm_operand(r->stmt, index)->constraint;
}

/* The constraint letter of a register, or 0. */
static char letter_of(const char *reg)
{
    static const char *const names[][5] = {
        { "a", "al", "ax", "eax", "rax" }, { "b", "bl", "bx", "ebx", "rbx" },
        { "c", "cl", "cx", "ecx", "rcx" }, { "d", "dl", "dx", "edx", "rdx" },
    };

    for (size_t i = 0; i < 4; i++)
        for (size_t k = 1; k < 5; k++)
            if (!strcmp(reg, names[i][k]))
                return names[i][0][0];
    return 0;
}

static unsigned register_width(const char *reg)
{
    size_t length = strlen(reg);

    if (length == 3 && reg[0] == 'r')
        return 8;
    if (length == 3 && reg[0] == 'e')
        return 4;
    if (length == 2 && reg[1] == 'x')
        return 2;
    return length == 2 && reg[1] == 'l' ? 1 : 0;
}

/* Only this register can satisfy the constraint. */
static bool bound_to(const char *constraint, char letter)
{
    bool found = false;

    for (; *constraint; constraint++) {
        if (strchr("=+&%", *constraint))
            continue;
        if (*constraint == 'N' && letter == 'd') /* a constant port */
            continue;
        if (*constraint != letter)
            return false;
        found = true;
    }
    return found;
}

/* The operand that lives in a register: as output or as input. */
static int find_bound(const struct rewriting *r, char letter, bool output)
{
    for (int i = 0; i < operand_count(r); i++) {
        const char *c = constraint(r, i);

        if (isdigit((unsigned char)c[0]) && !output && !is_output(r, i) &&
            bound_to(constraint(r, atoi(c)), letter))
            return i;
        if (!bound_to(c, letter))
            continue;
        if (is_output(r, i) == output || (!output && strchr(c, '+')))
            return i;
    }
    return -1;
}

/* A call, ++, -- or assignment: it matters how often it is evaluated. */
static bool has_effects(const char *expr)
{
    for (const char *c = expr; *c; c++) {
        if ((c[0] == '+' && c[1] == '+') || (c[0] == '-' && c[1] == '-'))
            return true;
        if (c[0] == '=' && c[1] != '=' &&
            (c == expr || !strchr("=!<>", c[-1])))
            return true;
        if (c[0] == '=' && c[1] == '=')
            c++;
    }
    return false;
}

/* A comma that would become an argument's end. */
static bool has_comma(const char *expr)
{
    int depth = 0;

    for (const char *c = expr; *c; c++) {
        depth += *c == '(' || *c == '[' || *c == '{';
        depth -= *c == ')' || *c == ']' || *c == '}';
        if (*c == ',' && !depth)
            return true;
    }
    return false;
}

struct value { /* an operand in its role */
    int index;        /* or -1: a constant in the template */
    const char *expr;
    unsigned width;   /* by register name or modifier; 0: not said */
    bool is_memory;   /* the operand is the place, not an address */
};

static unsigned modifier_width(char modifier)
{
    switch (modifier) {
    case 'b': return 1;
    case 'w': return 2;
    case 'k': return 4;
    case 'q': return 8;
    }
    return 0;
}

static bool take(struct rewriting *r, struct value *v, int index)
{
    const struct asm_operand *op = asm_operand(r->stmt, index);

    if (!op)
        return refuse(r, "an operand is not in the statement");
    r->used |= 1u << index;
    v->index = index;
    v->expr = op->expr;
    if (strchr(op->constraint, '?'))
        return refuse(r, "an operand's constraint is a macro");
    if (has_comma(op->expr))
        return refuse(r, "an operand is a comma expression");
    return true;
}

/*
 * What an operand of the template stands for. `output`: it is written.
 * Takes %0, %[name], %w1, a register that one operand is bound to, $5.
 */
static bool resolve(struct rewriting *r, const char *text, bool output,
                    struct value *v)
{
    char modifier;
    int index = asm_placeholder(r->stmt, text, &modifier);
    const char *reg = insn_register(text);

    *v = (struct value){ .index = -1 };
    if (index >= 0) {
        const char *c = constraint(r, index);

        if (output)
            r->written |= 1u << index;
        else if (r->written & 1u << index)
            return take(r, v, index); /* by an instruction before this one */
        if (is_output(r, index) != output && !strchr(c, '+'))
            return refuse(r, output ? "it writes what is not an output"
                                    : "it reads what is only an output");
        v->width = modifier_width(modifier);
        if (modifier && !v->width && modifier != 'P' && modifier != 'c')
            return refuse(r, "an operand's modifier is not understood");
        return take(r, v, index);
    }
    if (text[0] == '%' && letter_of(reg)) {
        v->width = register_width(reg);
        index = find_bound(r, letter_of(reg), output);
        if (index < 0)
            return refuse(r, "it uses a register that no operand of the "
                             "statement is bound to");
        return take(r, v, index);
    }
    if (text[0] == '$' && !output && !strchr(text, '%')) {
        v->expr = text + 1;
        return true;
    }
    return refuse(r, "an operand is not understood");
}

/* (%0) or (%rax) with an address, or %0 with "m": an expression for &it. */
static bool resolve_address(struct rewriting *r, const char *text,
                            bool output, struct text *out)
{
    size_t length = strlen(text);
    struct value v;

    if (text[0] == '(' && length > 2 && text[length - 1] == ')') {
        if (!resolve(r, mem_copy(text + 1, length - 2), false, &v))
            return false;
        if (strpbrk(constraint(r, v.index), "mogX"))
            return refuse(r, "it is not proven that an address is in a "
                             "register");
        if (r->types && r->types[v.index].pointer)
            text_put(out, v.expr);
        else
            text_format(out, "(%svoid *)(%s)", output ? "" : "const ",
                        v.expr);
        return true;
    }
    if (!resolve(r, text, output, &v) || v.index < 0)
        return refuse(r, "its address is not understood");
    if (!strpbrk(constraint(r, v.index), "mo") ||
        strpbrk(constraint(r, v.index), "rgq"))
        return refuse(r, "its operand is not in memory");
    if (v.expr[0] == '*')
        text_put(out, v.expr + 1 + strspn(v.expr + 1, " "));
    else if (r->in_macro)
        text_format(out, "&(%s)", v.expr);
    else
        text_format(out, "&%s", v.expr);
    return true;
}

static void begin_statement(struct rewriting *r)
{
    if (r->statements++)
        text_put(&r->out, "; ");
}

/* "x = " in front of a call whose result goes to an output. */
static bool put_target(struct rewriting *r, const struct value *v)
{
    if (has_effects(v->expr))
        return refuse(r, "an output's place has side effects");
    text_format(&r->out, r->in_macro ? "(%s) = " : "%s = ", v->expr);
    return true;
}

static const struct pv_op *need_op(struct rewriting *r, const char *replaces)
{
    const struct pv_op *op = op_replacing(replaces);

    if (!op)
        refuse(r, "the library has no operation for it");
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

    if (!op || !resolve(r, target, true, &v))
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

    if (!op || !resolve(r, source, false, &v))
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
    if (!resolve_address(r, place, output, &r->out))
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
        return refuse(r, "its suffix and its register disagree on the width");
    if (!said)
        said = v->width;
    /* A register without modifier is named by the operand's type. */
    if (!v->width && type && said && type != said)
        return refuse(r, "its suffix and its operand's type disagree on the "
                         "width");
    if (!said)
        said = type;
    if (!said)
        return refuse(r, "its width is the operand's type, which is not "
                         "known here");
    if (!width_letter(said))
        return refuse(r, "no port is as wide as its operand's type");
    *width = said;
    return true;
}

static bool resolve_port(struct rewriting *r, const char *text,
                         struct value *v)
{
    if (text[0] == '(') /* (%dx) */
        text = mem_copy(text + 1, strcspn(text + 1, ")"));
    if (!resolve(r, text, false, v))
        return false;
    if (v->index >= 0 && !bound_to(constraint(r, v->index), 'd') &&
        strcmp(constraint(r, v->index), "N") &&
        strcmp(constraint(r, v->index), "i"))
        return refuse(r, "its port is not proven to be in DX");
    return true;
}

static bool put_port(struct rewriting *r, const struct insn *insn,
                     enum rule rule)
{
    bool in = rule == R_in;
    const char *first = insn_operand(insn, 0), *second = insn_operand(insn, 1);
    struct value port, data;
    const struct pv_op *op;
    unsigned width;
    char name[8];

    if (!second)
        return refuse(r, "one of its operands is implied");
    if (!resolve_port(r, in ? first : second, &port) ||
        !resolve(r, in ? second : first, in, &data))
        return false;
    if (data.index < 0 || !bound_to(constraint(r, data.index), 'a'))
        return refuse(r, "its data is not proven to be in AL, AX or EAX");
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
    int index = find_bound(r, letter, output);
    struct value v;

    if (index < 0 || !take(r, &v, index))
        return NULL;
    if (output && has_effects(v.expr)) {
        refuse(r, "an output's place has side effects");
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
        return refuse(r, "its result is not proven to go to EDX:EAX");
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
        return refuse(r, "not all of ECX, EDX and EAX are operands of the "
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
        return refuse(r, "EAX is not an operand of the statement");
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

/* pushf; pop %0 [; cli] */
static bool put_pushf(struct rewriting *r)
{
    const struct insn *pop = insn_at(r, 1);
    bool cli = insn_at(r, 2) && sensitive_rule(insn_at(r, 2)) == R_cli;

    if (!is_named(pop, "pop") || pop->count != 1)
        return refuse(r, "what it pushes is not popped by the next "
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
        return refuse(r, "the statement does other things as well");
    r->at++;
    return put_write(r, "popf", push->operands[0], "");
}

static bool put_debug(struct rewriting *r, const struct insn *insn, bool to)
{
    const char *reg = insn_register(insn_operand(insn, to ? 1 : 0));

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
        return refuse(r, "it runs in another CPU mode");
    if (insn->lock)
        return refuse(r, "it has a lock prefix");
    switch (rule) {
    case R_cli:
    case R_hlt:
    case R_clts:
    case R_wbinvd:
        return put_simple(r, op);
    case R_swapgs:
        return refuse(r, "it exchanges the segment bases under the C code "
                         "around it");
    case R_sti:
        if (insn_at(r, 1) && sensitive_rule(insn_at(r, 1)) == R_hlt) {
            r->at++;
            return put_simple(r, "sti_hlt");
        }
        return put_simple(r, op);
    case R_pushf:
        return put_pushf(r);
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
    case R_rdmsr:
    case R_rdpmc: {
        const char *which = bound_expr(r, 'c', false);

        if (!which)
            return refuse(r, "ECX is not an operand of the statement");
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
        if (!strcmp(insn->mnemonic, "nop") || !strcmp(insn->mnemonic, "cld"))
            return true;
        return refuse(r, "the statement does other things as well");
    default:
        return refuse(r, *op ? "its form is not understood"
                             : "the library has no operation for it");
    }
}

/* An output that is also read ("+a") has no second role to find. */
static bool all_used(struct rewriting *r)
{
    for (int i = 0; i < operand_count(r); i++)
        if (!(r->used & 1u << i))
            return refuse(r, "an operand has no role that is understood");
    return true;
}

static bool may_rewrite(struct rewriting *r)
{
    const struct asm_stmt *stmt = r->stmt;

    if (stmt->broken)
        return refuse(r, "the statement cannot be read whole");
    if (stmt->opaque)
        return refuse(r, "a part of the template is not a string here");
    if (stmt->is_goto)
        return refuse(r, "it is an asm goto");
    if (operand_count(r) > 10)
        return refuse(r, "it has too many operands");
    for (size_t i = 0; i < stmt->insns.count; i++)
        if (stmt->insns.items[i].syntax == SYNTAX_INTEL)
            return refuse(r, "it is in Intel syntax");
    if (strchr(stmt->tmpl.data, ':') &&
        !strstr(stmt->tmpl.data, "%fs:") && !strstr(stmt->tmpl.data, "%gs:"))
        return refuse(r, "its template has a label");
    if (strstr(stmt->tmpl.data, ".byte") || strstr(stmt->tmpl.data, "section"))
        return refuse(r, "its template has assembler directives");
    return true;
}

bool rewrite_stmt(struct rewriting *r)
{
    text_put(&r->out, "");
    if (!may_rewrite(r))
        return false;
    for (r->at = 0; r->at < r->stmt->insns.count; r->at++)
        if (!put_insn(r, &r->stmt->insns.items[r->at]))
            return refuse(r, "its form is not understood");
    if (!r->statements)
        return refuse(r, "it has no sensitive instruction");
    if (r->is_block && r->statements > 1)
        return refuse(r, "it has a result in two registers, and more");
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
