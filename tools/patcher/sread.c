// SPDX-License-Identifier: MIT
// Reads assembly text: .S and .s for gas (with cpp and gas macros) and NASM.
// Comments are blanked in a copy of the same length, so that every offset
// stays true. A macro's instructions are reported where they are defined and
// at each use, with the arguments put in.
#include <ctype.h>
#include <string.h>

#include "sread.h"

struct asm_place {
    struct scan *scan;
    struct source *source;
    const char *text; /* comments blanked */
    bool nasm;
    enum syntax syntax;
    unsigned mode;
    const char *symbol;
    struct gas_macro *inside; /* the definition that is being read */
    LIST(char) dead;          /* as in token.c */
    /* Reading a macro's text instead: */
    const struct finding *unused;
    long use; /* offset of the use, or -1 */
    uint32_t use_length;
    const char *origin;
    int nesting;
    size_t *expanded; /* bytes that this use has made so far */
};

#define MOST_EXPANDED (1u << 20) /* of one use, macros in macros and all */

/* Is the # at this place a directive of the C preprocessor? */
static bool is_directive(const char *text, size_t at, size_t size)
{
    static const char *const words[] = { "define", "include", "if", "else",
                                         "elif", "endif", "undef", "error",
                                         "pragma", "warning", "line" };

    for (at++; at < size && (text[at] == ' ' || text[at] == '\t'); at++)
        ;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (!strncmp(text + at, words[i], strlen(words[i])))
            return true;
    return false;
}

char *asm_blank_comments(struct source *s, bool nasm)
{
    char *text = mem_copy(s->text, s->size);
    bool line_start = true;

    for (size_t i = 0; i < s->size; i++) {
        size_t from = i, end = i;

        if (text[i] == '\\' && (text[i + 1] == '\n' ||
                                (text[i + 1] == '\r' && text[i + 2] == '\n')))
            text[i] = ' '; /* a line continued: see ends_in_backslash */
        if (nasm && text[i] == '%' && text[i + 1] &&
            strchr("0123456789%?$", text[i + 1])) {
            if (text[i + 1] == '%')
                text[i + 1] = '_';
            text[i] = '_'; /* a macro's parameter: a part of a word */
        }
        if (text[i] == '"' && !nasm) {
            size_t stop = asm_line_end(text, i, s->size);

            for (i++; i < stop && text[i] != '"'; i++)
                if (text[i] == '\\')
                    i++;
            continue;
        }
        if (text[i] == '/' && text[i + 1] == '*') {
            const char *close = memmem(text + i + 2, s->size - i - 2, "*/", 2);

            end = close ? (size_t)(close - text) + 2 : s->size;
        } else if ((text[i] == '/' && text[i + 1] == '/' && !nasm) ||
                   (text[i] == ';' && nasm) ||
                   (text[i] == '#' && !nasm &&
                    !(line_start && is_directive(text, i, s->size)) &&
                    (!i || text[i - 1] != '$') && text[i + 1] != '#' &&
                    (line_start || isspace((unsigned char)text[i - 1])))) {
            end = asm_line_end(text, i, s->size);
        }
        if (end > from) {
            source_note_comment(s, from, end - from);
            for (; i < end; i++)
                if (text[i] != '\n' && text[i] != '\r')
                    text[i] = ' ';
            i--;
            continue;
        }
        line_start = text[i] == '\n' ||
                     (line_start && isspace((unsigned char)text[i]));
    }
    return text;
}

static bool is_dead(const struct asm_place *p)
{
    for (size_t i = 0; i < p->dead.count; i++)
        if (p->dead.items[i] == 'd')
            return true;
    return false;
}

static void note_directive(struct asm_place *p, size_t from, size_t to)
{
    const char *text = p->text;

    while (from < to && (text[from] == '#' || text[from] == '%' ||
                         isspace((unsigned char)text[from])))
        from++;
    if (asm_has_word(text, from, to, "if") || asm_has_word(text, from, to, "ifdef") ||
        asm_has_word(text, from, to, "ifndef")) {
        *list_add(&p->dead) =
            asm_has_word(text, from, to, "if") && asm_has_word(text, from + 2, to, "0")
                ? 'd' : '?';
    } else if (p->dead.count && asm_has_word(text, from, to, "endif")) {
        p->dead.count--;
    } else if (p->dead.count && (asm_has_word(text, from, to, "else") ||
                                 asm_has_word(text, from, to, "elif"))) {
        char *top = &p->dead.items[p->dead.count - 1];

        *top = *top == 'd' ? 'a' : *top;
    }
}

static void note(struct asm_place *p, const struct insn *insn, enum rule rule)
{
    bool use = p->use >= 0;
    enum form form = use        ? FORM_ASM_USE
                     : p->nasm  ? FORM_NASM
                     : p->inside ? FORM_ASM_MACRO
                                 : FORM_ASM;
    size_t offset = use ? (size_t)p->use : insn->offset;
    struct finding *f = finding_add(p->scan, p->source, rule, form, offset,
                                    use ? p->use_length
                                        : strlen(insn->mnemonic));
    size_t from = insn->offset, to = insn->end;
    struct text what = { 0 };

    while (to > from && isspace((unsigned char)p->text[to - 1]))
        to--;
    for (; from < to; from++)
        text_char(&what, isspace((unsigned char)p->text[from])
                             ? ' ' : p->text[from]);
    f->what = what.data ? what.data : "";
    f->function = p->inside ? p->inside->name : p->symbol;
    f->mode = p->mode;
    f->origin = use ? p->origin : NULL;
    f->dead = is_dead(p);
    if (!use) {
        f->begin = insn->offset;
        f->end = (uint32_t)to;
    }
}

static void read_text(struct asm_place *p, size_t from, size_t to);

static bool may_expand(struct asm_place *p, const char *text)
{
    if (p->use < 0)
        *p->expanded = 0;
    *p->expanded += strlen(text);
    return p->nesting < 8 && *p->expanded < MOST_EXPANDED;
}

/* Reads the text of a macro as if it stood at the use. */
static void read_expansion(struct asm_place *p, const struct insn *insn,
                           const char *text, const char *name)
{
    struct asm_place inner = *p;

    if (!may_expand(p, text))
        return;
    inner.text = text;
    inner.nesting++;
    inner.dead.count = 0;
    if (p->use < 0) {
        inner.use = insn->offset;
        inner.use_length = (uint32_t)strlen(insn->mnemonic);
        inner.origin = mem_dup(name);
    }
    if (is_dead(p))
        *list_add(&inner.dead) = 'd';
    read_text(&inner, 0, strlen(text));
}

/* A mnemonic that no assembler knows may be a macro of gas or of cpp. */
static void read_macro_use(struct asm_place *p, const struct insn *insn)
{
    struct gas_macro *m = gas_macro_find(p->scan, insn->mnemonic);
    const char *name = p->text + insn->offset;
    size_t length = strlen(insn->mnemonic);
    struct macro *c = macro_find(&p->scan->macros, name, length);

    if (m && m != p->inside && !m->busy) {
        struct insn words = *insn;
        char *text;

        /* gas also separates arguments by spaces */
        if (words.count == 1 && !p->nasm) {
            char *rest = mem_dup(words.operands[0]), *word;

            words.count = 0;
            while ((word = strsep(&rest, " \t")) &&
                   words.count < MAX_OPERANDS)
                if (*word)
                    words.operands[words.count++] = word;
        }
        text = gas_macro_text(m, &words);
        m->busy = true;
        read_expansion(p, insn, text, m->name);
        m->busy = false;
    }
    for (; c; c = macro_next(&p->scan->macros, c)) {
        struct tokens t = { 0 };
        const char *end = p->text + insn->end;
        size_t last;
        char *text;

        if (c->body >= c->end)
            continue;
        tokens_read(&t, source_from_text(
            "", LANG_C, mem_copy(name, (size_t)(end - name)),
            (size_t)(end - name)));
        text = macro_expand(&p->scan->macros, c, &t, 0, &last);
        if (text && *text)
            read_expansion(p, insn, text, c->name);
    }
}

/* name: or ENTRY(name) or SYM_FUNC_START(name) */
static void note_symbol(struct asm_place *p, size_t from, size_t to)
{
    size_t end, paren;

    while (from < to && isspace((unsigned char)p->text[from]))
        from++;
    for (end = from; end < to && asm_word_char(p->text[end]); end++)
        ;
    if (end == from || end == to)
        return;
    if (p->text[end + strspn(p->text + end, " ")] == ':' &&
        strncmp(p->text + from, ".L", 2) &&
        !isdigit((unsigned char)p->text[from])) {
        p->symbol = mem_copy(p->text + from, end - from);
        return;
    }
    if (p->text[end] != '(' ||
        (!memmem(p->text + from, end - from, "ENTRY", 5) &&
         !memmem(p->text + from, end - from, "START", 5)))
        return;
    paren = end + 1;
    for (end = paren; end < to && asm_word_char(p->text[end]); end++)
        ;
    p->symbol = mem_copy(p->text + paren, end - paren);
}

static void note_mode(struct asm_place *p, size_t from, size_t to)
{
    static const struct {
        const char *word;
        unsigned mode;
    } modes[] = { { ".code16", 16 }, { ".code16gcc", 16 }, { ".code32", 32 },
                  { ".code64", 64 }, { "bits 16", 16 },    { "bits 32", 32 },
                  { "bits 64", 64 }, { "[bits 16]", 16 },  { "[bits 32]", 32 },
                  { "[bits 64]", 64 }, { "use16", 16 },    { "use32", 32 },
                  { "use64", 64 } };

    for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
        if (asm_has_word(p->text, from, to, modes[i].word)) {
            p->mode = modes[i].mode;
            if (p->use < 0)
                *list_add(&p->source->modes) = (struct mode_change){
                    source_line(p->source, from), p->mode };
        }
    if (asm_has_word(p->text, from, to, ".intel_syntax"))
        p->syntax = SYNTAX_INTEL;
    else if (asm_has_word(p->text, from, to, ".att_syntax"))
        p->syntax = SYNTAX_ATT;
}

/* Where code for real mode begins. */
static void note_real_mode(struct asm_place *p, size_t from, size_t to)
{
    struct finding *f;

    while (from < to && isspace((unsigned char)p->text[from]))
        from++;
    while (to > from && isspace((unsigned char)p->text[to - 1]))
        to--;
    f = finding_add(p->scan, p->source, R_real_mode, FORM_PATTERN, from,
                    to - from);
    f->what = "code for real mode";
    f->function = p->inside ? p->inside->name : p->symbol;
    f->mode = 16;
    f->dead = is_dead(p);
}

/* "times 4 hlt": what stands behind the number. */
static size_t behind_times(const char *text, size_t from, size_t to)
{
    for (int word = 0; word < 2; word++) {
        while (from < to && isspace((unsigned char)text[from]))
            from++;
        while (from < to && !isspace((unsigned char)text[from]))
            from++;
    }
    return from;
}

static void read_statement(struct asm_place *p, size_t from, size_t to)
{
    unsigned mode = p->mode;
    struct insn insn;
    enum rule rule;

    if (p->nasm && asm_has_word(p->text, from, to, "times"))
        from = behind_times(p->text, from, to);
    note_symbol(p, from, to);
    note_mode(p, from, to);
    if (p->mode == 16 && mode != 16 && p->use < 0)
        note_real_mode(p, from, to);
    if (!asm_read_bytes(&insn, p->text, from, to) &&
        !insn_read(&insn, p->text, from, to, p->syntax))
        return;
    insn.mode = p->mode;
    rule = sensitive_rule(&insn);
    for (unsigned i = 0; !rule && i < insn.count; i++)
        if (insn_uses_segment(insn.operands[i]))
            rule = R_percpu_segment;
    if (rule)
        note(p, &insn, rule);
    else
        read_macro_use(p, &insn);
}

static bool ends_in_backslash(const struct asm_place *p, size_t end)
{
    const char *text = p->use < 0 ? p->source->text : p->text;

    if (end && text[end - 1] == '\r')
        end--;
    return end && text[end - 1] == '\\';
}

/* The instructions in the text of a #define, which only uses assemble. */
static void read_define(struct asm_place *p, size_t from, size_t to)
{
    struct asm_place inner = *p;
    struct gas_macro named = { 0 };
    size_t name;

    while (from < to && (p->text[from] == '#' ||
                         isspace((unsigned char)p->text[from])))
        from++;
    if (p->nasm || p->use >= 0 || !asm_has_word(p->text, from, to, "define"))
        return;
    from += strlen("define");
    while (from < to && isspace((unsigned char)p->text[from]))
        from++;
    for (name = from; from < to && asm_word_char(p->text[from]); from++)
        ;
    named.name = mem_copy(p->text + name, from - name);
    if (from < to && p->text[from] == '(')
        while (from < to && p->text[from - 1] != ')')
            from++;
    inner.inside = &named;
    while (from < to) {
        size_t end = insn_end(p->text, from, to);

        read_statement(&inner, from, end);
        from = end + 1;
    }
}

/* The lines of .irp's body; those with its name in them once a value. */
static void read_repeat(struct asm_place *p, const struct gas_repeat *repeat,
                        size_t from, size_t to)
{
    for (size_t end; from < to; from = end + 1) {
        struct asm_place inner = *p;
        char *text;

        end = asm_line_end(p->text, from, to);
        if (!gas_repeat_text(repeat, p->text, from, end, 0)) {
            read_text(p, from, end);
            continue;
        }
        inner.nesting++;
        if (p->use < 0) {
            while (from < end && isspace((unsigned char)p->text[from]))
                from++;
            inner.use = (long)from;
            inner.use_length = (uint32_t)(end - from);
            inner.origin = ".irp";
        }
        for (size_t n = 0; n < repeat->values.count; n++) {
            text = gas_repeat_text(repeat, p->text, from, end, n);
            inner.text = text;
            if (may_expand(p, text))
                read_text(&inner, 0, strlen(text));
        }
    }
}

static void read_text(struct asm_place *p, size_t from, size_t to)
{
    while (from < to) {
        size_t end = asm_line_end(p->text, from, to), at = from;
        struct gas_repeat repeat;

        while (at < end && isspace((unsigned char)p->text[at]))
            at++;
        if (p->text[at] == '#' || (p->nasm && p->text[at] == '%' &&
                                   !asm_has_word(p->text, at, end, "%macro"))) {
            while (end < to && ends_in_backslash(p, end))
                end = asm_line_end(p->text, end + 1, to); /* #define ... \ */
            note_directive(p, at, end);
            read_define(p, at, end);
        } else if (p->use < 0 && !p->inside &&
                   (asm_has_word(p->text, at, end, ".macro") ||
                    (p->nasm && asm_has_word(p->text, at, end, "%macro")))) {
            size_t stop = gas_macro_end(p->text, end + 1, to, p->nasm);
            struct gas_macro *list = p->scan->gas_macros.items;

            for (size_t i = 0; i < p->scan->gas_macros.count; i++)
                if (list[i].source == p->source && list[i].body == end + 1)
                    p->inside = &list[i];
            if (end + 1 < stop && p->inside)
                read_text(p, end + 1, stop);
            p->inside = NULL;
            end = asm_line_end(p->text, stop < to ? stop : to, to);
        } else if (!p->nasm && gas_repeat_read(&repeat, p->text, at, end)) {
            size_t stop = gas_repeat_end(p->text, end + 1, to);

            read_repeat(p, &repeat, end + 1, stop);
            end = asm_line_end(p->text, stop < to ? stop : to, to);
        } else {
            while (at < end) {
                size_t stop = p->nasm ? end : insn_end(p->text, at, end);

                read_statement(p, at, stop);
                at = stop + 1;
            }
        }
        from = end + 1;
    }
}

static bool is_nasm(const struct source *s)
{
    return s->lang == LANG_NASM;
}

void s_collect(struct scan *scan, struct source *s)
{
    bool nasm = is_nasm(s);
    char *text;

    if (s->lang == LANG_HEADER || s->lang == LANG_C) {
        if (!memmem(s->text, s->size, ".macro", 6))
            return;
        text = mem_copy(s->text, s->size);
    } else {
        text = asm_blank_comments(s, nasm);
        s->accepts.count = 0; /* noted again by s_read */
        if (!nasm) {
            struct tokens *t = mem_alloc(sizeof(*t));

            tokens_read(t, s);
            s->accepts.count = 0;
            macros_collect(&scan->macros, t);
        }
    }
    for (size_t at = 0; at < s->size; at = asm_line_end(text, at, s->size) + 1) {
        size_t end = asm_line_end(text, at, s->size);

        while (at < end && isspace((unsigned char)text[at]))
            at++;
        if (asm_has_word(text, at, end, nasm ? "%macro" : ".macro"))
            gas_macro_collect(scan, s, text, at, end, nasm);
    }
}

void s_read(struct scan *scan, struct source *s)
{
    size_t expanded = 0;
    struct asm_place p = { .scan = scan, .source = s, .symbol = "",
                           .use = -1, .nasm = is_nasm(s),
                           .expanded = &expanded };

    scan->macros.viewer = s;
    p.syntax = p.nasm ? SYNTAX_INTEL : SYNTAX_ATT;
    if (s->lang == LANG_HEADER || s->lang == LANG_C) {
        p.text = s->text;
        for (size_t i = 0; i < scan->gas_macros.count; i++) {
            struct gas_macro *m = &scan->gas_macros.items[i];

            if (m->source != s)
                continue;
            p.inside = m;
            read_text(&p, m->body, m->end);
        }
        return;
    }
    p.text = asm_blank_comments(s, p.nasm);
    read_text(&p, 0, s->size);
}
