// SPDX-License-Identifier: MIT
// What the operands of an asm statement stand for: see rewrite_operand.h. The
// rule: an operand is only taken for what its constraint proves it to be.
#include "rewrite_operand.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

bool rewrite_refuse(struct rewriting *r, const char *why)
{
    if (!r->refusal)
        r->refusal = why;
    return false;
}

int operand_count(const struct rewriting *r)
{
    return (int)(r->stmt->outputs.count + r->stmt->inputs.count);
}

static bool is_output(const struct rewriting *r, int index)
{
    return (size_t)index < r->stmt->outputs.count;
}

const char *operand_constraint(const struct rewriting *r, int index)
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
bool operand_bound_to(const char *constraint, char letter)
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
int operand_find_bound(const struct rewriting *r, char letter, bool output)
{
    for (int i = 0; i < operand_count(r); i++) {
        const char *c = operand_constraint(r, i);

        /* A number must name an output: the source may be wrong. */
        if (isdigit((unsigned char)c[0]) && !output && !is_output(r, i) &&
            is_output(r, atoi(c)) &&
            operand_bound_to(operand_constraint(r, atoi(c)), letter))
            return i;
        if (!operand_bound_to(c, letter))
            continue;
        if (is_output(r, i) == output || (!output && strchr(c, '+')))
            return i;
    }
    return -1;
}

/* A call, ++, -- or assignment: it matters how often it is evaluated. */
bool operand_has_effects(const char *expr)
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

bool operand_take(struct rewriting *r, struct value *v, int index)
{
    const struct asm_operand *op = asm_operand(r->stmt, index);

    if (!op)
        return rewrite_refuse(r, "an operand is not in the statement");
    r->used |= 1u << index;
    v->index = index;
    v->expr = op->expr;
    if (strchr(op->constraint, '?'))
        return rewrite_refuse(r, "an operand's constraint is a macro");
    if (has_comma(op->expr))
        return rewrite_refuse(r, "an operand is a comma expression");
    return true;
}

/*
 * What an operand of the template stands for. `output`: it is written.
 * Takes %0, %[name], %w1, a register that one operand is bound to, $5.
 */
bool operand_resolve(struct rewriting *r, const char *text, bool output,
                    struct value *v)
{
    char modifier;
    int index = asm_placeholder(r->stmt, text, &modifier);
    const char *reg = insn_register(text);

    *v = (struct value){ .index = -1 };
    if (index >= 0) {
        const char *c = operand_constraint(r, index);

        if (output)
            r->written |= 1u << index;
        else if (r->written & 1u << index)
            return operand_take(r, v, index); /* by an instruction before this one */
        if (is_output(r, index) != output && !strchr(c, '+'))
            return rewrite_refuse(r, output ? "it writes what is not an output"
                                    : "it reads what is only an output");
        v->width = modifier_width(modifier);
        if (modifier && !v->width && modifier != 'P' && modifier != 'c')
            return rewrite_refuse(r, "an operand's modifier is not understood");
        return operand_take(r, v, index);
    }
    if (text[0] == '%' && letter_of(reg)) {
        v->width = register_width(reg);
        index = operand_find_bound(r, letter_of(reg), output);
        if (index < 0)
            return rewrite_refuse(r, "it uses a register that no operand of the "
                             "statement is bound to");
        return operand_take(r, v, index);
    }
    if (text[0] == '$' && !output && !strchr(text, '%')) {
        v->expr = text + 1;
        return true;
    }
    return rewrite_refuse(r, "an operand is not understood");
}

/* (%0) or (%rax) with an address, or %0 with "m": an expression for &it. */
bool operand_resolve_address(struct rewriting *r, const char *text,
                            bool output, struct text *out)
{
    size_t length = strlen(text);
    struct value v;

    if (text[0] == '(' && length > 2 && text[length - 1] == ')') {
        if (!operand_resolve(r, mem_copy(text + 1, length - 2), false, &v))
            return false;
        if (strpbrk(operand_constraint(r, v.index), "mogX"))
            return rewrite_refuse(r, "it is not proven that an address is in a "
                             "register");
        if (r->types && r->types[v.index].pointer)
            text_put(out, v.expr);
        else
            text_format(out, "(%svoid *)(%s)", output ? "" : "const ",
                        v.expr);
        return true;
    }
    if (!operand_resolve(r, text, output, &v) || v.index < 0)
        return rewrite_refuse(r, "its address is not understood");
    if (!strpbrk(operand_constraint(r, v.index), "mo") ||
        strpbrk(operand_constraint(r, v.index), "rgq"))
        return rewrite_refuse(r, "its operand is not in memory");
    if (v.expr[0] == '*')
        text_put(out, v.expr + 1 + strspn(v.expr + 1, " "));
    else if (r->in_macro)
        text_format(out, "&(%s)", v.expr);
    else
        text_format(out, "&%s", v.expr);
    return true;
}
