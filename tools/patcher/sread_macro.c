// SPDX-License-Identifier: MIT
// The macros of assembly text, gas' and NASM's: where they are defined, and
// their text with a use's arguments put in. See sread.h. The rule: text that
// a macro makes has a bound, whatever it is made of.
#include "sread.h"

#include <ctype.h>
#include <string.h>

#define LONGEST 65536
#define MOST_VALUES 64

bool asm_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$';
}

size_t asm_line_end(const char *text, size_t at, size_t size)
{
    const char *end = memchr(text + at, '\n', size - at);

    return end ? (size_t)(end - text) : size;
}

bool asm_has_word(const char *text, size_t from, size_t to, const char *word)
{
    size_t length = strlen(word);

    while (from < to && isspace((unsigned char)text[from]))
        from++;
    return to - from >= length && !strncasecmp(text + from, word, length) &&
           (to - from == length || !asm_word_char(text[from + length]));
}

struct gas_macro *gas_macro_find(const struct scan *scan, const char *name)
{
    for (size_t i = 0; i < scan->gas_macros.count; i++)
        if (!strcasecmp(scan->gas_macros.items[i].name, name))
            return &scan->gas_macros.items[i];
    return NULL;
}

size_t gas_macro_end(const char *text, size_t at, size_t size, bool nasm)
{
    const char *word = nasm ? "%endmacro" : ".endm";
    int depth = 1;

    for (; at < size; at = asm_line_end(text, at, size) + 1) {
        size_t end = asm_line_end(text, at, size);

        if (asm_has_word(text, at, end, nasm ? "%macro" : ".macro"))
            depth++;
        else if (asm_has_word(text, at, end, word) && --depth == 0)
            return at;
    }
    return size;
}

void gas_macro_collect(struct scan *scan, struct source *s, const char *text,
                       size_t at, size_t end, bool nasm)
{
    struct gas_macro *m = list_add(&scan->gas_macros);
    char *line = mem_copy(text + at, end - at), *word;
    bool first = true;

    m->source = s;
    m->body = end + 1 < s->size ? end + 1 : s->size;
    m->end = gas_macro_end(text, m->body, s->size, nasm);
    m->name = "";
    for (char *c = line; *c; c++)
        if (*c == '\r' || *c == '\t')
            *c = ' ';
    while ((word = strsep(&line, " ,"))) { /* NAME a, b=1, c:req */
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

/* "text": gas takes the quotes off an argument. */
static void put_argument(struct text *out, const char *argument)
{
    size_t length = strlen(argument);

    if (length >= 2 && argument[0] == '"' && argument[length - 1] == '"')
        text_add(out, argument + 1, length - 2);
    else
        text_add(out, argument, length);
}

/* NASM's parameters are %1 to %9; %%name is a name of each use's own. */
static char *nasm_text(const struct gas_macro *m, const struct insn *insn)
{
    const char *text = m->source->text;
    struct text out = { 0 };

    text_put(&out, "");
    for (size_t i = m->body; i < m->end && out.length < LONGEST; i++) {
        unsigned n = (unsigned)(unsigned char)text[i + 1] - '1';

        if (text[i] != '%' || (n > 8 && text[i + 1] != '%')) {
            text_char(&out, text[i]);
            continue;
        }
        i++;
        if (n < insn->count)
            put_argument(&out, insn->operands[n]);
    }
    return out.data;
}

/* name=value among a use's operands, or NULL. */
static const char *named_operand(const struct insn *insn, const char *name)
{
    size_t length = strlen(name);

    for (unsigned n = 0; n < insn->count; n++)
        if (!strncmp(insn->operands[n], name, length) &&
            insn->operands[n][length] == '=')
            return insn->operands[n] + length + 1;
    return NULL;
}

char *gas_macro_text(const struct gas_macro *m, const struct insn *insn)
{
    const char *text = m->source->text;
    struct text out = { 0 };

    if (m->source->lang == LANG_NASM)
        return nasm_text(m, insn);
    text_put(&out, "");
    for (size_t i = m->body; i < m->end && out.length < LONGEST; i++) {
        size_t k = 0, length = 0;
        const char *named;

        if (text[i] != '\\') {
            text_char(&out, text[i]);
            continue;
        }
        while (i + 1 + length < m->end && asm_word_char(text[i + 1 + length]))
            length++;
        for (; k < m->params.count; k++)
            if (strlen(m->params.items[k]) == length &&
                !strncmp(m->params.items[k], text + i + 1, length))
                break;
        if (k == m->params.count) { /* \() ends a name, \@ is a number */
            if (text[i + 1] == '(' || text[i + 1] == '@')
                i++;
            else
                text_char(&out, '\\');
            continue;
        }
        named = named_operand(insn, m->params.items[k]);
        if (named)
            put_argument(&out, named);
        else if (k < insn->count)
            put_argument(&out, insn->operands[k]);
        else
            text_put(&out, m->defaults.items[k]);
        i += length;
    }
    return out.data;
}

bool gas_repeat_read(struct gas_repeat *repeat, const char *text, size_t from,
                     size_t to)
{
    bool letters = asm_has_word(text, from, to, ".irpc");
    char *line, *word;

    *repeat = (struct gas_repeat){ 0 };
    if (!letters && !asm_has_word(text, from, to, ".irp"))
        return false;
    line = mem_copy(text + from, to - from);
    line = strpbrk(line, " \t");
    while (line && (word = strsep(&line, " \t\r,"))) {
        if (!*word || repeat->values.count == MOST_VALUES)
            continue;
        if (!repeat->name)
            repeat->name = word;
        else if (!letters)
            *list_add(&repeat->values) = word;
        else
            for (; *word && repeat->values.count < MOST_VALUES; word++)
                *list_add(&repeat->values) = mem_copy(word, 1);
    }
    return repeat->name && repeat->values.count;
}

size_t gas_repeat_end(const char *text, size_t at, size_t size)
{
    int depth = 1;

    for (; at < size; at = asm_line_end(text, at, size) + 1) {
        size_t end = asm_line_end(text, at, size);

        if (asm_has_word(text, at, end, ".irp") ||
            asm_has_word(text, at, end, ".irpc") ||
            asm_has_word(text, at, end, ".rept"))
            depth++;
        else if (asm_has_word(text, at, end, ".endr") && --depth == 0)
            return at;
    }
    return size;
}

char *gas_repeat_text(const struct gas_repeat *repeat, const char *text,
                      size_t from, size_t to, size_t n)
{
    size_t length = strlen(repeat->name);
    struct text out = { 0 };
    bool found = false;

    text_put(&out, "");
    for (size_t i = from; i < to && out.length < LONGEST; i++) {
        if (text[i] == '\\' && to - i > length &&
            !strncmp(text + i + 1, repeat->name, length) &&
            (i + 1 + length == to || !asm_word_char(text[i + 1 + length]))) {
            put_argument(&out, repeat->values.items[n]);
            i += length;
            found = true;
        } else {
            text_char(&out, text[i]);
        }
    }
    return found ? out.data : NULL;
}
