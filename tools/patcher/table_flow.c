// SPDX-License-Identifier: MIT
// Follows what lgdt, lidt and CR3 are loaded with back to the variables: a
// table may be a plain array of integers, and only this gives it away. Words
// are followed, not values: through the parameters of wrappers to their
// callers, and through assignments and initial values. The rule: a name that
// is found so is shown, and is rewritten only when the profile has it too.
#include <string.h>

#include "tables.h"

#define ROUNDS 5
#define MOST_NAMES 256

static bool is_word(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && !memcmp(text, word, length);
}

static bool is_keyword(const char *text, size_t length)
{
    static const char *const words[] = {
        "unsigned", "signed", "int", "long", "short", "char", "void",
        "struct", "union", "const", "volatile", "static", "u8", "u16",
        "u32", "u64", "uint", "ulong", "uintptr_t", "uint64_t", "uint32_t",
        "NULL", "this", "base", "limit", "size", "return", "if", "else",
        "goto",
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (is_word(text, length, words[i]))
            return true;
    return false;
}

static void add(struct table_flow *flow, const char *name, size_t length,
                const char *function, enum table_kind kind, bool is_register)
{
    for (size_t i = 0; i < flow->names.count; i++) {
        const struct table_name *n = &flow->names.items[i];

        if (is_word(name, length, n->name) && n->kind == kind &&
            n->is_register == is_register &&
            (!*n->function || !strcmp(n->function, function)))
            return;
    }
    if (flow->names.count < MOST_NAMES && !is_keyword(name, length))
        *list_add(&flow->names) = (struct table_name){
            mem_copy(name, length), function, kind, is_register };
}

/* Is token i a word of a cast: (type)x, (struct type *)x? */
static bool is_cast(const struct tokens *t, size_t i, size_t to)
{
    size_t at = i + 1;

    while (at < to && token_punct(t, at, '*'))
        at++;
    return at + 1 < to && token_punct(t, at, ')') && i &&
           (token_punct(t, i - 1, '(') || t->list.items[i - 1].kind == TOK_NAME)
           && (t->list.items[at + 1].kind != TOK_PUNCT ||
               token_punct(t, at + 1, '(') || token_punct(t, at + 1, '&'));
}

/*
 * The variables and members that an expression's value may be: names that
 * are no calls, the last of a.b->c; nothing of sizeof, and no subscripts.
 */
static void add_words(struct table_flow *flow, const struct tokens *t,
                      size_t from, size_t to, const char *function,
                      enum table_kind kind, bool is_register)
{
    for (size_t i = from; i < to; i++) {
        const struct token *tok = &t->list.items[i];

        if (token_is(t, i, "sizeof"))
            return; /* a size, then, and no address */
        if (token_punct(t, i, '[')) {
            i = token_close(t, i);
            continue;
        }
        if (tok->kind != TOK_NAME || token_punct(t, i + 1, '(') ||
            token_punct(t, i + 1, '.') || is_cast(t, i, to) ||
            (token_punct(t, i + 1, '-') && token_punct(t, i + 2, '>')))
            continue;
        if (i > from && token_punct(t, i - 1, '.') &&
            (i < from + 2 || t->list.items[i - 2].kind == TOK_PUNCT))
            continue; /* .base = */
        add(flow, t->source->text + tok->offset, tok->length, function, kind,
            is_register);
    }
}

static void add_text(struct table_flow *flow, const char *expr,
                     const char *function, enum table_kind kind,
                     bool is_register)
{
    struct tokens t = { 0 };

    tokens_read(&t, source_from_text("", LANG_C, expr, strlen(expr)));
    add_words(flow, &t, 0, t.list.count, function, kind, is_register);
}

/* What the instructions themselves name. */
static void seed(const struct scan *scan, struct table_flow *flow)
{
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *f = scan->findings.items[i];
        enum table_kind kind = f->rule == R_lgdt        ? TABLE_GDT
                               : f->rule == R_lidt      ? TABLE_IDT
                               : f->rule == R_mov_to_cr3 ? TABLE_ENTRIES
                                                        : TABLE_NONE;

        if (!kind || !f->stmt || f->form == FORM_MACRO)
            continue;
        for (size_t k = 0; k < f->stmt->inputs.count; k++)
            add_text(flow, f->stmt->inputs.items[k].expr, f->function, kind,
                     kind != TABLE_ENTRIES);
    }
}

int tables_param(const struct function *f, const char *name)
{
    size_t close = token_close(f->tokens, f->params);
    int index = 0;

    for (size_t i = f->params + 1; i < close; i++) {
        if (token_punct(f->tokens, i, ','))
            index++;
        else if (token_is(f->tokens, i, name) &&
                 !token_punct(f->tokens, i + 1, '('))
            return index;
    }
    return -1;
}

bool tables_argument(const struct tokens *t, size_t open, int index,
                     size_t *from, size_t *to)
{
    size_t close = token_close(t, open), begin = open + 1;
    int depth = 0, at = 0;

    for (size_t i = open + 1; i <= close; i++) {
        if (i < close && t->list.items[i].kind == TOK_PUNCT) {
            depth += strchr("([{", t->list.items[i].punct) != NULL;
            depth -= strchr(")]}", t->list.items[i].punct) != NULL;
        }
        if (i < close && (depth || !token_punct(t, i, ',')))
            continue;
        if (at++ == index) {
            *from = begin;
            *to = i;
            return true;
        }
        begin = i + 1;
    }
    return false;
}

size_t tables_value_end(const struct tokens *t, size_t i)
{
    for (; i < t->list.count; i++) {
        if (t->list.items[i].kind == TOK_END || token_punct(t, i, ';') ||
            token_punct(t, i, '}'))
            break;
        if (token_punct(t, i, '(') || token_punct(t, i, '['))
            i = token_close(t, i);
        else if (token_punct(t, i, ','))
            break;
    }
    return i;
}

/* Behind NAME at token i, what is stored in it: .x = e, [n] = e, = { e } */
static void follow_value(struct table_flow *flow, const struct tokens *t,
                         size_t i, const char *function,
                         const struct table_name *to)
{
    bool part = false;
    size_t at = i + 1;

    for (; at + 1 < t->list.count; at++) {
        if (token_punct(t, at, '[')) {
            at = token_close(t, at);
            part = true;
        } else if (token_punct(t, at, '.') ||
                   (token_punct(t, at, '-') && token_punct(t, at + 1, '>'))) {
            at += token_punct(t, at, '.') ? 1 : 2;
            part = true;
        } else {
            break;
        }
    }
    if (!token_punct(t, at, '=') || token_punct(t, at + 1, '='))
        return;
    if (token_punct(t, at + 1, '{')) {
        size_t close = token_close(t, at + 1);

        for (size_t k = at + 2; to->is_register && k < close; k++) {
            size_t end = tables_value_end(t, k);

            add_words(flow, t, k, end < close ? end : close, function,
                      to->kind, false);
            k = end;
        }
        return;
    }
    /* An entry of a table is no table; a register's part holds its address. */
    if (part && !to->is_register)
        return;
    add_words(flow, t, at + 1, tables_value_end(t, at + 1), function, to->kind,
              to->is_register && !part);
}

static bool may_be(const struct table_flow *flow, size_t known,
                   const char *name, size_t length)
{
    for (size_t i = 0; i < known; i++)
        if (flow->names.items[i].name[0] == *name &&
            is_word(name, length, flow->names.items[i].name))
            return true;
    return false;
}

/* A name that is known: what is put into it. */
static void follow_name(struct table_flow *flow, size_t known,
                        const struct tokens *t, size_t i,
                        const char *function)
{
    for (size_t n = 0; n < known; n++) {
        struct table_name to = flow->names.items[n];

        if (token_is(t, i, to.name) &&
            (!*to.function || !strcmp(to.function, function)))
            follow_value(flow, t, i, function, &to);
    }
}

struct wrapper {
    const char *function;
    int param;
    struct table_name name;
};

static void round_over(const struct scan *scan, struct table_flow *flow)
{
    size_t known = flow->names.count;
    LIST(struct wrapper) wrappers = { 0 };

    for (size_t n = 0; n < known; n++) {
        struct table_name name = flow->names.items[n];
        const struct function *f =
            *name.function ? function_find(scan, name.function) : NULL;

        if (f && tables_param(f, name.name) >= 0)
            *list_add(&wrappers) = (struct wrapper){
                f->name, tables_param(f, name.name), name };
    }
    for (size_t k = 0; k < scan->tokens.count; k++) {
        const struct tokens *t = scan->tokens.items[k];

        for (size_t i = 0; i + 1 < t->list.count; i++) {
            const struct token *tok = &t->list.items[i];
            const char *name = t->source->text + tok->offset;

            if (tok->kind != TOK_NAME)
                continue;
            if (token_punct(t, i + 1, '(')) {
                if (!*function_at(scan, t, i))
                    continue; /* a function's head, and no call of it */
                for (size_t w = 0; w < wrappers.count; w++) {
                    const struct wrapper *to = &wrappers.items[w];
                    size_t from, end;

                    if (is_word(name, tok->length, to->function) &&
                        tables_argument(t, i + 1, to->param, &from, &end))
                        add_words(flow, t, from, end, function_at(scan, t, i),
                                  to->name.kind, to->name.is_register);
                }
            } else if (may_be(flow, known, name, tok->length)) {
                follow_name(flow, known, t, i, function_at(scan, t, i));
            }
        }
    }
}

/*
 * A name that was seen in a function is a global if the function does not
 * declare it: then it is known in all of them.
 */
static void make_global(const struct scan *scan, struct table_flow *flow)
{
    for (size_t n = 0; n < flow->names.count; n++) {
        struct table_name *name = &flow->names.items[n];
        const struct function *f =
            *name->function ? function_find(scan, name->function) : NULL;
        bool own = !f || tables_param(f, name->name) >= 0;

        for (size_t i = f ? f->open + 1 : 0; f && !own && i < f->close; i++) {
            const struct tokens *t = f->tokens;

            /* TYPE name or TYPE *name */
            own = token_is(t, i, name->name) &&
                  (token_punct(t, i + 1, ';') || token_punct(t, i + 1, '=') ||
                   token_punct(t, i + 1, ',') || token_punct(t, i + 1, '[')) &&
                  ((t->list.items[i - 1].kind == TOK_NAME &&
                    !token_is(t, i - 1, "return")) ||
                   (token_punct(t, i - 1, '*') &&
                    t->list.items[i - 2].kind == TOK_NAME));
        }
        if (!own)
            name->function = "";
    }
}

void tables_follow(const struct scan *scan, struct table_flow *flow)
{
    size_t known = 0;

    seed(scan, flow);
    for (int i = 0; i < ROUNDS && flow->names.count > known; i++) {
        known = flow->names.count;
        make_global(scan, flow);
        round_over(scan, flow);
    }
    make_global(scan, flow);
}

enum table_kind tables_named(const struct table_flow *flow, const char *name,
                             const char *function, bool own)
{
    for (size_t i = 0; i < flow->names.count; i++) {
        const struct table_name *n = &flow->names.items[i];

        if (!n->is_register && !strcmp(n->name, name) &&
            (*n->function ? !strcmp(n->function, function) : !own))
            return n->kind;
    }
    return TABLE_NONE;
}
