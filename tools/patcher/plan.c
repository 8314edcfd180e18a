// SPDX-License-Identifier: MIT
// What becomes of each finding: see plan.h. Accepted places come first; then
// what is proven is rewritten where it is written down once (a statement, a
// macro's definition), and what only uses it follows; all else is by hand,
// with the reason.
#include "plan.h"

#include <ctype.h>
#include <string.h>

#include "rewrite.h"

static void by_hand(struct finding *f, const char *reason)
{
    f->action = ACTION_HAND;
    f->reason = reason;
}

static void rewritten(struct finding *f, const char *text)
{
    f->action = ACTION_REWRITE;
    f->replacement = text;
}

/* keep, replace, user and linear lines of the profile. */
static bool accepted_by_profile(struct finding *f,
                                const struct profile *profile)
{
    const struct place_rule *place =
        profile_place(profile, f->source->path, f->function);

    if (place) {
        f->reason = place->reason;
        return true;
    }
    for (size_t i = 0; f->rule == R_linear_map && i < profile->linear.count;
         i++)
        if (!strncmp(f->what, profile->linear.items[i],
                     strcspn(f->what, ":")) &&
            !profile->linear.items[i][strcspn(f->what, ":")]) {
            f->reason = "the profile says that this map holds in a guest";
            return true;
        }
    return false;
}

/* Does the tree, or what the profile adds to it, let go of tables? */
static bool releases_tables(const struct scan *scan,
                            const struct profile *profile)
{
    static const char name[] = "pv_table_release";

    for (size_t i = 0; i < profile->edits.count; i++)
        if (strstr(profile->edits.items[i].text, name))
            return true;
    for (size_t i = 0; i < scan->functions.count; i++) {
        const struct function *f = &scan->functions.items[i];

        for (size_t k = f->open; k < f->close; k++)
            if (token_is(f->tokens, k, name))
                return true;
    }
    return false;
}

static void plan_freed(struct scan *scan, const struct profile *profile)
{
    int releases = -1;

    for (size_t i = 0; i < scan->findings.count; i++) {
        struct finding *f = scan->findings.items[i];

        if (f->rule != R_table_freed || f->action == ACTION_ACCEPT)
            continue;
        if (releases < 0)
            releases = releases_tables(scan, profile);
        if (releases) {
            f->action = ACTION_ACCEPT;
            f->reason = "pv_table_release() lets go of the tree before";
        } else {
            by_hand(f, "pv_table_release() must let go of the tree before");
        }
    }
}

/* All findings of one statement share what becomes of it. */
static void plan_stmt(struct finding *f)
{
    struct rewriting r = { .stmt = f->stmt, .types = f->types,
                           .in_macro = f->form == FORM_MACRO };

    if (rule_info(f->rule)->class == CLASS_ASSUMPTION)
        by_hand(f, "the patcher does not change how per-CPU data is reached");
    else if (f->form == FORM_FILE_SCOPE)
        by_hand(f, "it stands outside functions: move it into a .S file, or "
                   "make it one");
    else if (rewrite_stmt(&r))
        rewritten(f, f->stmt->has_semicolon && (!r.is_block || r.in_macro)
                         ? mem_format("%s;", r.out.data) : r.out.data);
    else
        by_hand(f, r.refusal);
}

/* Marks the macros that the text of `name` uses, directly or not. */
static void mark_reached(const struct macros *macros, const char *name,
                         size_t length, unsigned search, int depth)
{
    struct macro *m = macro_find(macros, name, length);

    for (; m; m = macro_next(macros, m)) {
        if (!m->hot || m->seen == search || depth >= 32)
            continue;
        m->seen = search;
        for (size_t i = m->body; i < m->end; i++) {
            const struct token *tok = &m->tokens->list.items[i];

            if (tok->kind == TOK_NAME)
                mark_reached(macros,
                             m->tokens->source->text + tok->offset,
                             tok->length, search, depth + 1);
        }
    }
}

static bool is_marked(const struct macros *macros, const char *name,
                      unsigned search)
{
    struct macro *m = macro_find(macros, name, strlen(name));

    for (; m; m = macro_next(macros, m))
        if (m->seen == search)
            return true;
    return false;
}

/* And the macros that a use names in its arguments: SET(GET() | 1). */
static void mark_arguments(const struct macros *macros,
                           const struct finding *use, unsigned search)
{
    const char *text = use->source->text;

    for (size_t at = use->begin; at < use->end;) {
        size_t from = at;

        while (at < use->end &&
               (isalnum((unsigned char)text[at]) || text[at] == '_'))
            at++;
        if (at == from)
            at++;
        else
            mark_reached(macros, text + from, at - from, search, 0);
    }
}

/* The definition that a use's instruction comes from, if it is a finding. */
static const struct finding *definition(struct scan *scan,
                                        const struct finding *use)
{
    enum form form = use->form == FORM_ASM_USE ? FORM_ASM_MACRO : FORM_MACRO;
    static unsigned search;
    const struct finding *found = NULL;

    scan->macros.viewer = use->source;
    mark_reached(&scan->macros, use->origin, strlen(use->origin), ++search, 0);
    mark_arguments(&scan->macros, use, search);
    for (size_t i = 0; i < scan->findings.count && !found; i++) {
        const struct finding *f = scan->findings.items[i];

        if (f->form == form && f->rule == use->rule && !f->dead &&
            (!strcmp(f->function, use->origin) ||
             is_marked(&scan->macros, f->function, search)))
            found = f;
    }
    scan->macros.viewer = NULL;
    return found;
}

/* Is the whole text of the macro's use this one asm statement? */
static bool is_whole_use(const struct finding *f)
{
    const struct asm_stmt *stmt = f->stmt;
    const char *text = stmt->source->text;

    for (size_t i = 0; i < stmt->source->size; i++)
        if ((i < stmt->begin || i >= stmt->end) && !strchr(" \t\n;", text[i]))
            return false;
    return true;
}

static void plan_use(struct scan *scan, struct finding *f)
{
    const struct finding *def = definition(scan, f);
    struct rewriting r = { .stmt = f->stmt, .types = f->types };

    f->at_definition = def != NULL;
    if (def && def->action == ACTION_REWRITE) {
        f->action = ACTION_FOLLOWS;
        f->reason = mem_format("done where %s is defined", def->function);
    } else if (def && def->action == ACTION_ACCEPT) {
        f->action = ACTION_ACCEPT;
        f->reason = def->reason;
    } else if (def) {
        by_hand(f, mem_format("%s is not rewritten: %s", def->function,
                              def->reason ? def->reason : "?"));
    } else if (*f->origin == '.') {
        by_hand(f, "a repetition makes it: write its lines out");
    } else if (!f->stmt) {
        by_hand(f, "it comes from a macro that is defined elsewhere");
    } else if (!is_whole_use(f)) {
        by_hand(f, "the macro does other things as well");
    } else if (rewrite_stmt(&r) && !r.is_block) {
        rewritten(f, r.out.data);
    } else {
        by_hand(f, r.refusal ? r.refusal
                             : "it needs a statement where the macro may "
                               "be an expression");
    }
}

static void plan_asm(struct finding *f)
{
    const char *refusal = NULL;
    const char *text = rewrite_asm(f->source, f, &refusal);

    if (text)
        rewritten(f, text);
    else
        by_hand(f, refusal);
}

static void plan_intrinsic(struct finding *f)
{
    const struct pv_op *op = op_replacing(rule_info(f->rule)->op);

    if (op && !strcmp(op->args, "()") && f->rule == R_rdtsc)
        rewritten(f, mem_format("pv_%s()", op->name));
    else
        by_hand(f, "the patcher does not rewrite this intrinsic");
}

static void plan_one(struct scan *scan, struct finding *f)
{
    switch (f->form) {
    case FORM_STATEMENT:
    case FORM_FILE_SCOPE:
    case FORM_MACRO:
        plan_stmt(f);
        break;
    case FORM_MACRO_USE:
    case FORM_ASM_USE:
        plan_use(scan, f);
        break;
    case FORM_INTRINSIC:
        plan_intrinsic(f);
        break;
    case FORM_ASM:
    case FORM_ASM_MACRO:
        plan_asm(f);
        break;
    case FORM_NASM:
        by_hand(f, "NASM files are scanned and never rewritten");
        break;
    case FORM_CALL:
        if (f->reason) { /* device.c knows why */
            f->action = ACTION_ACCEPT;
            break;
        }
        by_hand(f, "a device has no operation: give glue in the profile "
                   "(rename, replace), or keep it");
        break;
    case FORM_PATTERN:
        by_hand(f, f->rule == R_hlt
                       ? "no interrupt may come between sti and what follows "
                         "it"
                       : "an assumption is for a person to judge");
        break;
    case FORM_STORE: /* types.c has decided */
    case FORM_BINARY:
        break;
    }
}

void plan_make(struct scan *scan, const struct profile *profile)
{
    for (int uses = 0; uses < 2; uses++)
        for (size_t i = 0; i < scan->findings.count; i++) {
            struct finding *f = scan->findings.items[i];
            bool is_use = f->form == FORM_MACRO_USE || f->form == FORM_ASM_USE;

            if (is_use != uses || f->action == ACTION_ACCEPT)
                continue;
            if (accepted_by_profile(f, profile))
                f->action = ACTION_ACCEPT;
            else
                plan_one(scan, f);
        }
    plan_freed(scan, profile);
    plan_pairs(scan);
}
