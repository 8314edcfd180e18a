// SPDX-License-Identifier: MIT
// The macros of a tree: see macro.h. This is no preprocessor: it expands only
// as far as an instruction's text needs it, and never more than 64 kB, so
// that no definition can make a scan run away.
#include "macro.h"

#include <ctype.h>
#include <string.h>

#include "asmstmt.h"

#define MOST_TEXT 65536
#define MOST_NESTING 64
#define MOST_EXPANSIONS 20000 /* in one use */

static __thread int nesting;
static __thread unsigned expansions;

static size_t bucket(const char *name, size_t length)
{
    size_t hash = 5381;

    for (size_t i = 0; i < length; i++)
        hash = hash * 33 ^ (unsigned char)name[i];
    return hash % MACRO_BUCKETS;
}

static bool same_name(const struct macro *m, const char *name, size_t length)
{
    return !strncmp(m->name, name, length) && !m->name[length];
}

/* Of `m` and what follows, the first of this name that can be seen. */
static struct macro *first_seen(const struct macros *macros, struct macro *m,
                                const char *name, size_t length)
{
    for (; m; m = m->next) {
        const struct source *s = m->tokens->source;

        if (same_name(m, name, length) &&
            (!macros->viewer || s->lang != LANG_C || s == macros->viewer))
            break;
    }
    return m;
}

/* A file that defines the name itself means its own definitions. */
static bool is_foreign(const struct macros *macros, const struct macro *m)
{
    if (!macros->viewer || m->tokens->source == macros->viewer)
        return false;
    for (const struct macro *o = macros->buckets[bucket(m->name,
                                                        strlen(m->name))];
         o; o = o->next)
        if (o->tokens->source == macros->viewer && !strcmp(o->name, m->name))
            return true;
    return false;
}

struct macro *macro_find(const struct macros *macros, const char *name,
                         size_t length)
{
    struct macro *m = first_seen(
        macros, macros->buckets[bucket(name, length)], name, length);

    while (m && is_foreign(macros, m))
        m = first_seen(macros, m->next, name, length);
    return m;
}

struct macro *macro_next(const struct macros *macros, struct macro *m)
{
    do
        m = first_seen(macros, m->next, m->name, strlen(m->name));
    while (m && is_foreign(macros, m));
    return m;
}

static struct macro *find_token(const struct macros *macros,
                                const struct tokens *t, size_t i)
{
    const struct token *tok = &t->list.items[i];

    if (tok->kind != TOK_NAME)
        return NULL;
    return macro_find(macros, t->source->text + tok->offset, tok->length);
}

/* Reads (a, b, ...) of a definition; returns the token behind it. */
static size_t read_params(struct macro *m, const struct tokens *t, size_t i)
{
    size_t close = token_close(t, i);

    m->function_like = true;
    for (i++; i < close; i++) {
        if (t->list.items[i].kind == TOK_NAME)
            *list_add(&m->params) = token_text(t, i);
        else if (token_punct(t, i, '.') && !m->variadic) {
            m->variadic = true;
            if (!token_punct(t, i - 1, ',') && m->params.count &&
                t->list.items[i - 1].kind == TOK_NAME)
                continue; /* args... */
            *list_add(&m->params) = "__VA_ARGS__";
        }
    }
    return close + 1;
}

static void collect(struct macros *macros, struct tokens *t, size_t hash)
{
    const struct token *name = &t->list.items[hash + 2];
    struct macro *m;
    size_t at = hash + 3, b;

    if (name->kind != TOK_NAME)
        return;
    m = mem_alloc(sizeof(*m));
    m->name = token_text(t, hash + 2);
    m->tokens = t;
    m->name_token = hash + 2;
    m->end = token_directive_end(t, hash);
    m->dead = name->dead;
    if (token_punct(t, at, '(') &&
        t->list.items[at].offset == name->offset + name->length)
        at = read_params(m, t, at);
    m->body = at < m->end ? at : m->end;
    b = bucket(m->name, name->length);
    m->next = macros->buckets[b];
    macros->buckets[b] = m;
    *list_add(&macros->all) = m;
}

void macros_collect(struct macros *macros, struct tokens *t)
{
    for (size_t i = 0; i + 2 < t->list.count; i++)
        if (t->list.items[i].kind == TOK_DIRECTIVE &&
            token_is(t, i + 1, "define"))
            collect(macros, t, i);
}

static bool has_asm(const struct macro *m)
{
    for (size_t i = m->body; i < m->end; i++)
        if (asm_keyword(m->tokens, i) || (token_is(m->tokens, i, "_Pragma")))
            return true;
    return false;
}

/* "load_ ## seg": does the name of a hot macro begin so? */
static bool pastes_hot(const struct macros *macros, const struct macro *m)
{
    const struct tokens *t = m->tokens;

    for (size_t i = m->body + 1; i + 1 < m->end; i++) {
        const struct token *left = &t->list.items[i - 1];
        const char *name = t->source->text + left->offset;

        if (!token_punct(t, i, '#') || !token_punct(t, i + 1, '#') ||
            left->kind != TOK_NAME || left->length < 3)
            continue;
        for (size_t k = 0; k < macros->all.count; k++)
            if (macros->all.items[k]->hot && macros->all.items[k] != m &&
                !strncmp(macros->all.items[k]->name, name, left->length))
                return true;
    }
    return false;
}

static bool uses_hot(const struct macros *macros, const struct macro *m)
{
    for (size_t i = m->body; i < m->end; i++) {
        struct macro *other = find_token(macros, m->tokens, i);

        for (; other; other = macro_next(macros, other))
            if (other->hot && other != m)
                return true;
    }
    return false;
}

void macros_settle(struct macros *macros)
{
    bool more = true;

    for (size_t i = 0; i < macros->all.count; i++)
        macros->all.items[i]->hot = has_asm(macros->all.items[i]);
    while (more) {
        more = false;
        for (size_t i = 0; i < macros->all.count; i++) {
            struct macro *m = macros->all.items[i];

            if (!m->hot && (uses_hot(macros, m) || pastes_hot(macros, m)))
                more = m->hot = true;
        }
    }
}

struct arguments {
    LIST(const char *) items;
};

static void read_arguments(struct arguments *args, const struct macro *m,
                           const struct tokens *t, size_t open, size_t close)
{
    size_t from = open + 1;
    int depth = 0;

    for (size_t i = open + 1; i <= close; i++) {
        bool last = m->variadic && args->items.count + 1 >= m->params.count;

        if (i < close && t->list.items[i].kind == TOK_PUNCT) {
            if (strchr("([{", t->list.items[i].punct))
                depth++;
            else if (strchr(")]}", t->list.items[i].punct))
                depth--;
        }
        if (i == close || (depth == 0 && token_punct(t, i, ',') && !last)) {
            *list_add(&args->items) = tokens_join(t, from, i);
            from = i + 1;
        }
    }
}

static int param_index(const struct macro *m, size_t i)
{
    for (size_t p = 0; p < m->params.count; p++)
        if (token_is(m->tokens, i, m->params.items[p]))
            return (int)p;
    return -1;
}

static const char *argument(const struct arguments *args, int p)
{
    return (size_t)p < args->items.count ? args->items.items[p] : "";
}

/* "#param": the argument as a string. */
static void put_string(struct text *out, const char *argument)
{
    text_char(out, '"');
    for (; *argument; argument++) {
        if (*argument == '"' || *argument == '\\')
            text_char(out, '\\');
        text_char(out, *argument);
    }
    text_char(out, '"');
}

/* #define XSTR(x) STR(x): is the parameter at i what STR's # makes a string
 * of? Then C expands it first. */
static bool is_stringified(const struct macros *macros, const struct macro *m,
                           size_t i)
{
    const struct macro *to;

    if (i < m->body + 2 || !token_punct(m->tokens, i - 1, '(') ||
        !token_punct(m->tokens, i + 1, ')'))
        return false;
    to = find_token(macros, m->tokens, i - 2);
    return to && to->function_like && to->params.count == 1 &&
           to->end == to->body + 2 && token_punct(to->tokens, to->body, '#');
}

/* What a name that is an object-like macro stands for, in the end. */
static const char *object_value(const struct macros *macros, const char *name)
{
    for (int depth = 0; depth < 8; depth++) {
        const struct macro *m = macro_find(macros, name, strlen(name));

        if (!m || m->function_like || m->body >= m->end)
            break;
        name = tokens_join(m->tokens, m->body, m->end);
    }
    return name;
}

/* The body with the arguments in their places. */
static char *substitute(const struct macros *macros, const struct macro *m,
                        const struct arguments *args)
{
    const struct tokens *t = m->tokens;
    struct text out = { 0 };

    text_put(&out, "");
    for (size_t i = m->body; i < m->end && out.length < MOST_TEXT; i++) {
        int p = param_index(m, i);

        if (token_punct(t, i, '#') && token_punct(t, i + 1, '#')) {
            while (out.length && out.data[out.length - 1] == ' ')
                out.data[--out.length] = 0;
            i++;
            continue;
        }
        if (token_punct(t, i, '#') && i + 1 < m->end &&
            param_index(m, i + 1) >= 0) {
            put_string(&out, argument(args, param_index(m, ++i)));
        } else if (p >= 0) {
            const char *text = argument(args, p);

            text_put(&out, is_stringified(macros, m, i)
                               ? object_value(macros, text) : text);
        } else {
            text_add(&out, t->source->text + t->list.items[i].offset,
                     t->list.items[i].length);
        }
        if (token_gap(t, i))
            text_char(&out, ' ');
    }
    return out.data;
}

static char *expand_text(const struct macros *macros, const char *text);

char *macro_expand(const struct macros *macros, struct macro *m,
                   const struct tokens *t, size_t i, size_t *last)
{
    struct arguments args = { 0 };
    char *out;

    *last = i;
    if (m->function_like) {
        if (!token_punct(t, i + 1, '('))
            return NULL;
        *last = token_close(t, i + 1);
        if (!token_punct(t, *last, ')'))
            return NULL;
        read_arguments(&args, m, t, i + 1, *last);
    }
    if (!nesting)
        expansions = 0;
    if (m->busy || nesting >= MOST_NESTING ||
        ++expansions > MOST_EXPANSIONS)
        return NULL;
    m->busy = true;
    nesting++;
    out = expand_text(macros, substitute(macros, m, &args));
    nesting--;
    m->busy = false;
    return out;
}

/* "text", and the likes of #define STRINGIFY(x) #x */
static bool makes_string(const struct macro *m)
{
    if (m->function_like)
        return m->end - m->body <= 4;
    return m->body < m->end &&
           m->tokens->list.items[m->body].kind == TOK_STRING;
}

/*
 * What a name stands for at token i: all its hot definitions, one behind the
 * other, since a build may take any of them; else the string that it makes.
 * NULL if it stays as it is.
 */
static char *expand_name(const struct macros *macros, const struct tokens *t,
                         size_t i, size_t *last)
{
    struct macro *first = find_token(macros, t, i), *m;
    struct text out = { 0 };

    for (m = first; m; m = macro_next(macros, m)) {
        size_t end;
        char *inner = m->hot ? macro_expand(macros, m, t, i, &end) : NULL;

        if (!inner)
            continue;
        if (out.length)
            text_char(&out, ' ');
        text_put(&out, inner);
        *last = end > *last ? end : *last;
    }
    if (!out.data && first && !first->hot && makes_string(first))
        return macro_expand(macros, first, t, i, last);
    return out.data;
}

/* Expands the hot macros of a text, and those that make strings. */
static char *expand_text(const struct macros *macros, const char *text)
{
    struct tokens t = { 0 };
    struct text out = { 0 };

    tokens_read(&t, source_from_text("", LANG_C, text, strlen(text)));
    text_put(&out, "");
    for (size_t i = 0; i + 1 < t.list.count && out.length < MOST_TEXT; i++) {
        size_t last = i;
        char *inner = expand_name(macros, &t, i, &last);

        if (inner)
            text_put(&out, inner);
        else
            text_add(&out, text + t.list.items[i].offset,
                     t.list.items[i].length);
        i = inner ? last : i;
        if (token_gap(&t, i))
            text_char(&out, ' ');
    }
    return out.data;
}
