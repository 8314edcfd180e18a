/* SPDX-License-Identifier: MIT
 *
 * A port's profile: what only a person knows about a kernel. README.md has
 * the format; `parapet new` writes a first one.
 */
#ifndef PATCHER_PROFILE_H
#define PATCHER_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "mem.h"

/* table TYPE LEVEL */
struct table_type {
    const char *type;
    int level; /* 1 to 4; 0: of any level */
    unsigned line;
};

/* descriptors gdt|ldt|idt|tss VARIABLE */
struct descriptor_array {
    const char *kind, *name;
    unsigned line;
};

/* keep, replace and user FILE[:FUNCTION] : reason */
struct place_rule {
    char kind; /* 'k', 'r' or 'u' */
    const char *file;
    const char *function; /* NULL: the whole file */
    const char *reason;
    unsigned line;
};

/* call NAME = TEXT */
struct call_rule {
    const char *name, *text;
    unsigned line;
};

/* first FILE:FUNCTION STATEMENT, rename FILE:FUNCTION NAME */
struct edit_rule {
    char kind; /* 'f' or 'n' */
    const char *file, *function, *text;
    unsigned line;
};

struct profile {
    const char *path; /* NULL: there is none, and all lists are empty */
    const char *text;
    const char *include; /* "<pvops.h>": as it stands in #include */
    const char *build;   /* a shell command, in the tree's top folder */
    LIST(const char *) cflags;
    LIST(struct table_type) tables;
    LIST(struct descriptor_array) descriptors;
    LIST(struct place_rule) places;
    LIST(struct call_rule) calls;
    LIST(struct edit_rule) edits;
    LIST(const char *) linear; /* names of phys <-> virt conversions */
};

/*
 * Reads a profile; each mistake is reported as "path:line:col: error: ...".
 * Returns the number of mistakes.
 */
unsigned profile_read(struct profile *profile, const char *path,
                      const char *text, size_t size);

/*
 * The profile of a tree: `path`, or root/port/profile if that is there, or
 * an empty one. fail()s if it cannot be used.
 */
struct profile *profile_for(const char *path, const char *root);

/* The place rule for this file and function, or NULL. */
const struct place_rule *profile_place(const struct profile *profile,
                                       const char *file,
                                       const char *function);

/* The level of a type, or -1 if it is not an entry's. */
int profile_level(const struct profile *profile, const char *type);

#endif
