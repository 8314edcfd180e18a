// SPDX-License-Identifier: MIT
// A small JSON reader: see json.h. Nesting is bounded, so that no input can
// exhaust the stack.
#include "json.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define MOST_NESTING 64

struct json_reader {
    const char *text;
    size_t at, size;
    int nesting;
};

static void skip_space(struct json_reader *r)
{
    while (r->at < r->size && isspace((unsigned char)r->text[r->at]))
        r->at++;
}

static char peek(struct json_reader *r)
{
    skip_space(r);
    return r->at < r->size ? r->text[r->at] : 0;
}

static void put_utf8(struct text *out, unsigned c)
{
    if (c < 0x80) {
        text_char(out, (char)c);
    } else if (c < 0x800) {
        text_char(out, (char)(0xc0 | c >> 6));
        text_char(out, (char)(0x80 | (c & 63)));
    } else {
        text_char(out, (char)(0xe0 | c >> 12));
        text_char(out, (char)(0x80 | (c >> 6 & 63)));
        text_char(out, (char)(0x80 | (c & 63)));
    }
}

static char *read_string(struct json_reader *r)
{
    static const char names[] = "nrtbf", values[] = "\n\r\t\b\f";
    struct text out = { 0 };

    text_put(&out, "");
    for (r->at++; r->at < r->size && r->text[r->at] != '"'; r->at++) {
        char c = r->text[r->at];
        const char *known;

        if (c != '\\') {
            text_char(&out, c);
            continue;
        }
        if (++r->at >= r->size)
            return NULL;
        c = r->text[r->at];
        known = strchr(names, c);
        if (c == 'u' && r->at + 4 < r->size) {
            char hex[5] = { 0 };

            memcpy(hex, r->text + r->at + 1, 4);
            put_utf8(&out, (unsigned)strtoul(hex, NULL, 16));
            r->at += 4;
        } else {
            text_char(&out, known && c ? values[known - names] : c);
        }
    }
    if (r->at >= r->size)
        return NULL;
    r->at++;
    return out.data;
}

static struct json *read_value(struct json_reader *r);

static struct json *read_members(struct json_reader *r, struct json *value)
{
    char close = value->kind == JSON_LIST ? ']' : '}';

    r->at++;
    while (peek(r) != close) {
        struct json *item;

        if (value->kind == JSON_OBJECT) {
            char *name = peek(r) == '"' ? read_string(r) : NULL;

            if (!name || peek(r) != ':')
                return NULL;
            r->at++;
            *list_add(&value->names) = name;
        }
        item = read_value(r);
        if (!item)
            return NULL;
        *list_add(&value->items) = item;
        if (peek(r) == ',')
            r->at++;
        else if (peek(r) != close)
            return NULL;
    }
    r->at++;
    return value;
}

static struct json *read_value(struct json_reader *r)
{
    struct json *value = mem_alloc(sizeof(*value));
    size_t from;

    if (r->nesting >= MOST_NESTING)
        return NULL;
    switch (peek(r)) {
    case '"':
        value->kind = JSON_STRING;
        value->string = read_string(r);
        return value->string ? value : NULL;
    case '[':
    case '{':
        value->kind = r->text[r->at] == '[' ? JSON_LIST : JSON_OBJECT;
        r->nesting++;
        value = read_members(r, value);
        r->nesting--;
        return value;
    }
    for (from = r->at; r->at < r->size &&
                       (isalnum((unsigned char)r->text[r->at]) ||
                        strchr("+-.", r->text[r->at]));
         r->at++)
        ;
    value->string = mem_copy(r->text + from, r->at - from);
    return r->at > from ? value : NULL;
}

struct json *json_read(const char *text, size_t size, size_t *at)
{
    struct json_reader r = { text, *at, size, 0 };
    struct json *value = read_value(&r);

    *at = r.at;
    return value;
}

struct json *json_get(const struct json *object, const char *name)
{
    for (size_t i = 0; object && i < object->names.count; i++)
        if (!strcmp(object->names.items[i], name))
            return object->items.items[i];
    return NULL;
}

const char *json_text(const struct json *object, const char *name)
{
    const struct json *value = json_get(object, name);

    return value && value->kind == JSON_STRING ? value->string : NULL;
}

/* The length of the UTF-8 character at c, or 0. */
static int utf8_length(const unsigned char *c)
{
    int length = c[0] < 0x80                   ? 1
                 : c[0] >= 0xc2 && c[0] < 0xe0 ? 2
                 : c[0] >= 0xe0 && c[0] < 0xf0 ? 3
                 : c[0] >= 0xf0 && c[0] < 0xf5 ? 4
                                               : 0;

    for (int i = 1; i < length; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    if ((c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f) ||
        (c[0] == 0xf0 && c[1] < 0x90) || (c[0] == 0xf4 && c[1] > 0x8f))
        return 0;
    return length;
}

void json_quote(struct text *out, const char *string)
{
    text_char(out, '"');
    while (*string) {
        const unsigned char *c = (const unsigned char *)string;
        int length = utf8_length(c);

        if (!length) {
            text_put(out, "\xef\xbf\xbd");
            length = 1;
        } else if (*c == '"' || *c == '\\') {
            text_char(out, '\\');
            text_char(out, (char)*c);
        } else if (*c < 0x20 || *c == 0x7f) {
            text_format(out, "\\u%04x", *c);
        } else {
            text_add(out, string, (size_t)length);
        }
        string += length;
    }
    text_char(out, '"');
}

size_t json_units(const char *text, size_t length)
{
    size_t units = 0;

    for (size_t at = 0; at < length; units++) {
        int bytes = utf8_length((const unsigned char *)text + at);

        units += bytes == 4; /* two surrogates */
        at += bytes ? (size_t)bytes : 1;
    }
    return units;
}
