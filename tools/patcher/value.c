// SPDX-License-Identifier: MIT
// The value of a constant expression: enough of C's arithmetic for port
// numbers and addresses. What it does not understand has no value.
#include <stdlib.h>
#include <string.h>

#include "macro.h"

#define MOST_NESTING 16

struct value_reader {
    const struct macros *macros;
    const struct tokens *t;
    size_t at, to;
    int nesting;
    bool bad;
};

static unsigned long read_level(struct value_reader *r, int level);

static unsigned long read_number(struct value_reader *r)
{
    char *word = token_text(r->t, r->at++), *end;
    unsigned long value = strtoul(word, &end, 0);

    if (end[strspn(end, "uUlL")])
        r->bad = true;
    return value;
}

static unsigned long read_macro(struct value_reader *r)
{
    const struct token *tok = &r->t->list.items[r->at++];
    struct macro *m = macro_find(r->macros, r->t->source->text + tok->offset,
                                 tok->length);
    struct value_reader inner = { .macros = r->macros,
                                  .nesting = r->nesting + 1 };
    unsigned long value;

    if (!m || m->function_like || inner.nesting > MOST_NESTING) {
        r->bad = true;
        return 0;
    }
    inner.t = m->tokens;
    inner.at = m->body;
    inner.to = m->end;
    value = read_level(&inner, 0);
    r->bad |= inner.bad || inner.at != inner.to;
    return value;
}

static unsigned long read_atom(struct value_reader *r)
{
    unsigned long value = 0;

    if (r->at >= r->to || ++r->nesting > MOST_NESTING * 4) {
        r->bad = true;
    } else if (token_punct(r->t, r->at, '(')) {
        r->at++;
        /* A cast to a type: (uint16_t) 0x3f8 */
        if (r->at + 1 < r->to && token_punct(r->t, r->at + 1, ')') &&
            r->t->list.items[r->at].kind == TOK_NAME &&
            r->at + 2 < r->to && !token_punct(r->t, r->at + 2, '+') &&
            !token_punct(r->t, r->at + 2, '-')) {
            r->at += 2;
            return read_atom(r);
        }
        value = read_level(r, 0);
        if (!token_punct(r->t, r->at++, ')'))
            r->bad = true;
    } else if (token_punct(r->t, r->at, '-')) {
        r->at++;
        value = -read_atom(r);
    } else if (token_punct(r->t, r->at, '~')) {
        r->at++;
        value = ~read_atom(r);
    } else if (r->t->list.items[r->at].kind == TOK_NUMBER) {
        value = read_number(r);
    } else if (r->t->list.items[r->at].kind == TOK_NAME) {
        value = read_macro(r);
    } else {
        r->bad = true;
    }
    return value;
}

/* The operator at this place of this level, as one character, or 0. */
static char operator_at(const struct value_reader *r, int level)
{
    static const char *const levels[] = { "|", "^", "&", "<>", "+-", "*/" };
    const struct token *tok = &r->t->list.items[r->at];

    if (r->at >= r->to || tok->kind != TOK_PUNCT || !tok->punct ||
        !strchr(levels[level], tok->punct))
        return 0;
    return tok->punct;
}

static unsigned long read_level(struct value_reader *r, int level)
{
    unsigned long value;
    char op;

    if (level == 6)
        return read_atom(r);
    value = read_level(r, level + 1);
    while (!r->bad && (op = operator_at(r, level))) {
        unsigned long other;

        r->at++;
        if (op == '<' || op == '>') {
            if (!token_punct(r->t, r->at++, op))
                r->bad = true;
        }
        other = read_level(r, level + 1);
        switch (op) {
        case '|': value |= other; break;
        case '^': value ^= other; break;
        case '&': value &= other; break;
        case '<': value = other < 64 ? value << other : 0; break;
        case '>': value = other < 64 ? value >> other : 0; break;
        case '+': value += other; break;
        case '-': value -= other; break;
        case '*': value *= other; break;
        case '/':
            if (!other)
                r->bad = true;
            else
                value /= other;
            break;
        }
    }
    return value;
}

bool macro_value(const struct macros *macros, const struct tokens *t,
                 size_t from, size_t to, unsigned long *value)
{
    struct value_reader r = { .macros = macros, .t = t, .at = from,
                              .to = to };

    *value = read_level(&r, 0);
    return !r.bad && r.at == to;
}
