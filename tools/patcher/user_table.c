// SPDX-License-Identifier: MIT
// Where C loads CR3 with a process's table. On the bare machine one top-level
// table serves kernel and user mode; in a guest both run in ring 3, and user
// mode needs one without the kernel. The rule: few notes, each at the place
// where the table is taken out of a structure, none for the kernel's own table
// nor in a kernel that never enters user mode.
#include <string.h>
#include <strings.h>

#include "assume.h"
#include "tables.h"

#define MOST_STEPS 3 /* through variables, and through wrappers */
#define MOST_LOOKS 64 /* for where a variable gets its value */
#define MOST_USES 1000 /* of macros, within those of one use */

/* A function that loads CR3 with what it is given. */
struct wrapper {
    const char *name;
    int param;
};

struct wrappers {
    LIST(struct wrapper) list;
};

/* Where the value comes from. */
enum origin { ORIGIN_OTHER, ORIGIN_KERNEL, ORIGIN_PARAM, ORIGIN_PROCESS };

/* A question for that, and which parameter it comes from. */
struct question {
    const struct function *in;
    int param;
    unsigned looks;
};

static bool has_word(const char *text, size_t length, const char *word)
{
    for (size_t i = 0; i + strlen(word) <= length; i++)
        if (!strncasecmp(text + i, word, strlen(word)))
            return true;
    return false;
}

/* kernel_pmap, init_page_dir, idle->table: no process's. */
static bool is_kernels(const char *text, size_t length)
{
    return has_word(text, length, "kern") || has_word(text, length, "init") ||
           has_word(text, length, "boot") || has_word(text, length, "idle") ||
           has_word(text, length, "kpml4");
}

static bool is_member(const struct tokens *t, size_t i)
{
    return i && t->list.items[i].kind == TOK_NAME &&
           (token_punct(t, i - 1, '.') ||
            (i > 1 && token_punct(t, i - 1, '>') &&
             token_punct(t, i - 2, '-')));
}

static enum origin origin_of(struct question *q, const struct tokens *t,
                             size_t from, size_t to, int steps);

/* NAME = value, in the function: where one of the values comes from. */
static enum origin assigned(struct question *q, const char *name, int steps)
{
    const struct function *in = q->in;
    const struct tokens *t = in->tokens;
    enum origin best = ORIGIN_OTHER;

    for (size_t i = in->open + 1; i + 2 < in->close; i++) {
        enum origin from;

        if (!token_is(t, i, name) || is_member(t, i) ||
            !token_punct(t, i + 1, '=') || token_punct(t, i + 2, '='))
            continue;
        from = origin_of(q, t, i + 2, tables_value_end(t, i + 2), steps);
        if (from > best)
            best = from;
    }
    return best;
}

/* What the words from `from` to `to` of the function are. */
static enum origin origin_of(struct question *q, const struct tokens *t,
                             size_t from, size_t to, int steps)
{
    enum origin best = ORIGIN_OTHER;
    bool member = false;

    for (size_t i = from; i < to && i < t->list.count; i++) {
        const struct token *tok = &t->list.items[i];
        const char *text = t->source->text + tok->offset;
        enum origin origin = ORIGIN_OTHER;
        char *name;
        int at;

        if (tok->kind != TOK_NAME)
            continue;
        if (is_kernels(text, tok->length))
            return ORIGIN_KERNEL;
        member |= is_member(t, i);
        if (token_punct(t, i + 1, '(') || is_member(t, i) || !q->in)
            continue;
        name = token_text(t, i);
        at = tables_param(q->in, name);
        if (at >= 0) {
            q->param = at;
            origin = ORIGIN_PARAM;
        } else if (steps && q->looks++ < MOST_LOOKS) {
            origin = assigned(q, name, steps - 1);
        }
        if (origin > best)
            best = origin;
    }
    return member ? ORIGIN_PROCESS : best;
}

static const struct function *function_of(const struct scan *scan,
                                          const struct finding *f)
{
    for (size_t i = 0; i < scan->functions.count; i++) {
        const struct function *in = &scan->functions.items[i];

        if (in->tokens->source == f->source && !strcmp(in->name, f->function))
            return in;
    }
    return NULL;
}

static void add_wrapper(struct wrappers *w, const char *name, int param)
{
    for (size_t i = 0; i < w->list.count; i++)
        if (w->list.items[i].param == param &&
            !strcmp(w->list.items[i].name, name))
            return;
    *list_add(&w->list) = (struct wrapper){ name, param };
}

static void note(struct scan *scan, struct source *source, uint32_t offset,
                 uint32_t length, const char *function, bool dead,
                 const char *what)
{
    struct finding *f;

    if (has_word(function, strlen(function), "init") ||
        has_word(function, strlen(function), "boot"))
        return;
    f = finding_add(scan, source, R_user_table, FORM_PATTERN, offset, length);
    f->function = function;
    f->dead = dead;
    f->what = what;
}

static bool is_load(const struct scan *scan, const char *name, size_t length)
{
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *f = scan->findings.items[i];

        if (f->rule == R_mov_to_cr3 && f->form == FORM_MACRO &&
            strlen(f->function) == length &&
            !memcmp(f->function, name, length))
            return true;
    }
    return false;
}

/* set_cr3(p->table), or a macro whose text has that, at token i. */
static bool loads_member(const struct scan *scan, const struct tokens *t,
                         size_t i, unsigned *uses)
{
    const struct token *tok = &t->list.items[i];
    const char *name = t->source->text + tok->offset;
    struct question q = { .in = NULL };
    size_t from, to;

    if (tok->kind != TOK_NAME || !token_punct(t, i + 1, '(') ||
        (*uses)++ >= MOST_USES)
        return false;
    if (is_load(scan, name, tok->length))
        return tables_argument(t, i + 1, 0, &from, &to) &&
               origin_of(&q, t, from, to, 0) == ORIGIN_PROCESS;
    for (struct macro *m = macro_find(&scan->macros, name, tok->length); m;
         m = macro_next(&scan->macros, m))
        for (size_t k = m->body; m->hot && k + 1 < m->end; k++)
            if (loads_member(scan, m->tokens, k, uses))
                return true;
    return false;
}

/* The use of a macro that a finding is about. */
static bool use_loads_member(const struct scan *scan, const struct finding *f)
{
    unsigned uses = 0;

    for (size_t k = 0; k < scan->tokens.count; k++) {
        const struct tokens *t = scan->tokens.items[k];

        for (size_t i = 0; t->source == f->source && i < t->list.count; i++)
            if (t->list.items[i].offset == f->offset)
                return loads_member(scan, t, i, &uses);
    }
    return false;
}

/* The instruction itself, in a statement or by a macro. */
static void read_loads(struct scan *scan, struct wrappers *w)
{
    size_t count = scan->findings.count;

    for (size_t i = 0; i < count; i++) {
        struct finding *f = scan->findings.items[i];
        enum origin origin = ORIGIN_OTHER;
        struct question q = { .in = NULL };

        if (f->rule != R_mov_to_cr3 || !f->stmt || f->form == FORM_MACRO ||
            f->mode == 16 || f->mode == 32)
            continue;
        q.in = function_of(scan, f);
        for (size_t k = 0; k < f->stmt->inputs.count; k++) {
            const char *expr = f->stmt->inputs.items[k].expr;
            struct tokens t = { 0 };
            enum origin at;

            tokens_read(&t, source_from_text("", LANG_C, expr, strlen(expr)));
            at = origin_of(&q, &t, 0, t.list.count, MOST_STEPS);
            if (at > origin)
                origin = at;
        }
        if (f->form == FORM_MACRO_USE && use_loads_member(scan, f))
            origin = ORIGIN_PROCESS;
        if (origin == ORIGIN_PARAM && f->form == FORM_STATEMENT)
            add_wrapper(w, f->function, q.param);
        else if (origin == ORIGIN_PROCESS)
            note(scan, f->source, f->offset, f->length, f->function, f->dead,
                 "a process's table is loaded");
    }
}

/* The calls of the wrappers that are known; makes more wrappers of callers. */
static void read_calls(struct scan *scan, struct wrappers *w, size_t first)
{
    size_t last = w->list.count;

    for (size_t k = 0; k < scan->functions.count; k++) {
        const struct function *in = &scan->functions.items[k];
        struct tokens *t = in->tokens;

        for (size_t i = in->open; i + 1 < in->close; i++)
            for (size_t n = first; n < last; n++) {
                const struct token *tok = &t->list.items[i];
                struct question q = { .in = in };
                size_t from, to;
                enum origin origin;

                if (!token_punct(t, i + 1, '(') ||
                    !token_is(t, i, w->list.items[n].name) ||
                    !tables_argument(t, i + 1, w->list.items[n].param, &from,
                                     &to))
                    continue;
                origin = origin_of(&q, t, from, to, MOST_STEPS);
                if (origin == ORIGIN_PARAM)
                    add_wrapper(w, in->name, q.param);
                else if (origin == ORIGIN_PROCESS)
                    note(scan, t->source, tok->offset, tok->length, in->name,
                         tok->dead, tokens_join(t, i, token_close(t, i + 1)
                                                + 1));
            }
    }
}

/* flags | PTE_U: pages for user mode. */
static bool gives_user_pages(const struct tokens *t, size_t i)
{
    static const char *const user[] = { "PTE_U", "PTE_US", "PTE_USER", "PG_US",
                                        "PG_USER", "PAGE_USER", "PAGE_US",
                                        "_PAGE_USER", "X86_PTE_USER",
                                        "X86_MMU_PG_U", "INTEL_PTE_USER" };

    for (size_t k = 0; k < sizeof(user) / sizeof(*user); k++)
        if (token_is(t, i, user[k]))
            return token_punct(t, i - 1, '|') || token_punct(t, i + 1, '|') ||
                   (token_punct(t, i - 1, '=') && token_punct(t, i - 2, '|'));
    return false;
}

/* sysret, an iret in C, or pages with the U bit. */
static bool enters_user_mode(const struct scan *scan)
{
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *f = scan->findings.items[i];

        if (!f->dead && f->mode != 16 &&
            (f->rule == R_sysret || f->rule == R_sysexit ||
             (f->rule == R_iret && f->form == FORM_STATEMENT)))
            return true;
    }
    for (size_t k = 0; k < scan->functions.count; k++) {
        const struct function *in = &scan->functions.items[k];

        for (size_t i = in->open + 2; i < in->close; i++)
            if (gives_user_pages(in->tokens, i))
                return true;
    }
    return false;
}

void assume_user_tables(struct scan *scan)
{
    struct wrappers w = { 0 };

    if (!enters_user_mode(scan))
        return;
    read_loads(scan, &w);
    for (size_t first = 0, n = 0; n < MOST_STEPS && first < w.list.count; n++) {
        size_t last = w.list.count;

        read_calls(scan, &w, first);
        first = last;
    }
}
