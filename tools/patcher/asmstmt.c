// SPDX-License-Identifier: MIT
// Reads an asm statement: see asmstmt.h. The rule: every character of the
// template knows its place in the file, so that a caret points at the very
// instruction, and a part that is not understood is called opaque, not left
// out.
#include "asmstmt.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"

bool asm_keyword(const struct tokens *t, size_t i)
{
    return token_is(t, i, "asm") || token_is(t, i, "__asm__") ||
           token_is(t, i, "__asm");
}

struct template_reader {
    struct asm_stmt *stmt;
    const struct macros *macros;
    int nesting;
    size_t expanded; /* bytes that macros have made, in macros and all */
};

#define MOST_EXPANDED (1u << 17)

static void put(struct asm_stmt *stmt, char c, uint32_t offset)
{
    text_char(&stmt->tmpl, c);
    *list_add(&stmt->map) = offset;
}

/* The character that an escape stands for; *at goes behind it. */
static char escaped(const char *text, size_t *at, size_t end)
{
    static const char names[] = "nt\"\\'rvfab", values[] = "\n\t\"\\'\r\v\f\a\b";
    char c = text[(*at)++];
    const char *known = strchr(names, c);

    if (c == 'x') {
        unsigned value = 0;

        while (*at < end && isxdigit((unsigned char)text[*at]))
            value = value * 16 +
                    (unsigned)strtoul((char[]){ text[(*at)++], 0 }, NULL, 16);
        return (char)value;
    }
    if (c >= '0' && c <= '7') {
        unsigned value = (unsigned)(c - '0');

        for (int n = 1; n < 3 && *at < end && text[*at] >= '0' &&
                        text[*at] <= '7'; n++)
            value = value * 8 + (unsigned)(text[(*at)++] - '0');
        return (char)value;
    }
    return known && *known ? values[known - names] : c;
}

/* A string token, whose characters are at `base` + their place in it. */
static void put_string(struct asm_stmt *stmt, const struct tokens *t, size_t i,
                       const uint32_t *place)
{
    const struct token *tok = &t->list.items[i];
    const char *text = t->source->text;
    size_t at = tok->offset + 1, end = tok->offset + tok->length;

    if (tok->broken)
        stmt->broken = true;
    else
        end--;
    while (at < end) {
        size_t here = at;
        char c = text[at++];

        if (c == '\\' && at < end && (text[at] == '\n' || text[at] == '\r')) {
            at += text[at] == '\r' ? 2 : 1; /* a line continued */
            continue;
        }
        if (c == '\\' && at < end)
            c = escaped(text, &at, end);
        put(stmt, c, place ? *place : (uint32_t)here);
    }
}

/* Strings and macros that make strings; `place`: where the macro was used. */
static void read_template(struct template_reader *r, const struct tokens *t,
                          size_t from, size_t to, const uint32_t *place)
{
    for (size_t i = from; i < to; i++) {
        const struct token *tok = &t->list.items[i];
        struct macro *m = NULL;
        char *text = NULL;
        size_t last = i;

        if (tok->kind == TOK_STRING) {
            put_string(r->stmt, t, i, place);
            continue;
        }
        if (tok->kind == TOK_NAME && r->macros && r->nesting < 8)
            m = macro_find(r->macros, t->source->text + tok->offset,
                           tok->length);
        if (m)
            text = macro_expand(r->macros, m, t, i, &last);
        r->expanded += text ? strlen(text) : 0;
        if (text && r->expanded < MOST_EXPANDED) {
            struct tokens inner = { 0 };
            uint32_t here = place ? *place : tok->offset;

            tokens_read(&inner, source_from_text("", LANG_C, text,
                                                 strlen(text)));
            r->nesting++;
            read_template(r, &inner, 0, inner.list.count - 1, &here);
            r->nesting--;
            i = last < to ? last : to - 1;
        } else if (tok->kind == TOK_DIRECTIVE) {
            i = token_directive_end(t, i);
        } else if (tok->kind == TOK_NUMBER) { /* what STRINGIFY leaves */
            put(r->stmt, ' ', tok->offset);
        } else {
            if (!r->stmt->unread)
                r->stmt->unread_at = place ? *place : tok->offset;
            r->stmt->opaque = r->stmt->unread = true;
        }
    }
}

/* Takes the first of each {AT&T|Intel}, as the compiler does by default. */
static void choose_dialect(struct asm_stmt *stmt)
{
    char *text = stmt->tmpl.data;
    size_t out = 0;
    int depth = 0, other = 0;

    for (size_t i = 0; i < stmt->tmpl.length; i++) {
        char c = text[i];

        if (c == '%' && i + 1 < stmt->tmpl.length &&
            strchr("{|}", text[i + 1])) {
            c = text[++i];
        } else if (c == '{') {
            depth++;
            continue;
        } else if (c == '|' && depth) {
            other = depth;
            continue;
        } else if (c == '}' && depth) {
            depth--;
            other = 0;
            continue;
        }
        if (other)
            continue;
        stmt->map.items[out] = stmt->map.items[i];
        text[out++] = c;
    }
    if (text)
        text[out] = 0;
    stmt->tmpl.length = stmt->map.count = out;
}

static size_t find_colon(const struct tokens *t, size_t i, size_t to)
{
    while (i < to) {
        if (token_punct(t, i, ':'))
            return i;
        if (token_punct(t, i, '(') || token_punct(t, i, '[') ||
            token_punct(t, i, '{'))
            i = token_close(t, i);
        i++;
    }
    return to;
}

static void set_expr(struct asm_operand *op, const struct tokens *t,
                     size_t open, size_t close)
{
    const struct token *a = &t->list.items[open], *z = &t->list.items[close];
    uint32_t from = a->offset + 1, to = z->offset;
    const char *text = t->source->text;

    while (from < to && isspace((unsigned char)text[from]))
        from++;
    while (to > from && isspace((unsigned char)text[to - 1]))
        to--;
    op->offset = from;
    op->length = to - from;
    op->expr = mem_copy(text + from, op->length);
}

static size_t next_comma(const struct tokens *t, size_t i, size_t to)
{
    for (; i < to && !token_punct(t, i, ','); i++)
        if (token_punct(t, i, '('))
            i = token_close(t, i);
    return i;
}

/* [name] "constraint" (expression) , ... ; on anything else the rest is not
 * understood, and nobody shall rely on it. */
static void read_operands(struct asm_stmt *stmt, const struct tokens *t,
                          size_t i, size_t to, bool output)
{
    while (i < to) {
        struct text constraint = { 0 };
        struct asm_operand *op;

        if (t->list.items[i].kind == TOK_DIRECTIVE) { /* #ifdef inside */
            stmt->opaque = true;
            i = token_directive_end(t, i) + 1;
            continue;
        }
        op = output ? list_add(&stmt->outputs) : list_add(&stmt->inputs);
        *op = (struct asm_operand){ 0 };
        if (token_punct(t, i, '[')) {
            op->name = token_text(t, i + 1);
            i = token_close(t, i) + 1;
        }
        text_put(&constraint, "");
        while (i < to && (t->list.items[i].kind == TOK_STRING ||
                          t->list.items[i].kind == TOK_NAME)) {
            const struct token *tok = &t->list.items[i++];

            if (tok->kind != TOK_STRING) {
                text_char(&constraint, '?'); /* a macro: A, or A(b) */
                if (token_punct(t, i, '(') &&
                    token_punct(t, token_close(t, i) + 1, '('))
                    i = token_close(t, i) + 1;
            }
            if (tok->kind == TOK_STRING && tok->length >= 2)
                text_add(&constraint, t->source->text + tok->offset + 1,
                         tok->length - 2);
        }
        op->constraint = constraint.data;
        if (!token_punct(t, i, '(') || i >= to) {
            /* a macro's parameter, or a macro, that makes operands */
            if (output)
                stmt->outputs.count--;
            else
                stmt->inputs.count--;
            stmt->opaque = true;
            i = next_comma(t, i, to) + 1;
            continue;
        }
        set_expr(op, t, i, token_close(t, i));
        i = token_close(t, i) + 1;
        if (token_punct(t, i, ','))
            i++;
        else if (i < to && t->list.items[i].kind != TOK_DIRECTIVE) {
            stmt->opaque = true;
            return;
        }
    }
}

static void read_clobbers(struct asm_stmt *stmt, const struct tokens *t,
                          size_t i, size_t to)
{
    for (; i < to; i++) {
        const struct token *tok = &t->list.items[i];

        if (tok->kind == TOK_STRING && tok->length >= 2)
            *list_add(&stmt->clobbers) = mem_copy(
                t->source->text + tok->offset + 1, tok->length - 2);
        else if (tok->kind == TOK_NAME)
            *list_add(&stmt->clobbers) = "?";
    }
}

static void read_sections(struct asm_stmt *stmt, const struct tokens *t,
                          size_t colon, size_t close)
{
    for (int section = 1; colon < close && section <= 4; section++) {
        size_t next = find_colon(t, colon + 1, close);

        stmt->extended = true;
        if (section <= 2)
            read_operands(stmt, t, colon + 1, next, section == 1);
        else if (section == 3)
            read_clobbers(stmt, t, colon + 1, next);
        colon = next;
    }
}

/* After a declarator, asm("name") names a symbol or a register. */
static bool is_label(const struct asm_stmt *stmt, const struct tokens *t)
{
    size_t before = stmt->first;
    const struct token *prev;

    if (!before || stmt->is_volatile || stmt->is_goto || stmt->extended)
        return false;
    prev = &t->list.items[before - 1];
    if (prev->kind != TOK_NAME && !token_punct(t, before - 1, ']') &&
        !token_punct(t, before - 1, ')'))
        return false;
    if (token_is(t, before - 1, "else") || token_is(t, before - 1, "do") ||
        token_is(t, before - 1, "__extension__"))
        return false;
    /* if (x) asm("cli"); against  int f(void) asm("name"); */
    return !stmt->insns.count || !sensitive_rule(&stmt->insns.items[0]);
}

bool asm_read(struct asm_stmt *stmt, const struct tokens *t, size_t i,
              const struct macros *macros, enum syntax syntax)
{
    struct template_reader r = { .stmt = stmt, .macros = macros };
    size_t open = i + 1, close, colon;

    *stmt = (struct asm_stmt){ .source = t->source, .first = i };
    for (;; open++) {
        if (token_is(t, open, "volatile") || token_is(t, open, "__volatile") ||
            token_is(t, open, "__volatile__"))
            stmt->is_volatile = true;
        else if (token_is(t, open, "goto"))
            stmt->is_goto = true;
        else if (!token_is(t, open, "inline") &&
                 !token_is(t, open, "__inline__") &&
                 !token_is(t, open, "__inline"))
            break;
    }
    if (!token_punct(t, open, '('))
        return false;
    close = token_close(t, open);
    if (!token_punct(t, close, ')')) { /* what is behind it is not its own */
        stmt->broken = true;
        for (close = open + 1; close + 1 < t->list.count &&
                               t->list.items[close].kind != TOK_END &&
                               !token_punct(t, close, ';') &&
                               !token_punct(t, close + 1, '}');)
            close++;
    }
    stmt->last = close;
    stmt->begin = t->list.items[i].offset;
    stmt->end = t->list.items[close].offset + t->list.items[close].length;
    colon = find_colon(t, open + 1, close);
    text_put(&stmt->tmpl, "");
    read_template(&r, t, open + 1, colon, NULL);
    read_sections(stmt, t, colon, close);
    if (stmt->extended)
        choose_dialect(stmt);
    if (token_punct(t, close + 1, ';')) {
        stmt->has_semicolon = true;
        stmt->end = t->list.items[close + 1].offset + 1;
    }
    asm_split(stmt, syntax);
    return !is_label(stmt, t);
}

bool asm_read_bytes(struct insn *insn, const char *text, size_t from,
                    size_t to)
{
    unsigned char bytes[15];
    unsigned count = insn_bytes(text, from, to, bytes, sizeof(bytes));
    enum rule rule = count ? bytes_rule(bytes, count) : RULE_NONE;

    if (!rule)
        return false;
    from = insn_label_end(text, from, to);
    *insn = (struct insn){ .rule = rule, .mnemonic = ".byte",
                           .offset = (uint32_t)from, .end = (uint32_t)to };
    return true;
}

void asm_split(struct asm_stmt *stmt, enum syntax syntax)
{
    const char *text = stmt->tmpl.data;
    size_t at = 0, size = stmt->tmpl.length;
    unsigned mode = 0;

    while (at < size) {
        size_t end = insn_end(text, at, size), stop = end;
        const char *comment = memchr(text + at, '#', end - at);
        struct insn insn;

        if (comment) /* to the end of the line, past any ; */
            stop = (size_t)(comment - text);
        while (comment && end < size && text[end] != '\n')
            end++;
        if (memmem(text + at, stop - at, ".intel_syntax", 13))
            syntax = SYNTAX_INTEL;
        else if (memmem(text + at, stop - at, ".att_syntax", 11))
            syntax = SYNTAX_ATT;
        else if (memmem(text + at, stop - at, ".code16", 7))
            mode = 16;
        else if (memmem(text + at, stop - at, ".code32", 7))
            mode = 32;
        else if (memmem(text + at, stop - at, ".code64", 7))
            mode = 64;
        if (asm_read_bytes(&insn, text, at, stop) ||
            insn_read(&insn, text, at, stop, syntax)) {
            insn.mode = mode;
            *list_add(&stmt->insns) = insn;
        }
        at = end + 1;
    }
}

bool asm_clobbers(const struct asm_stmt *stmt, const char *name)
{
    for (size_t i = 0; i < stmt->clobbers.count; i++)
        if (!strcmp(stmt->clobbers.items[i], name))
            return true;
    return false;
}

const struct asm_operand *asm_operand(const struct asm_stmt *stmt, int index)
{
    if (index < 0)
        return NULL;
    if ((size_t)index < stmt->outputs.count)
        return &stmt->outputs.items[index];
    index -= (int)stmt->outputs.count;
    return (size_t)index < stmt->inputs.count ? &stmt->inputs.items[index]
                                              : NULL;
}

static int named(const struct asm_stmt *stmt, const char *name, size_t length)
{
    int count = (int)(stmt->outputs.count + stmt->inputs.count);

    for (int i = 0; i < count; i++) {
        const char *known = asm_operand(stmt, i)->name;

        if (known && strlen(known) == length && !strncmp(known, name, length))
            return i;
    }
    return -1;
}

int asm_placeholder(const struct asm_stmt *stmt, const char *text,
                    char *modifier)
{
    char *end;
    int index;

    *modifier = 0;
    if (*text++ != '%')
        return -1;
    if (isalpha((unsigned char)*text) &&
        (isdigit((unsigned char)text[1]) || text[1] == '['))
        *modifier = *text++;
    if (*text == '[') {
        const char *close = strchr(text, ']');

        if (!close || close[1])
            return -1;
        return named(stmt, text + 1, (size_t)(close - text - 1));
    }
    if (!isdigit((unsigned char)*text))
        return -1;
    index = (int)strtol(text, &end, 10);
    return *end || !asm_operand(stmt, index) ? -1 : index;
}
