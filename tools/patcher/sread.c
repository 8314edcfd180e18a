// SPDX-License-Identifier: MIT
// Reads assembly text: .S and .s for gas (with cpp and gas macros) and NASM.
// Comments are blanked in a copy of the same length, so that every offset
// stays true. A macro's instructions are reported where they are defined and
// at each use, with the arguments put in.
#include <ctype.h>
#include <string.h>

#include "finding.h"

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
};

static bool word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$';
}

static size_t line_end(const char *text, size_t at, size_t size)
{
    const char *end = memchr(text + at, '\n', size - at);

    return end ? (size_t)(end - text) : size;
}

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

/* A copy with comments blanked; notes "pv-ok:" on the way. */
static char *blank_comments(struct source *s, bool nasm)
{
    char *text = mem_copy(s->text, s->size);
    bool line_start = true;

    for (size_t i = 0; i < s->size; i++) {
        size_t from = i, end = i;

        if (text[i] == '\\' && (text[i + 1] == '\n' ||
                                (text[i + 1] == '\r' && text[i + 2] == '\n')))
            text[i] = ' '; /* a line continued: see ends_in_backslash */
        if (text[i] == '"' && !nasm) {
            size_t stop = line_end(text, i, s->size);

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
            end = line_end(text, i, s->size);
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

static bool has_word(const char *text, size_t from, size_t to,
                     const char *word)
{
    size_t length = strlen(word);

    while (from < to && isspace((unsigned char)text[from]))
        from++;
    return to - from >= length && !strncasecmp(text + from, word, length) &&
           (to - from == length || !word_char(text[from + length]));
}

static void note_directive(struct asm_place *p, size_t from, size_t to)
{
    const char *text = p->text;

    while (from < to && (text[from] == '#' || text[from] == '%' ||
                         isspace((unsigned char)text[from])))
        from++;
    if (has_word(text, from, to, "if") || has_word(text, from, to, "ifdef") ||
        has_word(text, from, to, "ifndef")) {
        *list_add(&p->dead) =
            has_word(text, from, to, "if") && has_word(text, from + 2, to, "0")
                ? 'd' : '?';
    } else if (p->dead.count && has_word(text, from, to, "endif")) {
        p->dead.count--;
    } else if (p->dead.count && (has_word(text, from, to, "else") ||
                                 has_word(text, from, to, "elif"))) {
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

static struct gas_macro *find_gas_macro(const struct scan *scan,
                                        const char *name)
{
    for (size_t i = 0; i < scan->gas_macros.count; i++)
        if (!strcasecmp(scan->gas_macros.items[i].name, name))
            return &scan->gas_macros.items[i];
    return NULL;
}

static void read_text(struct asm_place *p, size_t from, size_t to);

/* Reads the text of a macro as if it stood at the use. */
static void read_expansion(struct asm_place *p, const struct insn *insn,
                           const char *text, const char *name)
{
    struct asm_place inner = *p;

    if (p->nesting >= 8)
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

/* "text": gas takes the quotes off an argument. */
static void put_argument(struct text *out, const char *argument)
{
    size_t length = strlen(argument);

    if (length >= 2 && argument[0] == '"' && argument[length - 1] == '"')
        text_add(out, argument + 1, length - 2);
    else
        text_add(out, argument, length);
}

/* The body with \param replaced by the use's operands. */
static char *instantiate(const struct gas_macro *m, const struct insn *insn)
{
    const char *text = m->source->text;
    struct text out = { 0 };

    text_put(&out, "");
    for (size_t i = m->body; i < m->end && out.length < 65536; i++) {
        size_t k = 0, length = 0;

        if (text[i] != '\\') {
            text_char(&out, text[i]);
            continue;
        }
        while (i + 1 + length < m->end && (word_char(text[i + 1 + length])))
            length++;
        for (; k < m->params.count; k++)
            if (strlen(m->params.items[k]) == length &&
                !strncmp(m->params.items[k], text + i + 1, length))
                break;
        if (k == m->params.count) {
            if (text[i + 1] == '(' || text[i + 1] == '@')
                i++;
            continue;
        }
        for (unsigned n = 0; n < insn->count; n++) { /* name=value */
            const char *op = insn->operands[n];

            if (!strncmp(op, m->params.items[k], length) &&
                op[length] == '=') {
                put_argument(&out, op + length + 1);
                length = i + length;
                break;
            }
        }
        if (k < insn->count)
            put_argument(&out, insn->operands[k]);
        else
            text_put(&out, m->defaults.items[k]);
        i += strlen(m->params.items[k]);
    }
    return out.data;
}

/* A mnemonic that no assembler knows may be a macro of gas or of cpp. */
static void read_macro_use(struct asm_place *p, const struct insn *insn)
{
    struct gas_macro *m = find_gas_macro(p->scan, insn->mnemonic);
    const char *name = p->text + insn->offset;
    size_t length = strlen(insn->mnemonic);
    struct macro *c = macro_find(&p->scan->macros, name, length);

    if (m && m != p->inside && !m->busy) {
        struct insn words = *insn;
        char *text;

        /* gas also separates arguments by spaces */
        if (words.count == 1) {
            char *rest = mem_dup(words.operands[0]), *word;

            words.count = 0;
            while ((word = strsep(&rest, " \t")) &&
                   words.count < MAX_OPERANDS)
                if (*word)
                    words.operands[words.count++] = word;
        }
        text = instantiate(m, &words);
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
    for (end = from; end < to && word_char(p->text[end]); end++)
        ;
    if (end == from || end == to)
        return;
    if (p->text[end + strspn(p->text + end, " ")] == ':' && p->text[from] != '.' &&
        !isdigit((unsigned char)p->text[from])) {
        p->symbol = mem_copy(p->text + from, end - from);
        return;
    }
    if (p->text[end] != '(' ||
        (!memmem(p->text + from, end - from, "ENTRY", 5) &&
         !memmem(p->text + from, end - from, "START", 5)))
        return;
    paren = end + 1;
    for (end = paren; end < to && word_char(p->text[end]); end++)
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
        if (has_word(p->text, from, to, modes[i].word)) {
            p->mode = modes[i].mode;
            if (p->use < 0)
                *list_add(&p->source->modes) = (struct mode_change){
                    source_line(p->source, from), p->mode };
        }
    if (has_word(p->text, from, to, ".intel_syntax"))
        p->syntax = SYNTAX_INTEL;
    else if (has_word(p->text, from, to, ".att_syntax"))
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

static void read_statement(struct asm_place *p, size_t from, size_t to)
{
    unsigned mode = p->mode;

    struct insn insn;
    enum rule rule;

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
    if (p->nasm || p->use >= 0 || !has_word(p->text, from, to, "define"))
        return;
    from += strlen("define");
    while (from < to && isspace((unsigned char)p->text[from]))
        from++;
    for (name = from; from < to && word_char(p->text[from]); from++)
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

static size_t macro_end(const char *text, size_t at, size_t size, bool nasm)
{
    const char *word = nasm ? "%endmacro" : ".endm";
    int depth = 1;

    for (; at < size; at = line_end(text, at, size) + 1) {
        size_t end = line_end(text, at, size);

        if (has_word(text, at, end, nasm ? "%macro" : ".macro"))
            depth++;
        else if (has_word(text, at, end, word) && --depth == 0)
            return at;
    }
    return size;
}

static void read_text(struct asm_place *p, size_t from, size_t to)
{
    while (from < to) {
        size_t end = line_end(p->text, from, to), at = from;

        while (at < end && isspace((unsigned char)p->text[at]))
            at++;
        if (p->text[at] == '#' || (p->nasm && p->text[at] == '%' &&
                                   !has_word(p->text, at, end, "%macro"))) {
            while (end < to && ends_in_backslash(p, end))
                end = line_end(p->text, end + 1, to); /* #define ... \ */
            note_directive(p, at, end);
            read_define(p, at, end);
        } else if (p->use < 0 && !p->inside &&
                   (has_word(p->text, at, end, ".macro") ||
                    (p->nasm && has_word(p->text, at, end, "%macro")))) {
            size_t stop = macro_end(p->text, end + 1, to, p->nasm);
            struct gas_macro *list = p->scan->gas_macros.items;

            for (size_t i = 0; i < p->scan->gas_macros.count; i++)
                if (list[i].source == p->source && list[i].body == end + 1)
                    p->inside = &list[i];
            if (end + 1 < stop && p->inside)
                read_text(p, end + 1, stop);
            p->inside = NULL;
            end = line_end(p->text, stop < to ? stop : to, to);
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

/* .macro NAME a, b=1, c:req */
static void collect_macro(struct scan *scan, struct source *s,
                          const char *text, size_t at, size_t end, bool nasm)
{
    struct gas_macro *m = list_add(&scan->gas_macros);
    char *line = mem_copy(text + at, end - at), *word;
    bool first = true;

    m->source = s;
    m->body = end + 1 < s->size ? end + 1 : s->size;
    m->end = macro_end(text, m->body, s->size, nasm);
    m->name = "";
    for (char *c = line; *c; c++)
        if (*c == '\r' || *c == '\t')
            *c = ' ';
    while ((word = strsep(&line, " ,"))) {
        char *value;

        if (!*word)
            continue;
        if (first) {
            first = false; /* ".macro" itself */
            continue;
        }
        if (!*m->name) {
            m->name = word;
            continue;
        }
        value = strpbrk(word, "=:");
        *list_add(&m->defaults) = value && *value == '=' ? value + 1 : "";
        if (value)
            *value = 0;
        *list_add(&m->params) = word;
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
        text = blank_comments(s, nasm);
        s->accepts.count = 0; /* noted again by s_read */
        if (!nasm) {
            struct tokens *t = mem_alloc(sizeof(*t));

            tokens_read(t, s);
            s->accepts.count = 0;
            macros_collect(&scan->macros, t);
        }
    }
    for (size_t at = 0; at < s->size; at = line_end(text, at, s->size) + 1) {
        size_t end = line_end(text, at, s->size);

        while (at < end && isspace((unsigned char)text[at]))
            at++;
        if (has_word(text, at, end, nasm ? "%macro" : ".macro"))
            collect_macro(scan, s, text, at, end, nasm);
    }
}

void s_read(struct scan *scan, struct source *s)
{
    struct asm_place p = { .scan = scan, .source = s, .symbol = "",
                           .use = -1, .nasm = is_nasm(s) };

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
    p.text = blank_comments(s, p.nasm);
    read_text(&p, 0, s->size);
}
