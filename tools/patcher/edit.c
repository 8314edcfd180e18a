// SPDX-License-Identifier: MIT
// Edits by offset: see edit.h. Lines that are added end as the file's own do.
#include "edit.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "types_fact.h"

static int compare(const void *a, const void *b)
{
    const struct edit *x = a, *y = b;

    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

char *edits_apply(const struct source *source, struct edits *edits,
                  size_t *size)
{
    struct text out = { 0 };
    size_t at = 0;

    text_put(&out, "");
    if (edits->list.count)
        qsort(edits->list.items, edits->list.count, sizeof(struct edit),
              compare);
    for (size_t i = 0; i < edits->list.count; i++) {
        const struct edit *e = &edits->list.items[i];

        if (e->from < at || e->to < e->from || e->to > source->size)
            return NULL;
        text_add(&out, source->text + at, e->from - at);
        text_put(&out, e->text);
        at = e->to;
    }
    text_add(&out, source->text + at, source->size - at);
    *size = out.length;
    return out.data;
}

static void add(struct edits *edits, uint32_t from, uint32_t to,
                const char *text)
{
    struct edit *e;

    /* Several findings of one statement are one edit. */
    for (size_t i = 0; i < edits->list.count; i++)
        if (edits->list.items[i].from == from &&
            edits->list.items[i].to == to && from != to)
            return;
    e = list_add(&edits->list);
    *e = (struct edit){ from, to, text };
}

/* "\r\n" or "\n", as the file has it. */
static const char *line_end(const struct source *s)
{
    const char *end = memchr(s->text, '\n', s->size);

    return end && end > s->text && end[-1] == '\r' ? "\r\n" : "\n";
}

/* "{ a; b; }" as lines, indented as the line that it is on. */
static const char *as_block(const struct source *s, const struct finding *f)
{
    size_t length, indent;
    const char *line = source_line_text(s, f->first_line, &length);
    const char *deeper, *at = f->replacement + 2, *end = line_end(s);
    struct text out = { 0 };

    indent = strspn(line, " \t");
    deeper = indent && line[0] == '\t' ? "\t" : "    ";
    text_char(&out, '{');
    while (*at && *at != '}') {
        const char *stop = strchr(at, ';');

        text_format(&out, "%s%.*s%s%.*s;", end, (int)indent, line, deeper,
                    (int)(stop - at), at);
        at = stop + 1 + strspn(stop + 1, " ");
    }
    text_format(&out, "%s%.*s}", end, (int)indent, line);
    return out.data;
}

/* "*" or the start of an lvalue becomes `before` or `before`&. */
static void begin(struct edits *edits, const struct source *s,
                  const struct fact *fact, const char *before)
{
    uint32_t at = fact->lhs;

    if (fact->is_deref && s->text[at] == '*')
        add(edits, at, at + 1, before);
    else
        add(edits, at, at, mem_format("%s&", before));
}

static void begin_call(struct edits *edits, const struct source *s,
                       const struct fact *fact, const char *name)
{
    begin(edits, s, fact, mem_format("%s(", name));
}

/* "p->bits.x" becomes "p, bits.x", and "p[i].bits.x" "&p[i], bits.x". */
static void add_part(struct edits *edits, const struct fact *fact,
                     const char *name)
{
    add(edits, fact->lhs, fact->lhs,
        mem_format("%s(%s", name, fact->is_arrow ? "" : "&"));
    add(edits, fact->entry_end, types_member(fact), ", ");
}

/* An address that may be evaluated but once. */
static void add_update_once(struct edits *edits, const struct finding *f)
{
    const struct fact *fact = f->fact;
    const char *name = strstr(f->replacement, "; pv_") + 2;

    begin(edits, f->source, fact, "({ void *pv_at = ");
    add(edits, fact->lhs_end, fact->rhs,
        mem_format("; %.*s(pv_at, pv_pte_load(pv_at) %c (",
                   (int)strcspn(name, "("), name, fact->op[0]));
    add(edits, fact->rhs_end, fact->rhs_end, ")); })");
}

/*
 * A store or load, where Coccinelle did not make the edit: only the words
 * around the operands change, so that edits inside them can be made too.
 */
static void add_store(struct edits *edits, const struct finding *f)
{
    const struct fact *fact = f->fact;
    const char *name = mem_copy(f->replacement, strcspn(f->replacement, "("));

    if (fact->entry_end && !fact->is_whole) {
        add_part(edits, fact, name);
        if (fact->kind == FACT_STORE)
            add(edits, fact->lhs_end, fact->rhs, ", ");
        add(edits, fact->end, fact->end, ")");
    } else if (fact->kind == FACT_LOAD) {
        begin_call(edits, f->source, fact, name);
        add(edits, fact->lhs_end, fact->lhs_end, ")");
    } else if (fact->kind == FACT_STORE) {
        begin_call(edits, f->source, fact, name);
        add(edits, fact->lhs_end, fact->rhs, ", ");
        add(edits, fact->rhs_end, fact->rhs_end, ")");
    } else if (fact->kind == FACT_UPDATE && f->replacement[0] == '(') {
        add_update_once(edits, f);
    } else if (fact->kind == FACT_UPDATE) {
        const char *at = mem_copy(f->source->text + fact->lhs,
                                  fact->lhs_end - fact->lhs);

        begin_call(edits, f->source, fact, name);
        add(edits, fact->lhs_end, fact->rhs,
            mem_format(fact->is_deref && *at == '*'
                           ? ", pv_pte_load(%s) %c (" : ", pv_pte_load(&%s) %c (",
                       *at == '*' && fact->is_deref ? at + 1 : at,
                       fact->op[0]));
        add(edits, fact->rhs_end, fact->rhs_end, "))");
    } else {
        add(edits, fact->offset, fact->end,
            mem_copy(f->replacement, strlen(f->replacement) - 1));
    }
}

void edits_of(struct edits *edits, const struct finding *f)
{
    if (f->form == FORM_STORE)
        add_store(edits, f);
    else if (f->replacement[0] == '{')
        add(edits, f->begin, f->end, as_block(f->source, f));
    else
        add(edits, f->begin, f->end, f->replacement);
}

void edits_collect(struct edits *edits, const struct scan *scan,
                   const struct source *source)
{
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *f = scan->findings.items[i];

        if (f->source == source && f->action == ACTION_REWRITE && !f->dead)
            edits_of(edits, f);
    }
}

static const struct function *find_function(const struct scan *scan,
                                            const struct source *source,
                                            const char *name)
{
    for (size_t i = 0; i < scan->functions.count; i++) {
        const struct function *f = &scan->functions.items[i];

        if (f->tokens->source == source && !strcmp(f->name, name))
            return f;
    }
    return NULL;
}

/* Behind the brace, on a line of its own, as deep as the line after it. */
static void add_first(struct edits *edits, const struct source *s,
                      const struct function *f, const char *statement)
{
    uint32_t at = f->tokens->list.items[f->open].offset + 1;
    const char *rest = s->text + at, *next;
    size_t indent;

    while (isspace((unsigned char)*rest))
        rest++;
    if (!strncmp(rest, statement, strlen(statement)))
        return; /* it is there */
    next = rest;
    while (next > s->text && next[-1] != '\n')
        next--;
    indent = strspn(next, " \t");
    add(edits, at, at,
        mem_format("%s%.*s%s", line_end(s), (int)indent, next, statement));
}

void edits_profile(struct edits *edits, const struct scan *scan,
                   const struct profile *profile, const struct source *source)
{
    for (size_t i = 0; i < profile->edits.count; i++) {
        const struct edit_rule *rule = &profile->edits.items[i];
        const struct function *f;

        if (strcmp(rule->file, source->path))
            continue;
        f = find_function(scan, source, rule->function);
        if (!f)
            continue; /* patch.c says so */
        if (rule->kind == 'f') {
            add_first(edits, source, f, rule->text);
        } else {
            const struct token *name = &f->tokens->list.items[f->name_token];

            add(edits, name->offset, name->offset + name->length, rule->text);
        }
    }
}

/* Does this line include the same file, by <> or ""? */
static bool includes(const char *line, size_t length, const char *include)
{
    const char *name = memmem(line, length, "include", 7);
    size_t bare = strlen(include) - 2;

    if (!name || line[strspn(line, " \t")] != '#')
        return false;
    name += 7;
    while (*name == ' ' || *name == '\t')
        name++;
    return (*name == '<' || *name == '"') &&
           !strncmp(name + 1, include + 1, bare) &&
           (name[1 + bare] == '>' || name[1 + bare] == '"');
}

static bool begins(const char *line, const char *word)
{
    line += strspn(line, " \t");
    if (*line++ != '#')
        return false;
    line += strspn(line, " \t");
    return !strncmp(line, word, strlen(word));
}

/* The first line with a word of the library's: headers have #includes behind
 * their functions, too. */
static unsigned first_use(const struct source *s)
{
    for (unsigned n = 1; n <= s->line_count; n++) {
        size_t length;
        const char *line = source_line_text(s, n, &length);

        for (size_t i = 0; i + 3 < length; i++)
            if ((!memcmp(line + i, "pv_", 3) || !memcmp(line + i, "PV_", 3)) &&
                (!i || (!isalnum((unsigned char)line[i - 1]) &&
                        line[i - 1] != '_')))
                return n;
    }
    return s->line_count + 1;
}

/*
 * The line behind which an #include goes: the last #include in front of its
 * first use that is under no condition (an include guard is none), else the
 * guard's #define, else the comment that opens the file.
 */
void edits_include(struct edits *edits, const struct source *s,
                   const char *include)
{
    unsigned last = 0, guard = 0, depth = 0, comment = 0, use = first_use(s);
    bool in_comment = false, only_comment = true;
    uint32_t at;

    for (unsigned n = 1; n <= s->line_count; n++) {
        size_t length;
        const char *line = source_line_text(s, n, &length);

        if (includes(line, length, include))
            return;
        if (begins(line, "if"))
            depth++;
        else if (begins(line, "endif") && depth)
            depth--;
        else if (begins(line, "define") && !guard && depth == 1 && !last)
            guard = n;
        else if (begins(line, "include") && depth <= (guard ? 1 : 0) &&
                 n < use)
            last = n;
        if (only_comment) {
            if (!in_comment && length >= 2 && line[0] == '/' &&
                line[1] == '*')
                in_comment = true;
            else if (!in_comment && (length < 2 || line[0] != '/' ||
                                     line[1] != '/'))
                only_comment = false;
            if (only_comment)
                comment = n;
            if (in_comment && memmem(line, length, "*/", 2))
                in_comment = false;
        }
    }
    if (!last)
        last = guard ? guard : comment;
    at = last < s->line_count ? s->lines[last] : (uint32_t)s->size;
    add(edits, at, at, mem_format("#include %s%s", include, line_end(s)));
}
