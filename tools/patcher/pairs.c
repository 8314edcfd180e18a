// SPDX-License-Identifier: MIT
// enable(); halt(); where the two functions are sti and hlt and nothing else:
// inlined they are one step, and two operations are not (see plan_pairs.c).
// The calls go on the worklist, also where the functions were rewritten.
#include <string.h>

#include "assume.h"

struct names {
    LIST(const char *) list;
};

static bool has_name(const struct names *names, const struct tokens *t,
                     size_t i)
{
    for (size_t n = 0; n < names->list.count; n++)
        if (token_is(t, i, names->list.items[n]))
            return true;
    return false;
}

/* name ( ) ; at token i */
static bool is_plain_call(const struct tokens *t, size_t i)
{
    return t->list.items[i].kind == TOK_NAME && token_punct(t, i + 1, '(') &&
           token_punct(t, i + 2, ')') && token_punct(t, i + 3, ';');
}

/* The functions whose whole body is the operation's call. */
static void add_callers(struct names *names, const struct scan *scan,
                        const char *op)
{
    *list_add(&names->list) = op;
    for (size_t i = 0; i < scan->functions.count; i++) {
        const struct function *f = &scan->functions.items[i];

        if (token_is(f->tokens, f->open + 1, op) &&
            is_plain_call(f->tokens, f->open + 1) && f->close == f->open + 5)
            *list_add(&names->list) = f->name;
    }
}

/* And those whose whole body is the instruction. */
static void add_wrappers(struct names *names, const struct scan *scan,
                         enum rule rule)
{
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *f = scan->findings.items[i];
        const struct function *in;

        if (f->rule != rule || f->form != FORM_STATEMENT || !f->stmt ||
            f->stmt->insns.count != 1 || !*f->function)
            continue;
        in = function_find(scan, f->function);
        if (in && in->tokens->source == f->source &&
            f->stmt->first == in->open + 1 && f->stmt->last + 2 == in->close)
            *list_add(&names->list) = in->name;
    }
}

void assume_pairs(struct scan *scan)
{
    struct names enabling = { 0 }, halting = { 0 };

    add_callers(&enabling, scan, "pv_irq_enable");
    add_wrappers(&enabling, scan, R_sti);
    add_callers(&halting, scan, "pv_halt");
    add_wrappers(&halting, scan, R_hlt);
    for (size_t k = 0; k < scan->tokens.count; k++) {
        struct tokens *t = scan->tokens.items[k];

        for (size_t i = 0; i + 8 < t->list.count; i++)
            if (is_plain_call(t, i) && is_plain_call(t, i + 4) &&
                has_name(&enabling, t, i) && has_name(&halting, t, i + 4))
                finding_note(scan, t, i + 4, R_hlt, "sti and hlt, by calls");
    }
}
