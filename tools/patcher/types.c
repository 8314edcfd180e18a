// SPDX-License-Identifier: MIT
// The typed pass: decides which files are worth asking libclang about, asks
// several at a time, and makes findings of the answers. The rule: without an
// answer nothing is proven, and what needed it goes on the worklist.
#include "types.h"

#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "includes.h"
#include "types_cache.h"

struct question {
    struct source *source;
    const struct source *within; /* the file that is parsed */
    const char **args;
    unsigned count;
    struct facts facts;
};

struct pool {
    struct question *questions;
    size_t count, next;
    const struct type_query *query;
    const char *cache; /* its folder, or NULL */
    bool shows_progress;
    pthread_mutex_t lock;
};

/* Is the word there, or one that begins with it? ("idt" is not in width.) */
static bool contains(const char *text, const char *word)
{
    for (const char *at = text; (at = strstr(at, word)); at++)
        if (at == text || !isalpha((unsigned char)at[-1]))
            return true;
    return false;
}

int types_level(const struct profile *profile, const char *type)
{
    int level = profile_level(profile, type);

    return level >= 0 || profile->tables.count ? level : tables_level(type);
}

/* Does the file speak of tables at all? */
static bool mentions_tables(const struct type_query *query,
                            const struct source *s)
{
    static const char *const words[] = { "pte", "pde", "pgd", "pmd", "pud",
                                         "pml4", "pt_entry", "pt_element",
                                         "gdt", "idt", "ldt", "tss", "seg_desc",
                                         "segdesc", "gate_desc", "gatedesc",
                                         "real_descriptor", "real_gate",
                                         "desc_struct", "taskstate" };
    const struct profile *profile = query->profile;

    for (size_t i = 0; i < profile->tables.count; i++)
        if (contains(s->text, profile->tables.items[i].type))
            return true;
    for (size_t i = 0; i < profile->descriptors.count; i++)
        if (contains(s->text, profile->descriptors.items[i].name))
            return true;
    for (size_t i = 0; i < query->flow->names.count; i++)
        if (!query->flow->names.items[i].is_register &&
            contains(s->text, query->flow->names.items[i].name))
            return true;
    for (size_t i = 0; !profile->path && i < sizeof(words) / sizeof(*words);
         i++)
        if (contains(s->text, words[i]))
            return true;
    return false;
}

/* Is there something in the file that only types decide? */
static bool is_candidate(const struct scan *scan,
                         const struct type_query *query,
                         const struct source *s)
{
    if (s->lang != LANG_C && s->lang != LANG_HEADER)
        return false;
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *f = scan->findings.items[i];

        if (f->source == s && f->form == FORM_STATEMENT && !f->types &&
            (f->rule == R_in || f->rule == R_out || f->rule == R_ins ||
             f->rule == R_outs || f->rule == R_invlpg ||
             f->rule == R_lgdt || f->rule == R_lidt))
            return true;
    }
    return s->lang == LANG_C && mentions_tables(query, s);
}

static void answer_one(struct pool *pool, struct question *q)
{
    uint64_t key = types_cache_key(q->source, q->within->real, q->args,
                                   q->count, pool->query);

    if (pool->cache && types_cache_load(pool->cache, key, q->source,
                                        pool->query, &q->facts))
        return;
    types_parse(&q->facts, q->source, q->within->real, q->args, q->count,
                pool->query);
    if (pool->cache)
        types_cache_store(pool->cache, key, q->source, &q->facts);
}

static void *answer(void *data)
{
    struct pool *pool = data;

    for (;;) {
        struct question *q;

        pthread_mutex_lock(&pool->lock);
        q = pool->next < pool->count ? &pool->questions[pool->next++] : NULL;
        if (pool->shows_progress)
            fprintf(stderr, "\rreading types: %zu of %zu files%s",
                    pool->next, pool->count,
                    q ? "" : "\r\033[K");
        pthread_mutex_unlock(&pool->lock);
        if (!q)
            return NULL;
        answer_one(pool, q);
    }
}

static void ask(struct pool *pool, unsigned jobs)
{
    pthread_t threads[64];
    unsigned started = 0;

    pthread_mutex_init(&pool->lock, NULL);
    while (started + 1 < jobs && started < 63 && started + 1 < pool->count &&
           !pthread_create(&threads[started], NULL, answer, pool))
        started++;
    answer(pool);
    while (started)
        pthread_join(threads[--started], NULL);
}

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
    const struct pv_op *op = op_replacing(store_op(level));
    const char *at = address(f->source, fact);
    const char *value = slice(f->source, fact->rhs, fact->rhs_end);

    if (profile_level(profile, fact->type) < 0)
        by_hand(f, no_type(fact));
    else if (fact->in_macro)
        by_hand(f, "it is written in a macro");
    else if (fact->field)
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
    else if (fact->size != 8)
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

static struct finding *make_finding(struct scan *scan, struct source *s,
                                    const struct fact *fact,
                                    const struct profile *profile)
{
    int level = types_level(profile, fact->type);
    bool entry = fact->table == TABLE_ENTRIES;
    enum rule rule = entry ? entry_rule(fact) : descriptor_rule(fact->table);
    struct finding *f;

    if (!entry && fact->kind == FACT_LOAD)
        return NULL;
    /* Where words led here, and no type: an entry is no character. */
    if (entry && level < 0 && fact->kind != FACT_CALL && fact->size &&
        fact->size < 4)
        return NULL;
    f = finding_add(scan, s, rule, FORM_STORE, fact->offset,
                    fact->lhs_end - fact->offset);
    f->end = fact->end;
    f->fact = fact;
    f->last_line = source_line(s, fact->end ? fact->end - 1 : 0);
    f->what = slice(s, fact->offset, fact->end);
    if (function_of(scan, s, fact->offset))
        f->function = function_of(scan, s, fact->offset)->name;
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

static bool same_types(const struct operand_type *a,
                       const struct operand_type *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i].size != b[i].size || a[i].pointer != b[i].pointer ||
            a[i].is_signed != b[i].is_signed)
            return false;
    return true;
}

/* The operands' types, to the findings of their statement. What two files
 * that include a header make of them differently is not known. */
static void give_types(struct scan *scan, const struct source *s,
                       const struct fact *fact)
{
    for (size_t i = 0; i < scan->findings.count; i++) {
        struct finding *f = scan->findings.items[i];

        if (f->source != s || f->form != FORM_STATEMENT ||
            f->begin != fact->offset || !f->stmt ||
            f->stmt->outputs.count + f->stmt->inputs.count !=
                fact->operands.count)
            continue;
        if (!f->types_differ && (!f->types ||
            same_types(f->types, fact->operands.items, fact->operands.count)))
            f->types = fact->operands.items;
        else
            f->types_differ = true;
        if (f->types_differ)
            f->types = NULL;
    }
}

/* What was said already: a header's facts come from each file with it. */
struct told {
    const struct fact **items;
    struct finding **findings;
    size_t room;
};

static size_t place_in(const struct told *told, const struct fact *fact)
{
    size_t at = ((size_t)fact->source / 64 + fact->offset * 31u +
                 fact->kind) % told->room;

    while (told->items[at] && (told->items[at]->source != fact->source ||
                               told->items[at]->offset != fact->offset ||
                               told->items[at]->lhs_end != fact->lhs_end ||
                               told->items[at]->kind != fact->kind))
        at = (at + 1) % told->room;
    return at;
}

static void take_in(struct scan *scan, struct told *told,
                    const struct fact *fact, const struct profile *profile)
{
    struct source *s = (struct source *)fact->source;
    size_t at = place_in(told, fact);
    const struct fact *first = told->items[at];

    if (fact->kind == FACT_OPERANDS) {
        give_types(scan, s, fact);
    } else if (!first) {
        told->items[at] = fact;
        told->findings[at] = make_finding(scan, s, fact, profile);
    } else if (told->findings[at] &&
               (strcmp(first->type, fact->type) || first->size != fact->size)) {
        by_hand(told->findings[at],
                "the files that include it disagree on its type");
    }
}

/* A header's asm statements are read in two of the files that include it,
 * which must agree on the operands' types. Alone it is read if none does. */
#define USERS 2
#define MANY 32

/* A boot loader's 32-bit C has other types, and no guest gets there. */
static bool has_32_bits(const struct tree *tree, const struct source *s)
{
    const struct unit *unit = tree_unit(tree, s->real);

    for (size_t i = 0; unit && i < unit->args.count; i++)
        if (!strcmp(unit->args.items[i], "-m32") ||
            !strcmp(unit->args.items[i], "-m16"))
            return true;
    return false;
}

static unsigned pick_users(const struct tree *tree,
                           const struct source **users, unsigned count)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < count && kept < USERS; i++)
        if (!has_32_bits(tree, users[i]))
            users[kept++] = users[i];
    return kept ? kept : count < USERS ? count : USERS;
}

static void ask_all(struct scan *scan, const struct tree *tree,
                    struct pool *pool, unsigned jobs)
{
    struct includes *includes = NULL;
    LIST(struct question) questions = { 0 };

    for (size_t i = 0; i < scan->sources.count; i++) {
        struct source *s = scan->sources.items[i];
        const struct source *users[MANY] = { s };
        unsigned count = 1;

        if (!s->compiled || !is_candidate(scan, pool->query, s))
            continue;
        if (s->lang == LANG_HEADER) {
            if (!includes)
                includes = includes_read(scan);
            count = pick_users(tree, users, includes_users(includes, s, users,
                                                           MANY));
        }
        for (unsigned k = 0; k < count || !k; k++)
            *list_add(&questions) =
                (struct question){ .source = s, .within = users[k] };
    }
    for (size_t i = 0; i < questions.count; i++)
        questions.items[i].args =
            types_args(scan, tree, pool->query->profile,
                       questions.items[i].within, &questions.items[i].count);
    pool->questions = questions.items;
    pool->count = questions.count;
    pool->cache = types_cache_folder();
    pool->shows_progress = isatty(STDERR_FILENO) && pool->count > 4;
    ask(pool, jobs);
}

void types_read(struct scan *scan, const struct tree *tree,
                const struct profile *profile, unsigned jobs)
{
    struct table_flow flow = { 0 };
    struct type_query query = { .profile = profile, .flow = &flow };
    struct pool pool = { .query = &query };
    struct told told = { .room = 1 };

    tables_follow(scan, &flow);
    for (size_t i = 0; i < scan->sources.count; i++)
        if (scan->sources.items[i]->lang == LANG_HEADER &&
            mentions_tables(&query, scan->sources.items[i]))
            *list_add(&query.headers) = scan->sources.items[i];
    ask_all(scan, tree, &pool, jobs);
    for (size_t i = 0; i < pool.count; i++)
        told.room += 2 * pool.questions[i].facts.list.count;
    told.items = mem_alloc(told.room * sizeof(*told.items));
    told.findings = mem_alloc(told.room * sizeof(*told.findings));
    for (size_t i = 0; i < pool.count; i++) {
        const struct question *q = &pool.questions[i];

        if (q->facts.problem)
            *list_add(&scan->problems) = mem_format(
                "%s: warning: its types may be incomplete: %s",
                q->source->path, q->facts.problem);
        for (size_t k = 0; k < q->facts.list.count; k++)
            take_in(scan, &told, &q->facts.list.items[k], profile);
    }
}
