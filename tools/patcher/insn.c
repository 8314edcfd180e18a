// SPDX-License-Identifier: MIT
// One instruction as an assembler sees it: see insn.h. Only its shape is
// read; which instruction it is, sensitive.c says.
#include "insn.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$' ||
           c == '\\' || c == '@';
}

static size_t skip_space(const char *text, size_t at, size_t to)
{
    while (at < to && (isspace((unsigned char)text[at]) || !text[at]))
        at++;
    return at;
}

size_t insn_end(const char *text, size_t from, size_t to)
{
    char quote = 0;

    for (; from < to; from++) {
        char c = text[from];

        if (quote) {
            if (c == quote || c == '\n')
                quote = 0;
            if (c != '\n')
                continue;
        }
        if (c == '"')
            quote = c;
        else if (c == ';' || c == '\n')
            return from;
    }
    return to;
}

/* Words that stand before a mnemonic and do not change which it is. */
static bool read_prefix(struct insn *insn, const char *word)
{
    static const char *const prefixes[] = {
        "data16", "data32", "addr16", "addr32", "rex64", "rex.w", "rex",
        "notrack", "bnd", "xacquire", "xrelease", "cs", "ds", "es", "fs",
        "gs", "ss", "o32", "o64", "a32", "word", "dword",
    };

    if (!strcmp(word, "lock"))
        return insn->lock = true;
    if (!strncmp(word, "rep", 3) && strcmp(word, "rept"))
        return insn->rep = true;
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
        if (!strcmp(word, prefixes[i]))
            return true;
    return false;
}

/* Reads a lower-case word into mnemonic; where it ends. */
static size_t read_word(struct insn *insn, const char *text, size_t at,
                        size_t to)
{
    size_t length = 0;

    insn->offset = (uint32_t)at;
    while (at < to && is_word(text[at])) {
        if (length < sizeof(insn->mnemonic) - 1)
            insn->mnemonic[length++] =
                (char)tolower((unsigned char)text[at]);
        at++;
    }
    insn->mnemonic[length] = 0;
    return at;
}

static void add_operand(struct insn *insn, const char *text, size_t from,
                        size_t to)
{
    from = skip_space(text, from, to);
    while (to > from && isspace((unsigned char)text[to - 1]))
        to--;
    if (to > from && insn->count < MAX_OPERANDS)
        insn->operands[insn->count++] = mem_copy(text + from, to - from);
}

static void read_operands(struct insn *insn, const char *text, size_t at,
                          size_t to)
{
    size_t from = at;
    int depth = 0;

    for (; at < to; at++) {
        const char *quote = text[at] == '"'
                                ? memchr(text + at + 1, '"', to - at - 1)
                                : NULL;

        if (quote) /* a macro's argument: ".byte 1, 2" */
            at = (size_t)(quote - text);
        else if (strchr("([", text[at]) && text[at])
            depth++;
        else if (strchr(")]", text[at]) && text[at])
            depth--;
        else if (text[at] == ',' && depth <= 0) {
            add_operand(insn, text, from, at);
            from = at + 1;
        }
    }
    add_operand(insn, text, from, to);
}

bool insn_read(struct insn *insn, const char *text, size_t from, size_t to,
               enum syntax syntax)
{
    *insn = (struct insn){ .syntax = syntax, .end = (uint32_t)to };
    for (;;) {
        size_t end;

        from = skip_space(text, from, to);
        if (from >= to)
            return false;
        end = read_word(insn, text, from, to);
        if (end == from)
            return false;
        from = skip_space(text, end, to);
        if (from < to && text[from] == ':') { /* a label, or a prefix cs: */
            from++;
            continue;
        }
        if (from + 1 < to && text[from] == '=' && text[from + 1] != '=')
            return false;
        if (from < to && text[from] == '/') /* rep/nop: an old spelling */
            from++;
        if (!read_prefix(insn, insn->mnemonic) ||
            skip_space(text, from, to) >= to)
            break;
    }
    if (insn->mnemonic[0] == '.' || insn->mnemonic[0] == '\\')
        return false;
    read_operands(insn, text, from, to);
    return true;
}

size_t insn_label_end(const char *text, size_t from, size_t to)
{
    for (;;) {
        size_t end = from = skip_space(text, from, to);

        while (end < to && (isalnum((unsigned char)text[end]) ||
                            strchr("_.$", text[end])))
            end++;
        end = skip_space(text, end, to);
        if (end == from || end >= to || text[end] != ':')
            return from;
        from = end + 1;
    }
}

unsigned insn_bytes(const char *text, size_t from, size_t to,
                    unsigned char *bytes, unsigned room)
{
    char *copy, *at, *end;
    unsigned count = 0;

    from = insn_label_end(text, from, to);
    if (to - from < 6 || strncmp(text + from, ".byte", 5) ||
        !isspace((unsigned char)text[from + 5]))
        return 0;
    at = copy = mem_copy(text + from + 5, to - from - 5);
    for (;;) {
        unsigned long value = strtoul(at, &end, 0);

        end += strspn(end, " \t\r");
        if (end == at || value > 255 || (*end && *end != ',') ||
            count == room)
            return 0;
        bytes[count++] = (unsigned char)value;
        if (!*end)
            return count;
        at = end + 1;
    }
}

const char *insn_register(const char *operand)
{
    static __thread char name[8];
    size_t i = 0;

    while (*operand == '%')
        operand++;
    while (i < sizeof(name) - 1 && isalnum((unsigned char)operand[i])) {
        name[i] = (char)tolower((unsigned char)operand[i]);
        i++;
    }
    name[i] = 0;
    if (operand[i] || !isalpha((unsigned char)name[0]))
        name[0] = 0;
    return name;
}

bool insn_uses_segment(const char *operand)
{
    while (*operand == '*' || *operand == '%' || *operand == '[')
        operand++;
    return (operand[0] == 'f' || operand[0] == 'g') && operand[1] == 's' &&
           operand[2] == ':';
}

const char *insn_operand(const struct insn *insn, unsigned n)
{
    if (n >= insn->count)
        return NULL;
    if (insn->syntax == SYNTAX_INTEL)
        n = insn->count - 1 - n;
    return insn->operands[n];
}
