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
        told->findings[at] = types_finding(scan, s, fact, profile);
    } else if (told->findings[at] &&
               (strcmp(first->type, fact->type) || first->size != fact->size)) {
        told->findings[at]->action = ACTION_HAND;
        told->findings[at]->reason =
            "the files that include it disagree on its type";
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
