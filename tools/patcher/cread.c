// SPDX-License-Identifier: MIT
// Reads C: finds every asm statement, in functions, at file scope, in macros
// and at each use of such a macro, and the compiler's own functions for
// instructions. The rule: all branches of all conditions are read, because
// which of them a build takes is not known here; the built image judges.
#include <ctype.h>
#include <string.h>

#include "finding.h"

struct place { /* where the reader is */
    struct scan *scan;
    struct tokens *t;
    const char *function;
    int depth;
    size_t candidate; /* the name before the last (...) at file scope */
    LIST(int) saved;  /* depth at each open #if */
};

/* An instruction as one line, for people. */
static char *one_line(const struct asm_stmt *stmt, const struct insn *insn)
{
    struct text out = { 0 };
    bool space = false;

    text_put(&out, "");
    for (size_t i = insn->offset; i < insn->end && i < stmt->tmpl.length;
         i++) {
        unsigned char c = (unsigned char)stmt->tmpl.data[i];

        if (isspace(c) || c < ' ') {
            space = out.length > 0;
            continue;
        }
        if (space)
            text_char(&out, ' ');
        space = false;
        text_char(&out, (char)c);
    }
    return out.data;
}

/* The last label in a template before a place: what a symbol table has for
 * asm outside functions. NULL if there is none. */
static const char *label_before(const struct asm_stmt *stmt, size_t place)
{
    const char *text = stmt->tmpl.data, *found = NULL;

    for (size_t at = 0; at < place; at++) {
        size_t from = at;

        while (from && (isalnum((unsigned char)text[from - 1]) ||
                        strchr("_.$", text[from - 1])))
            from--;
        if (text[at] == ':' && from < at && text[from] != '.' &&
            !isdigit((unsigned char)text[from]))
            found = mem_copy(text + from, at - from);
    }
    return found;
}

/* A percpu access through %gs or %fs is worth one finding a statement. */
static enum rule stmt_rule(const struct insn *insn)
{
    enum rule rule = sensitive_rule(insn);

    for (unsigned i = 0; !rule && i < insn->count; i++)
        if (insn_uses_segment(insn->operands[i]))
            rule = R_percpu_segment;
    return rule;
}

/*
 * The sensitive instructions of a statement, each a finding. `use` is the
 * token of the macro whose text this is, or -1: then the places in the
 * template are places in the file.
 */
static void note_stmt(struct place *p, struct asm_stmt *stmt, enum form form,
                      long use, size_t use_end)
{
    struct asm_stmt *kept = NULL;

    for (unsigned i = 0; i < stmt->insns.count; i++) {
        const struct insn *insn = &stmt->insns.items[i];
        enum rule rule = stmt_rule(insn);
        struct finding *f;
        size_t offset, length = strlen(insn->mnemonic);

        if (!rule)
            continue;
        if (!kept) {
            kept = mem_alloc(sizeof(*kept));
            *kept = *stmt;
        }
        offset = stmt->map.items[insn->offset];
        if (use >= 0) {
            const struct token *tok = &p->t->list.items[use];

            offset = tok->offset;
            length = tok->length;
        }
        f = finding_add(p->scan, p->t->source, rule, form, offset, length);
        f->stmt = kept;
        f->index = i;
        f->mode = insn->mode;
        f->function = p->function;
        f->symbol = label_before(stmt, insn->offset);
        f->what = one_line(stmt, insn);
        f->begin = stmt->begin;
        f->end = stmt->end;
        if (use >= 0) {
            const struct token *last = &p->t->list.items[use_end];

            f->origin = token_text(p->t, (size_t)use);
            f->begin = p->t->list.items[use].offset;
            f->end = last->offset + last->length;
        }
        f->first_line = source_line(f->source, f->begin);
        f->last_line = source_line(f->source, f->end ? f->end - 1 : 0);
        f->dead = p->t->list.items[use >= 0 ? (size_t)use : stmt->first].dead;
    }
}

/* Reads an asm statement at token i; returns the last token of it. */
static size_t read_stmt(struct place *p, size_t i, enum form form)
{
    struct asm_stmt stmt;

    if (!asm_read(&stmt, p->t, i, &p->scan->macros, p->scan->syntax))
        return i;
    if (stmt.broken)
        scan_problem(p->scan, p->t->source, stmt.begin,
                     "this asm statement does not end as C demands: read up "
                     "to its line's end");
    if (stmt.unread && form != FORM_MACRO)
        scan_problem(p->scan, p->t->source, stmt.unread_at,
                     "this part of the template is no string that is known "
                     "here: what it holds is not seen");
    note_stmt(p, &stmt, form, -1, 0);
    return stmt.last;
}

/* All asm statements in the text that a macro's use expands to. */
static void read_use(struct place *p, size_t i, size_t last, const char *text)
{
    struct tokens inner = { 0 };

    tokens_read(&inner, source_from_text(p->t->source->path, LANG_C, text,
                                         strlen(text)));
    for (size_t k = 0; k + 1 < inner.list.count; k++) {
        struct asm_stmt stmt;

        if (!asm_keyword(&inner, k) ||
            !asm_read(&stmt, &inner, k, &p->scan->macros, p->scan->syntax))
            continue;
        note_stmt(p, &stmt, FORM_MACRO_USE, (long)i, last);
        k = stmt.last;
    }
}

static void note_intrinsic(struct place *p, size_t i, enum rule rule)
{
    const struct token *tok = &p->t->list.items[i];
    size_t close = token_close(p->t, i + 1);
    struct finding *f = finding_add(p->scan, p->t->source, rule,
                                    FORM_INTRINSIC, tok->offset, tok->length);

    f->function = p->function;
    f->what = token_text(p->t, i);
    f->begin = tok->offset;
    f->end = p->t->list.items[close].offset + p->t->list.items[close].length;
    f->dead = tok->dead;
}

/* A name in code: a hot macro's use, an intrinsic, or nothing. Returns the
 * last token that it took. */
static size_t read_name(struct place *p, size_t i)
{
    const struct token *tok = &p->t->list.items[i];
    const char *name = p->t->source->text + tok->offset;
    struct macro *m = macro_find(&p->scan->macros, name, tok->length);
    size_t furthest = i;
    enum rule rule;

    for (; m; m = macro_next(&p->scan->macros, m)) {
        size_t last;
        char *text = m->hot ? macro_expand(&p->scan->macros, m, p->t, i, &last)
                            : NULL;

        if (text) {
            read_use(p, i, last, text);
            furthest = m->function_like ? i + 1 : i;
        }
    }
    if (furthest > i || !token_punct(p->t, i + 1, '('))
        return i;
    rule = intrinsic_rule(name, tok->length);
    if (rule && !function_find(p->scan, token_text(p->t, i)))
        note_intrinsic(p, i, rule);
    return i;
}

static void read_directive(struct place *p, size_t i, size_t end)
{
    if (token_is(p->t, i + 1, "define")) {
        const char *outer = p->function;

        p->function = end > i + 2 ? token_text(p->t, i + 2) : "";
        for (size_t k = i + 3; k < end; k++)
            if (asm_keyword(p->t, k))
                k = read_stmt(p, k, FORM_MACRO);
        p->function = outer;
    } else if (token_is(p->t, i + 1, "if") || token_is(p->t, i + 1, "ifdef") ||
               token_is(p->t, i + 1, "ifndef")) {
        *list_add(&p->saved) = p->depth;
    } else if (p->saved.count && (token_is(p->t, i + 1, "else") ||
                                  token_is(p->t, i + 1, "elif"))) {
        p->depth = p->saved.items[p->saved.count - 1];
    } else if (p->saved.count && token_is(p->t, i + 1, "endif")) {
        p->saved.count--;
    }
}

static bool is_attribute(const struct tokens *t, size_t i)
{
    return token_is(t, i, "__attribute__") || token_is(t, i, "__declspec") ||
           token_is(t, i, "_Alignas") || token_is(t, i, "__attribute");
}

/* Keeps track of functions; returns true when one begins at this brace. */
static bool follow(struct place *p, size_t i)
{
    char c = p->t->list.items[i].punct;
    bool begins = false;

    if (c == '{') {
        if (p->depth == 0 && p->candidate) {
            p->function = token_text(p->t, p->candidate);
            begins = true;
        }
        if (i && p->t->list.items[i - 1].kind == TOK_STRING &&
            p->depth == 0 && !p->candidate)
            return false; /* extern "C" { */
        p->depth++;
        p->candidate = begins ? p->candidate : 0;
    } else if (c == '}') {
        if (p->depth > 0)
            p->depth--;
        if (p->depth == 0)
            p->function = "";
        p->candidate = 0;
    } else if (p->depth == 0 && (c == ';' || c == '=')) {
        p->candidate = 0;
    }
    return begins;
}

static bool all_upper(const struct tokens *t, size_t i)
{
    const struct token *tok = &t->list.items[i];

    for (size_t k = 0; k < tok->length; k++)
        if (islower((unsigned char)t->source->text[tok->offset + k]))
            return false;
    return true;
}

/*
 * At file scope, NAME ( ... ) may be a function's head. The first one counts:
 * what follows are annotations; but EXPORT(x) in front of a function is not.
 */
static void note_head(struct place *p, size_t i)
{
    if (p->depth || !token_punct(p->t, i + 1, '(') || is_attribute(p->t, i))
        return;
    if (!p->candidate || all_upper(p->t, p->candidate))
        p->candidate = i;
}

static struct place start(struct scan *scan, struct tokens *t)
{
    return (struct place){ .scan = scan, .t = t, .function = "" };
}

void c_collect(struct scan *scan, struct source *source)
{
    struct tokens *t = mem_alloc(sizeof(*t));
    struct place p = start(scan, t);

    tokens_read(t, source);
    *list_add(&scan->tokens) = t;
    macros_collect(&scan->macros, t);
    t->first_function = scan->functions.count;
    for (size_t i = 0; i < t->list.count; i++) {
        const struct token *tok = &t->list.items[i];

        if (tok->kind == TOK_DIRECTIVE) {
            size_t end = token_directive_end(t, i);

            if (!token_is(t, i + 1, "define"))
                read_directive(&p, i, end);
            i = end;
        } else if (tok->kind == TOK_NAME) {
            note_head(&p, i);
            if (p.candidate == i && i)
                i = token_close(t, i + 1);
        } else if (tok->kind == TOK_PUNCT && follow(&p, i)) {
            struct function *f = list_add(&scan->functions);

            f->name = p.function;
            f->tokens = t;
            f->name_token = p.candidate;
            f->params = p.candidate + 1;
            f->open = i;
            f->close = token_close(t, i);
            p.candidate = 0;
        }
    }
    t->last_function = scan->functions.count;
}

void c_read(struct scan *scan, struct tokens *t)
{
    struct place p = start(scan, t);

    scan->macros.viewer = t->source;
    for (size_t i = 0; i < t->list.count; i++) {
        const struct token *tok = &t->list.items[i];

        if (tok->kind == TOK_DIRECTIVE) {
            size_t end = token_directive_end(t, i);

            read_directive(&p, i, end);
            i = end;
        } else if (tok->kind == TOK_NAME && asm_keyword(t, i)) {
            i = read_stmt(&p, i, p.depth ? FORM_STATEMENT : FORM_FILE_SCOPE);
        } else if (tok->kind == TOK_NAME) {
            note_head(&p, i);
            read_name(&p, i);
        } else if (tok->kind == TOK_PUNCT && follow(&p, i)) {
            p.candidate = 0;
        }
    }
}
