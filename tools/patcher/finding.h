/* SPDX-License-Identifier: MIT
 *
 * What a scan found, and the tree that it was found in.
 */
#ifndef PATCHER_FINDING_H
#define PATCHER_FINDING_H

#include "asmstmt.h"
#include "sensitive.h"

/* How a finding is written: it decides who can rewrite it. */
enum form {
    FORM_STATEMENT,   /* an asm statement in a function */
    FORM_FILE_SCOPE,  /* an asm statement outside functions */
    FORM_MACRO,       /* an asm statement in a macro's definition */
    FORM_MACRO_USE,   /* a use of such a macro in C */
    FORM_INTRINSIC,   /* a compiler's function */
    FORM_ASM,         /* an instruction of a .S file */
    FORM_ASM_MACRO,   /* in a .macro or #define of assembly text */
    FORM_ASM_USE,     /* a use of such a macro */
    FORM_NASM,
    FORM_STORE,       /* a store that types or dataflow gave away */
    FORM_CALL,        /* a call with a device's port */
    FORM_PATTERN,     /* an assumption */
    FORM_BINARY,      /* an instruction of a built image */
};

enum phase { PHASE_BOOT, PHASE_EARLY, PHASE_RUNTIME, PHASE_USER };

/* What becomes of a finding. */
enum action {
    ACTION_HAND,    /* the patcher refuses: `reason` says why */
    ACTION_REWRITE, /* the patcher writes `replacement` */
    ACTION_FOLLOWS, /* done where the macro or wrapper is defined */
    ACTION_ACCEPT,  /* accepted in place or by the profile */
};

struct finding {
    struct source *source;
    uint32_t offset, length; /* what a caret marks */
    unsigned line, column;
    unsigned first_line, last_line; /* of the whole statement */
    enum rule rule;
    enum form form;
    enum phase phase;
    enum action action;
    unsigned mode;           /* 16, 32, 64; 0: not known */
    const char *function;    /* or macro, or symbol; "" outside of all */
    const char *symbol;      /* the label before it in its template, or NULL */
    const char *what;        /* the instruction or expression, one line */
    const char *reason;      /* why accepted or not rewritten */
    const char *replacement; /* what would stand there */
    const char *origin;      /* FORM_MACRO_USE: the macro's name */
    const char *id;
    bool dead;               /* inside #if 0 */
    const struct fact *fact; /* FORM_STORE: what libclang said */
    struct asm_stmt *stmt;   /* NULL if it is no asm statement */
    unsigned index;          /* of the instruction in it */
    const struct operand_type *types; /* of its operands, if they are known */
    bool types_differ;       /* from one includer of the header to another */
    bool at_definition;      /* a use: the macro's definition is the site */
    uint32_t begin, end;     /* what a rewrite replaces */
    bool in_image;           /* the image has code of its line */
    bool is_variant;         /* the image took another of its macro's */
    unsigned sites;          /* instructions of a built image it explains */
};

struct function {
    const char *name;
    const char *result; /* the words in front of the name */
    struct tokens *tokens;
    size_t name_token, params, open, close;
};

/* A gas macro: .macro NAME params / body / .endm */
struct gas_macro {
    const char *name;
    struct source *source;
    size_t body, end; /* offsets */
    LIST(const char *) params;
    LIST(const char *) defaults;
    bool busy;
};

struct scan {
    const char *root;  /* the folder that paths are relative to */
    LIST(struct source *) sources;
    LIST(struct tokens *) tokens; /* of the C files among them */
    struct macros macros;
    LIST(struct function) functions;
    LIST(struct gas_macro) gas_macros;
    LIST(struct finding *) findings;
    LIST(const char *) problems; /* what could not be read, as messages */
    enum syntax syntax;          /* of asm statements, unless they say it */
    size_t lines;
};

struct finding *finding_add(struct scan *scan, struct source *source,
                            enum rule rule, enum form form, size_t offset,
                            size_t length);

/* Sorts, gives each its id, phase and acceptance. */
void findings_settle(struct scan *scan);

/* "path:line:col: warning: text", kept for the end of the report. */
void scan_problem(struct scan *scan, const struct source *source,
                  size_t offset, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The function of this name, or NULL. */
const struct function *function_find(const struct scan *scan,
                                     const char *name);

/* The name of the function that token i is in, or "". */
const char *function_at(const struct scan *scan, const struct tokens *tokens,
                        size_t i);

/* A finding of this rule at token i, which is looked at, not rewritten. */
void finding_note(struct scan *scan, struct tokens *tokens, size_t i,
                  enum rule rule, const char *what);

/* cread.c: C files, in two passes over all of them. */
void c_collect(struct scan *scan, struct source *source);
void c_read(struct scan *scan, struct tokens *tokens);

/* sread.c: assembly files, in two passes over all of them. */
void s_collect(struct scan *scan, struct source *source);
void s_read(struct scan *scan, struct source *source);

/* intrinsics.c: the rule of a compiler's function of this name. */
enum rule intrinsic_rule(const char *name, size_t length);

/* device.c: calls with the port of a device, and device addresses. */
void device_read(struct scan *scan, struct tokens *tokens);

/* assume.c: what holds on bare metal only. */
void assume_read(struct scan *scan, struct tokens *tokens);

#endif
