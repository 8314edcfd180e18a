// SPDX-License-Identifier: MIT
// rep ins and rep outs as calls of operations: see rewrite.h. They also move
// on the address and count the count down, in registers of their own: the
// statement must say so in its outputs, and they get those values.
#include <string.h>

#include "rewrite_operand.h"

struct string_operand {
    struct value in, out;
    const struct operand_type *type; /* of what is read */
};

static bool find(struct rewriting *r, char letter, struct string_operand *op)
{
    int in = operand_find_bound(r, letter, false);
    int out = operand_find_bound(r, letter, true);

    if (in >= 0 && out < 0 && strchr(operand_constraint(r, in), '+'))
        out = in;
    if (in < 0)
        return rewrite_refuse(r, "its address and count are not operands of "
                              "the statement");
    if (out < 0)
        return rewrite_refuse(r, "it changes a register, and no output says "
                              "so");
    if (!r->types || !r->types[in].size || !r->types[out].size)
        return rewrite_refuse(r, "its operands' types are not known here");
    op->type = &r->types[in];
    if (!operand_take(r, &op->in, in) || !operand_take(r, &op->out, out))
        return false;
    if (operand_has_effects(op->out.expr))
        return rewrite_refuse(r, "an output's place has side effects");
    return true;
}

bool rewrite_string(struct rewriting *r, const struct insn *insn, bool in)
{
    struct string_operand at = { 0 }, count = { 0 };
    char letter = sensitive_suffix(insn, in ? R_ins : R_outs);
    unsigned width = letter == 'b' ? 1 : letter == 'w' ? 2 : 4;
    int port = operand_find_bound(r, 'd', false);
    struct value where;
    bool rep = insn->rep;

    if (r->at && !strcmp(r->stmt->insns.items[r->at - 1].mnemonic, "rep"))
        rep = true;
    if (!rep || insn->count || !letter || !strchr("bwl", letter))
        return rewrite_refuse(r, "its form is not understood");
    if (r->statements > r->holds_flags)
        return rewrite_refuse(r, "the statement does other things as well");
    if (port < 0)
        return rewrite_refuse(r, "its port is not proven to be in DX");
    if (!operand_take(r, &where, port) ||
        !find(r, in ? 'D' : 'S', &at) || !find(r, 'c', &count))
        return false;
    if (at.type->size != 8 || (count.type->size != 4 && count.type->size != 8))
        return rewrite_refuse(r, "its address or count is not as wide as the "
                              "register");
    if (r->statements++)
        text_put(&r->out, "; ");
    text_format(&r->out,
                "unsigned long pv_at = (unsigned long)(%s); "
                "unsigned long pv_count = %s(%s); "
                "pv_%s%c(%s, (void *)pv_at, pv_count); "
                "%s = %s(pv_at + %u * pv_count); %s = 0",
                at.in.expr, count.type->size == 4 ? "(unsigned)" : "",
                count.in.expr, in ? "ins" : "outs", letter, where.expr,
                at.out.expr,
                r->types[at.out.index].pointer /* C++ reads headers, too */
                    ? mem_format("(__typeof__(%s))", at.out.expr) : "",
                width, count.out.expr);
    r->is_block = true;
    return true;
}
