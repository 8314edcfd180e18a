// SPDX-License-Identifier: MIT
// Runs Coccinelle: see cocci.h. It edits a copy of the tree and is not
// believed: patch.c compares what it did with what was planned.
#include "cocci.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "copy.h"
#include "json.h"
#include "lib/process.h"
#include "lib/say.h"

/* The patterns: build.mk makes a C string of each file of rules/. */
static const char rules_asm[] =
#include "rules/asm.cocci.inc"
    ;
static const char rules_store[] =
#include "rules/store.cocci.inc"
    ;
static const char rules_load[] =
#include "rules/load.cocci.inc"
    ;
static const char rules_field[] =
#include "rules/field.cocci.inc"
    ;
static const char rules_call[] =
#include "rules/call.cocci.inc"
    ;

bool cocci_available(void)
{
    return process_exists("spatch");
}

/* The pattern with @NAME@ replaced by value, for NULL-ended pairs. */
static void fill(struct text *out, const char *pattern,
                 const char *const *pairs)
{
    while (*pattern) {
        bool found = false;

        for (const char *const *p = pairs; *pattern == '@' && *p; p += 2) {
            size_t length = strlen(*p);

            if (!strncmp(pattern + 1, *p, length) &&
                pattern[length + 1] == '@') {
                text_put(out, p[1]);
                pattern += length + 2;
                found = true;
                break;
            }
        }
        if (!found)
            text_char(out, *pattern++);
    }
    text_char(out, '\n');
}

typedef LIST(const char *) words;

static void run(const struct text *rules, const words *options,
                const words *files)
{
    words argv = { 0 };
    struct process_result result;

    if (!files->count)
        return;
    /* What it says is only of use when it fails. */
    *list_add(&argv) = "sh";
    *list_add(&argv) = "-c";
    *list_add(&argv) = "exec \"$@\" 2>&1";
    *list_add(&argv) = "sh";
    *list_add(&argv) = "spatch";
    *list_add(&argv) = "--very-quiet";
    *list_add(&argv) = "--no-show-diff";
    *list_add(&argv) = "--in-place";
    *list_add(&argv) = "--timeout";
    *list_add(&argv) = "120";
    *list_add(&argv) = "--sp-file";
    *list_add(&argv) = copy_temporary(rules->data, rules->length);
    for (size_t i = 0; i < options->count; i++)
        *list_add(&argv) = options->items[i];
    for (size_t i = 0; i < files->count; i++)
        *list_add(&argv) = files->items[i];
    *list_add(&argv) = NULL;
    result = process_run(argv.items, NULL, OUTPUT_CAPTURE);
    if (result.status)
        say("Coccinelle ended with status %d; what it did not edit goes on "
            "the worklist: %s", result.status, result.output);
    free(result.output);
}

static void add_file(words *files, const char *path)
{
    for (size_t i = 0; i < files->count; i++)
        if (!strcmp(files->items[i], path))
            return;
    *list_add(files) = path;
}

/* A block of several statements is left to the own editor, which knows how
 * the file indents. */
static bool for_statement_rule(const struct finding *f)
{
    return f->action == ACTION_REWRITE && !f->dead && f->stmt &&
           f->replacement[0] != '{' &&
           ((f->form == FORM_STATEMENT && f->stmt->has_semicolon) ||
            (f->form == FORM_MACRO_USE && f->source->text[f->end] == ';'));
}

void cocci_statements(const struct scan *scan)
{
    struct text table = { 0 }, rules = { 0 };
    words files = { 0 }, options = { 0 };

    text_put(&table, "");
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *f = scan->findings.items[i];
        const char *end = f->form == FORM_MACRO_USE ? ";" : "";

        if (!for_statement_rule(f))
            continue;
        text_put(&table, "    (");
        json_quote(&table, f->source->real);
        text_format(&table, ", %u, %u): ", source_line(f->source, f->begin),
                    source_column(f->source, f->begin) - 1);
        json_quote(&table, mem_format("%s%s", f->replacement, end));
        text_put(&table, ",\n");
        add_file(&files, f->source->real);
    }
    fill(&rules, rules_asm, (const char *const[]){ "TABLE", table.data,
                                                   NULL });
    *list_add(&options) = "--no-includes";
    run(&rules, &options, &files);
}

static void put_calls(struct text *rules, const struct profile *profile)
{
    for (size_t i = 0; i < profile->calls.count; i++) {
        const struct call_rule *call = &profile->calls.items[i];
        char *name = mem_copy(call->name, strcspn(call->name, "("));
        struct text params = { 0 }, args = { 0 }, with = { 0 };
        int most = 0;

        for (const char *c = call->text; *c; c++) {
            if (*c == '$' && c[1] >= '1' && c[1] <= '9') {
                int n = *++c - '0';

                most = n > most ? n : most;
                text_format(&with, "e%d", n);
            } else {
                text_char(&with, *c);
            }
        }
        text_put(&params, "");
        for (int n = 1; n <= most; n++) {
            text_format(&params, "expression e%d;\n", n);
            text_format(&args, n > 1 ? ", e%d" : "e%d", n);
        }
        if (!most)
            text_put(&args, strstr(call->name, "()") ? "" : "...");
        fill(rules, rules_call,
             (const char *const[]){ "PARAMS", params.data, "NAME", name,
                                    "ARGS", args.data, "TEXT", with.data,
                                    NULL });
    }
}

static void put_types(struct text *rules, const struct profile *profile)
{
    static const char *const ops[] = { "pv_pte_store", "pv_pte_store_l1",
                                       "pv_pte_store_l2", "pv_pte_store_l3",
                                       "pv_pte_store_l4" };

    for (int loads = 0; loads < 2; loads++)
        for (size_t i = 0; i < profile->tables.count; i++) {
            const struct table_type *table = &profile->tables.items[i];

            fill(rules, loads ? rules_load : rules_store,
                 (const char *const[]){
                     "TYPEDEF",
                     strchr(table->type, ' ')
                         ? "" : mem_format("typedef %s;", table->type),
                     "TYPE", table->type, "OP", ops[table->level], NULL });
        }
}

/* Stores into descriptors, by their own words. */
static void put_fields(struct text *rules, const struct scan *scan)
{
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *f = scan->findings.items[i];
        enum rule_class class = rule_info(f->rule)->class;
        const struct pv_op *op = op_replacing(rule_info(f->rule)->op);
        char *place;
        size_t equal;

        if (f->action != ACTION_REWRITE || f->form != FORM_STORE ||
            class != CLASS_MEMORY || f->rule == R_pte_store ||
            f->rule == R_pte_rmw || f->rule == R_pte_clear || !op)
            continue;
        equal = strcspn(f->what, "=");
        while (equal && f->what[equal - 1] == ' ')
            equal--;
        place = mem_copy(f->what, equal);
        fill(rules, rules_field,
             (const char *const[]){ "PLACE", place, "OP",
                                    mem_format("pv_%s", op->name), NULL });
    }
}

/* Does the file call a function that the profile replaces? */
static bool has_call(const struct tokens *t, const struct profile *profile)
{
    for (size_t i = 0; i < t->list.count; i++)
        for (size_t k = 0; k < profile->calls.count &&
                           t->list.items[i].kind == TOK_NAME; k++) {
            const char *name = profile->calls.items[k].name;

            if (token_is(t, i, mem_copy(name, strcspn(name, "("))) &&
                token_punct(t, i + 1, '('))
                return true;
        }
    return false;
}

void cocci_types(const struct scan *scan, const struct profile *profile)
{
    struct text rules = { 0 };
    words files = { 0 }, options = { 0 };

    text_put(&rules, "");
    put_calls(&rules, profile);
    put_types(&rules, profile);
    put_fields(&rules, scan);
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *f = scan->findings.items[i];

        if (f->action == ACTION_REWRITE && f->form == FORM_STORE && !f->dead)
            add_file(&files, f->source->real);
    }
    for (size_t i = 0; i < scan->tokens.count; i++)
        if (has_call(scan->tokens.items[i], profile))
            add_file(&files, scan->tokens.items[i]->source->real);
    *list_add(&options) = "--recursive-includes";
    *list_add(&options) = "--include-headers-for-types";
    *list_add(&options) = "-I";
    *list_add(&options) = scan->root;
    for (size_t i = 0; i < profile->cflags.count; i++)
        if (!strncmp(profile->cflags.items[i], "-I", 2)) {
            *list_add(&options) = "-I";
            *list_add(&options) = mem_format("%s/%s", scan->root,
                                             profile->cflags.items[i] + 2);
        }
    run(&rules, &options, &files);
}
