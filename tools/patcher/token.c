// SPDX-License-Identifier: MIT
// The words of a C file: see token.h. Bytes above 127 belong to names, so
// that any encoding passes through; a string that does not end, ends with
// its line, so that one mistake does not swallow the file.
#include "token.h"

#include <ctype.h>
#include <string.h>

struct reader {
    struct tokens *out;
    const char *text;
    size_t at, size;
    bool in_directive, line_start, broken;
    LIST(char) dead; /* a letter for each open condition */
};

static bool is_name(unsigned char c)
{
    return isalnum(c) || c == '_' || c == '$' || c >= 128;
}

/* The length of a line continuation at `at`, or 0. */
static size_t splice(const struct reader *r, size_t at)
{
    if (at >= r->size || r->text[at] != '\\')
        return 0;
    if (at + 1 < r->size && r->text[at + 1] == '\n')
        return 2;
    if (at + 2 < r->size && r->text[at + 1] == '\r' &&
        r->text[at + 2] == '\n')
        return 3;
    return 0;
}

static bool dead(const struct reader *r)
{
    for (size_t i = 0; i < r->dead.count; i++)
        if (r->dead.items[i] == 'd')
            return true;
    return false;
}

static void add(struct reader *r, enum token_kind kind, size_t from, size_t to)
{
    struct token *t = list_add(&r->out->list);

    t->offset = (uint32_t)from;
    t->length = (uint32_t)(to - from);
    t->kind = kind;
    t->punct = from < r->size ? r->text[from] : 0;
    t->dead = dead(r);
    t->broken = r->broken;
    r->broken = false;
}

static void skip_comment(struct reader *r)
{
    size_t from = r->at;
    bool block = r->text[r->at + 1] == '*';

    r->at += 2;
    while (r->at < r->size) {
        size_t joined = splice(r, r->at);

        if (block && r->text[r->at] == '*' && r->text[r->at + 1] == '/') {
            r->at += 2;
            source_note_comment(r->out->source, from, r->at - from);
            return;
        }
        if (!block && !joined && r->text[r->at] == '\n')
            break;
        r->at += joined ? joined : 1;
    }
    if (block)
        r->broken = true;
    else
        source_note_comment(r->out->source, from, r->at - from);
}

static void read_quoted(struct reader *r, char quote)
{
    size_t from = r->at++;

    while (r->at < r->size && r->text[r->at] != quote) {
        size_t joined = splice(r, r->at);

        if (!joined && r->text[r->at] == '\n') {
            r->broken = true;
            break;
        }
        if (!joined && r->text[r->at] == '\\')
            joined = 2;
        r->at += joined ? joined : 1;
    }
    if (r->at >= r->size) {
        r->at = r->size;
        r->broken = true;
    } else if (r->text[r->at] == quote) {
        r->at++;
    }
    add(r, quote == '"' ? TOK_STRING : TOK_CHAR, from, r->at);
}

/* Called when a directive has been read: keeps track of #if 0. */
static void note_condition(struct reader *r, size_t hash)
{
    const struct tokens *t = r->out;
    bool zero = token_is(t, hash + 2, "0") &&
                t->list.items[hash + 3].kind == TOK_END;
    bool one = token_is(t, hash + 2, "1") &&
               t->list.items[hash + 3].kind == TOK_END;

    if (token_is(t, hash + 1, "if"))
        *list_add(&r->dead) = zero ? 'd' : one ? '1' : '?';
    else if (token_is(t, hash + 1, "ifdef") ||
             token_is(t, hash + 1, "ifndef"))
        *list_add(&r->dead) = '?';
    else if (!r->dead.count)
        return;
    else if (token_is(t, hash + 1, "endif"))
        r->dead.count--;
    else if (token_is(t, hash + 1, "else") || token_is(t, hash + 1, "elif")) {
        char *top = &r->dead.items[r->dead.count - 1];

        *top = *top == '1' ? 'd' : *top == 'd' ? 'a' : *top;
    }
}

static void end_line(struct reader *r)
{
    if (r->in_directive) {
        size_t i = r->out->list.count;

        add(r, TOK_END, r->at, r->at);
        while (r->out->list.items[i - 1].kind != TOK_DIRECTIVE)
            i--;
        r->in_directive = false;
        note_condition(r, i - 1);
    }
    r->line_start = true;
}

static void read_name(struct reader *r)
{
    size_t from = r->at;
    bool number = isdigit((unsigned char)r->text[from]) ||
                  r->text[from] == '.';

    while (r->at < r->size && (is_name((unsigned char)r->text[r->at]) ||
                               (number && r->text[r->at] == '.')))
        r->at++;
    add(r, number ? TOK_NUMBER : TOK_NAME, from, r->at);
}

static void read_one(struct reader *r)
{
    char c = r->text[r->at];
    char next = r->at + 1 < r->size ? r->text[r->at + 1] : 0;

    if (c == '"' || c == '\'') {
        read_quoted(r, c);
    } else if (c == '#' && r->line_start && !r->in_directive) {
        r->in_directive = true;
        add(r, TOK_DIRECTIVE, r->at, r->at + 1);
        r->at++;
    } else if (is_name((unsigned char)c) ||
               (c == '.' && isdigit((unsigned char)next))) {
        read_name(r);
    } else {
        add(r, TOK_PUNCT, r->at, r->at + 1);
        r->at++;
    }
    r->line_start = false;
}

void tokens_read(struct tokens *tokens, struct source *source)
{
    struct reader r = { .out = tokens, .text = source->text,
                        .size = source->size, .line_start = true };

    tokens->source = source;
    tokens->list.count = 0;
    while (r.at < r.size) {
        char c = r.text[r.at];
        char next = r.at + 1 < r.size ? r.text[r.at + 1] : 0;
        size_t joined = splice(&r, r.at);

        if (joined) {
            r.at += joined;
        } else if (c == '/' && (next == '*' || next == '/')) {
            skip_comment(&r);
        } else if (c == '\n') {
            end_line(&r);
            r.at++;
        } else if (isspace((unsigned char)c) || c == 0) {
            r.at++;
        } else {
            read_one(&r);
        }
    }
    end_line(&r);
    add(&r, TOK_END, r.size, r.size);
}

bool token_is(const struct tokens *t, size_t i, const char *name)
{
    const struct token *tok = &t->list.items[i];

    return i < t->list.count && tok->kind <= TOK_NUMBER &&
           strlen(name) == tok->length &&
           !memcmp(t->source->text + tok->offset, name, tok->length);
}

bool token_punct(const struct tokens *t, size_t i, char c)
{
    return i < t->list.count && t->list.items[i].kind == TOK_PUNCT &&
           t->list.items[i].punct == c;
}

char *token_text(const struct tokens *t, size_t i)
{
    const struct token *tok = &t->list.items[i];

    return mem_copy(t->source->text + tok->offset, tok->length);
}

size_t token_close(const struct tokens *t, size_t i)
{
    int depth = 0;

    for (; i < t->list.count; i++) {
        const struct token *tok = &t->list.items[i];

        if (tok->kind == TOK_END)
            return i;
        if (tok->kind == TOK_DIRECTIVE) {
            i = token_directive_end(t, i);
            continue;
        }
        if (tok->kind != TOK_PUNCT)
            continue;
        if (strchr("([{", tok->punct))
            depth++;
        else if (strchr(")]}", tok->punct) && --depth == 0)
            return i;
    }
    return t->list.count - 1;
}

size_t token_directive_end(const struct tokens *t, size_t i)
{
    while (i < t->list.count - 1 && t->list.items[i].kind != TOK_END)
        i++;
    return i;
}

bool token_gap(const struct tokens *t, size_t i)
{
    return i + 1 < t->list.count &&
           t->list.items[i].offset + t->list.items[i].length !=
               t->list.items[i + 1].offset;
}

char *tokens_join(const struct tokens *t, size_t from, size_t to)
{
    struct text out = { 0 };

    text_put(&out, "");
    for (size_t i = from; i < to; i++) {
        if (i > from && token_gap(t, i - 1))
            text_char(&out, ' ');
        text_add(&out, t->source->text + t->list.items[i].offset,
                 t->list.items[i].length);
    }
    return out.data;
}
