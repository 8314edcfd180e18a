/* SPDX-License-Identifier: MIT
 *
 * A small JSON reader for compilation databases and baselines, and the
 * quoting for what is written.
 */
#ifndef PATCHER_JSON_H
#define PATCHER_JSON_H

#include "mem.h"

enum json_kind { JSON_OTHER, JSON_STRING, JSON_LIST, JSON_OBJECT };

struct json {
    enum json_kind kind;
    const char *string; /* JSON_STRING; numbers and words as they stand */
    LIST(struct json *) items;
    LIST(const char *) names; /* JSON_OBJECT: of the items */
};

/*
 * Reads one value at *at and moves behind it. NULL and *at where it stopped
 * if it is not JSON.
 */
struct json *json_read(const char *text, size_t size, size_t *at);

/* The member of an object, or NULL. */
struct json *json_get(const struct json *object, const char *name);

/* The member's string, or NULL. */
const char *json_text(const struct json *object, const char *name);

/* Adds "text" with what JSON needs escaped; bytes that are not UTF-8 become
 * U+FFFD, since JSON has no other way to say them. */
void json_quote(struct text *out, const char *string);

/* How many UTF-16 units the text has once it is quoted: what columns are
 * counted in by SARIF's readers and by a page's script. */
size_t json_units(const char *text, size_t length);

#endif
