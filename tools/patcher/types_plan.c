// SPDX-License-Identifier: MIT
// What becomes of a store, a load or a call that libclang told of: a finding,
// and either what replaces it or the reason why nothing does. The rule: an
// entry is rewritten if the profile names its type, it is stored or read
// whole or by one plain part, and nothing but the statement sees its value.
#include <string.h>

#include "types.h"

static const char *slice(const struct source *s, uint32_t from, uint32_t to)
{
    struct text out = { 0 };
    bool space = false;

    text_put(&out, "");
    for (; from < to; from++) {
        char c = s->text[from];

        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            space = true;
            continue;
        }
        if (space)
            text_char(&out, ' ');
        space = false;
        text_char(&out, c);
    }
    return out.data;
}

static enum rule descriptor_rule(enum table_kind table)
{
    switch (table) {
    case TABLE_GDT:
        return R_gdt_store;
    case TABLE_LDT:
        return R_ldt_store;
    case TABLE_IDT:
        return R_idt_store;
    default:
        return R_tss_store;
    }
}

/* "*p" is at p; what else is an lvalue is at &it. */
static const char *address(const struct source *s, const struct fact *f)
{
    const char *lhs = slice(s, f->lhs, f->lhs_end);

    if (f->is_deref && lhs[0] == '*')
        return lhs + 1 + strspn(lhs + 1, " ");
    return mem_format("&%s", lhs);
}

static bool has_effects(const char *expr)
{
    return strstr(expr, "++") || strstr(expr, "--") || strchr(expr, '(');
}

/* "page->bits.user": where the member's name begins; 0 if that is not how it
 * is written. */
uint32_t types_member(const struct fact *f)
{
    const struct source *s = f->source;
    uint32_t at = f->entry_end;

    while (at < f->lhs_end && strchr(" \t\n", s->text[at]))
        at++;
    if (!at || strncmp(s->text + at, f->is_arrow ? "->" : ".",
                       f->is_arrow ? 2 : 1))
        return 0;
    at += f->is_arrow ? 2 : 1;
    while (at < f->lhs_end && strchr(" \t\n", s->text[at]))
        at++;
    return at < f->lhs_end ? at : 0;
}

/* "&pt[i], bits.user" */
static const char *part(const struct fact *f)
{
    return mem_format("%s%s, %s", f->is_arrow ? "" : "&",
                      slice(f->source, f->lhs, f->entry_end),
                      slice(f->source, types_member(f), f->lhs_end));
}

static void by_hand(struct finding *f, const char *why)
{
    f->action = ACTION_HAND;
    f->reason = why;
}

static const struct function *function_of(const struct scan *scan,
                                          const struct source *s,
                                          uint32_t offset)
{
    for (size_t i = 0; i < scan->functions.count; i++) {
        const struct function *f = &scan->functions.items[i];

        if (f->tokens->source == s &&
            f->tokens->list.items[f->open].offset <= offset &&
            f->tokens->list.items[f->close].offset >= offset)
            return f;
    }
    return NULL;
}

/*
 * Is the table loaded later in the same function, by the instruction or by
 * what replaces it? Then it is ordinary memory here, and the load takes it.
 */
static bool loaded_after(const struct scan *scan, const struct finding *f)
{
    bool gdt = f->rule == R_gdt_store;
    const struct function *in = function_of(scan, f->source, f->offset);
    const char *call = gdt ? "pv_load_gdt" : "pv_load_idt";

    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *g = scan->findings.items[i];

        if (g->rule == (gdt ? R_lgdt : R_lidt) && g->source == f->source &&
            g->offset > f->offset && *f->function &&
            !strcmp(g->function, f->function))
            return true;
    }
    for (size_t i = in ? in->open : 0; in && i < in->close; i++)
        if (token_is(in->tokens, i, call) &&
            in->tokens->list.items[i].offset > f->offset)
            return true;
    return false;
}

static void plan_descriptor(struct scan *scan, struct finding *f,
                            const struct fact *fact)
{
    const struct pv_op *op = op_replacing(rule_info(f->rule)->op);
    const char *value = slice(f->source, fact->rhs, fact->rhs_end);
    bool stack = fact->field && (!strcmp(fact->field, "rsp0") ||
                                 !strcmp(fact->field, "sp0"));

    if (fact->by_type) {
        by_hand(f, mem_format("no profile says that this is a table of "
                              "descriptors: add \"descriptors %s %s\"",
                              fact->table == TABLE_IDT ? "idt"
                              : fact->table == TABLE_LDT ? "ldt"
                              : fact->table == TABLE_TSS ? "tss" : "gdt",
                              fact->base));
    } else if (f->rule != R_tss_store && fact->element > 16) {
        by_hand(f, "the elements of this table are larger than descriptors");
    } else if (f->rule == R_tss_store && !stack) {
        by_hand(f, "only RSP0 of a TSS has a meaning in a guest");
    } else if ((f->rule == R_gdt_store || f->rule == R_idt_store) &&
               loaded_after(scan, f)) {
        f->action = ACTION_ACCEPT;
        f->reason = "the table is loaded after it in this function";
    } else if (fact->kind != FACT_STORE || !fact->is_statement ||
               fact->in_macro) {
        by_hand(f, "it is not a plain store of a statement of its own");
    } else if (fact->size != 8) {
        by_hand(f, mem_format("it writes %u bytes, and the operation 8",
                              fact->size));
    } else if (!op) {
        by_hand(f, "the library has no operation for it");
    } else {
        f->action = ACTION_REWRITE;
        f->replacement = mem_format("pv_%s(%s, %s);", op->name,
                                    address(f->source, fact), value);
    }
}

static const char *store_op(int level)
{
    const char *names[] = { "pte_store", "pte_store_l1", "pte_store_l2",
                            "pte_store_l3", "pte_store_l4" };

    return names[level];
}

static const char *no_type(const struct fact *fact)
{
    return mem_format("no profile says that this is an entry's type: add "
                      "\"table %s\" and its level", fact->type);
}

static void plan_entry(struct finding *f, const struct fact *fact, int level,
                       const struct profile *profile)
{
    /* Dataflow alone finds entries of no type that is known: level -1. */
    const struct pv_op *op = op_replacing(store_op(level < 0 ? 0 : level));
    const char *at = address(f->source, fact);
    const char *value = slice(f->source, fact->rhs, fact->rhs_end);

    if (profile_level(profile, fact->type) < 0)
        by_hand(f, no_type(fact));
    else if (fact->in_macro)
        by_hand(f, "it is written in a macro");
    else if (fact->field && (!types_member(fact) ||
                             (fact->kind != FACT_STORE && !fact->is_whole)))
        by_hand(f, "it writes a part of an entry: read the entry, change it, "
                   "store it whole");
    else if (fact->is_local)
        by_hand(f, "it is on the stack: not a table, or not for long");
    else if (fact->kind == FACT_UPDATE &&
             (strlen(fact->op) != 2 || fact->op[1] != '='))
        by_hand(f, "this operator on an entry is not understood");
    else if (!fact->is_statement)
        by_hand(f, "the value of the assignment is used");
    else if (fact->is_pointer)
        by_hand(f, "what it stores is a pointer, not an entry: a page table "
                   "of a guest holds entries alone");
    else if (fact->field && !fact->is_whole) {
        f->action = ACTION_REWRITE;
        f->replacement = mem_format("pv_pte_change(%s, %s);", part(fact),
                                    value);
    } else if (fact->size != 8)
        by_hand(f, "an entry of a PV guest has 8 bytes");
    else if (fact->kind == FACT_UPDATE && has_effects(at)) {
        f->action = ACTION_REWRITE;
        f->replacement = mem_format(
            "({ void *pv_at = %s; pv_%s(pv_at, pv_pte_load(pv_at) %c (%s)); })",
            at, op->name, fact->op[0], value);
    } else {
        f->action = ACTION_REWRITE;
        f->replacement =
            fact->kind == FACT_STORE
                ? mem_format("pv_%s(%s, %s);", op->name, at, value)
                : mem_format("pv_%s(%s, pv_pte_load(%s) %c (%s));", op->name,
                             at, at, fact->op[0], value);
    }
}

static void plan_load(struct finding *f, const struct fact *fact,
                      const struct profile *profile)
{
    if (profile_level(profile, fact->type) < 0)
        by_hand(f, no_type(fact));
    else if (fact->in_macro)
        by_hand(f, "it is written in a macro");
    else if (fact->is_local)
        by_hand(f, "it is on the stack: not a table, or not for long");
    else if (fact->is_pointer)
        by_hand(f, "what it reads is used as a pointer, not as an entry");
    else if (fact->field && !types_member(fact))
        by_hand(f, "how it names a part of an entry is not understood");
    else if (fact->field && !fact->is_whole) {
        f->action = ACTION_REWRITE;
        f->replacement = mem_format("pv_pte_part(%s)", part(fact));
    }
    else if (fact->size != 8)
        by_hand(f, "an entry of a PV guest has 8 bytes");
    else {
        f->action = ACTION_REWRITE;
        f->replacement = mem_format("pv_pte_load(%s)",
                                    address(f->source, fact));
    }
}

static void plan_call(struct finding *f, const struct fact *fact,
                      const struct profile *profile)
{
    if (profile_level(profile, fact->type) < 0)
        by_hand(f, no_type(fact));
    else if (!fact->is_statement || fact->in_macro)
        by_hand(f, "its value is used, or it is written in a macro");
    else if (fact->is_local)
        by_hand(f, "it is on the stack: not a table, or not for long");
    else if (!strcmp(fact->op, "memset") && !fact->is_zero)
        by_hand(f, "it does not write zeros");
    else if (!strcmp(fact->op, "memset")) {
        f->action = ACTION_REWRITE;
        f->replacement = mem_format(
            "pv_table_clear(%s, %s);", slice(f->source, fact->lhs,
                                            fact->lhs_end),
            slice(f->source, fact->rhs_end + 1 +
                  (uint32_t)strspn(f->source->text + fact->rhs_end + 1, " "),
                  fact->end - 1));
    } else {
        by_hand(f, "whether what is copied are entries is not proven");
    }
}

static enum rule entry_rule(const struct fact *fact)
{
    switch (fact->kind) {
    case FACT_STORE:
        return R_pte_store;
    case FACT_UPDATE:
        return R_pte_rmw;
    case FACT_LOAD:
        return R_pte_load;
    default:
        return strstr(fact->op, "set") || !strcmp(fact->op, "bzero")
                   ? R_pte_clear : R_pte_copy;
    }
}

struct finding *types_finding(struct scan *scan, struct source *s,
                              const struct fact *fact,
                              const struct profile *profile)
{
    int level = tables_level(profile, fact->type);
    bool entry = fact->table == TABLE_ENTRIES;
    bool freed = fact->kind == FACT_FREE;
    enum rule rule = entry ? entry_rule(fact) : descriptor_rule(fact->table);
    struct finding *f;

    if (!entry && fact->kind == FACT_LOAD)
        return NULL;
    /* Where words led here, and no type: an entry is no character. */
    if (entry && level < 0 && fact->kind != FACT_CALL && fact->size &&
        fact->size < 4)
        return NULL;
    f = finding_add(scan, s, freed ? R_table_freed : rule,
                    freed ? FORM_PATTERN : FORM_STORE, fact->offset,
                    fact->lhs_end - fact->offset);
    f->end = fact->end;
    f->fact = freed ? NULL : fact;
    f->last_line = source_line(s, fact->end ? fact->end - 1 : 0);
    f->what = slice(s, fact->offset, fact->end);
    if (function_of(scan, s, fact->offset))
        f->function = function_of(scan, s, fact->offset)->name;
    if (freed) /* plan.c looks for what lets go of it */
        return f;
    if (!entry && fact->kind != FACT_CALL)
        plan_descriptor(scan, f, fact);
    else if (!entry)
        by_hand(f, "it writes many descriptors at once");
    else if (fact->kind == FACT_LOAD)
        plan_load(f, fact, profile);
    else if (fact->kind == FACT_CALL)
        plan_call(f, fact, profile);
    else
        plan_entry(f, fact, level, profile);
    return f;
}
