// SPDX-License-Identifier: MIT
// The list of findings: order, identity, phase, acceptance. The rule: a
// finding's id is made of what it is and where it belongs, not of its line,
// so that it survives edits elsewhere in the file.
#include "finding.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct finding *finding_add(struct scan *scan, struct source *source,
                            enum rule rule, enum form form, size_t offset,
                            size_t length)
{
    struct finding *f = mem_alloc(sizeof(*f));

    f->source = source;
    f->offset = f->begin = (uint32_t)offset;
    f->length = (uint32_t)length;
    f->end = (uint32_t)(offset + length);
    f->rule = rule;
    f->form = form;
    f->function = "";
    f->what = rule_info(rule)->name;
    f->line = f->first_line = f->last_line = source_line(source, offset);
    f->column = source_column(source, offset);
    *list_add(&scan->findings) = f;
    return f;
}

void scan_problem(struct scan *scan, const struct source *source,
                  size_t offset, const char *format, ...)
{
    va_list list;
    char *said;

    va_start(list, format);
    if (vasprintf(&said, format, list) < 0)
        said = NULL;
    va_end(list);
    if (!said)
        return;
    *list_add(&scan->problems) =
        mem_format("%s:%u:%u: warning: %s", source->path,
                   source_line(source, offset),
                   source_column(source, offset), said);
    free(said);
}

const struct function *function_find(const struct scan *scan, const char *name)
{
    for (size_t i = 0; i < scan->functions.count; i++)
        if (!strcmp(scan->functions.items[i].name, name))
            return &scan->functions.items[i];
    return NULL;
}

const char *function_at(const struct scan *scan, const struct tokens *t,
                        size_t i)
{
    size_t low = t->first_function, high = t->last_function;

    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct function *f = &scan->functions.items[middle];

        if (i <= f->name_token)
            high = middle;
        else if (i > f->close)
            low = middle + 1;
        else
            return f->name;
    }
    return "";
}

void finding_note(struct scan *scan, struct tokens *t, size_t i,
                  enum rule rule, const char *what)
{
    const struct token *tok = &t->list.items[i];
    struct finding *f = finding_add(scan, t->source, rule, FORM_PATTERN,
                                    tok->offset, tok->length);

    f->what = what;
    f->function = function_at(scan, t, i);
    f->dead = tok->dead;
}

static int compare(const void *a, const void *b)
{
    const struct finding *x = *(struct finding *const *)a;
    const struct finding *y = *(struct finding *const *)b;
    int order = strcmp(x->source->path, y->source->path);

    if (order)
        return order;
    if (x->offset != y->offset)
        return x->offset < y->offset ? -1 : 1;
    if (x->index != y->index)
        return x->index < y->index ? -1 : 1;
    return (int)x->rule - (int)y->rule;
}

/* The same instruction seen twice: by two definitions of a macro's name, or
 * as an argument of a macro and as what that macro expands to. */
static bool is_repeat(const struct finding *f, const struct finding *g)
{
    if (f->source != g->source || f->rule != g->rule)
        return false;
    if (f->offset == g->offset)
        return f->form != g->form || f->stmt != g->stmt || !f->stmt ||
               f->index == g->index;
    return f->form == FORM_MACRO_USE && g->form == FORM_MACRO_USE &&
           f->begin >= g->begin && f->end <= g->end && f->origin &&
           strcmp(f->origin, g->origin);
}

static void drop_repeats(struct scan *scan)
{
    struct finding **items = scan->findings.items;
    size_t kept = 0;

    for (size_t i = 0; i < scan->findings.count; i++) {
        bool repeat = false;

        for (size_t k = kept; k-- > 0 && kept - k < 16 && !repeat;)
            repeat = is_repeat(items[i], items[k]);
        if (!repeat)
            items[kept++] = items[i];
    }
    scan->findings.count = kept;
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
    for (; *text; text++)
        if (!isspace((unsigned char)*text))
            hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
    return (hash ^ 0xff) * 0x100000001b3;
}

static uint64_t hash_of(const struct finding *f)
{
    uint64_t hash = hash_text(0xcbf29ce484222325, f->source->path);

    hash = hash_text(hash, f->function);
    hash = hash_text(hash, rule_info(f->rule)->name);
    hash = hash_text(hash, f->what);
    return hash_text(hash, f->origin ? f->origin : "");
}

static int compare_hash(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    if (x[0] != y[0])
        return x[0] < y[0] ? -1 : 1;
    return x[1] < y[1] ? -1 : x[1] > y[1];
}

/* Twins in one function are told apart by their order. */
static void give_ids(struct scan *scan)
{
    size_t count = scan->findings.count;
    uint64_t (*order)[2] = mem_alloc(count * sizeof(*order) + 1);
    unsigned twin = 0;

    for (size_t i = 0; i < count; i++) {
        order[i][0] = hash_of(scan->findings.items[i]);
        order[i][1] = i;
    }
    qsort(order, count, sizeof(*order), compare_hash);
    for (size_t i = 0; i < count; i++) {
        struct finding *f = scan->findings.items[order[i][1]];

        twin = i && order[i][0] == order[i - 1][0] ? twin + 1 : 0;
        f->id = mem_format("%012llx-%u",
                           (unsigned long long)order[i][0] & 0xffffffffffff,
                           twin);
    }
}

static bool starts(const char *text, const char *with)
{
    return !strncmp(text, with, strlen(with));
}

/* Real-mode code, the way up to C, what runs once, user programs: names and
 * folders that kernels agree on. A guess, and called one in the README. */
static enum phase phase_of(const struct finding *f)
{
    const char *name = strrchr(f->source->path, '/');
    const char *path = f->source->path, *fn = f->function;

    name = name ? name + 1 : path;
    if (f->mode == 16 || f->mode == 32 || starts(name, "boot") ||
        starts(name, "head") || starts(name, "entryother") ||
        strstr(path, "/boot/") || starts(path, "boot/"))
        return PHASE_BOOT;
    if (starts(path, "user/") || strstr(path, "/user/") ||
        starts(name, "user"))
        return PHASE_USER;
    if (strstr(fn, "init") || starts(fn, "setup") || strstr(fn, "_setup") ||
        strstr(fn, "probe") || !strcmp(fn, "main") || !strcmp(fn, "kmain"))
        return PHASE_EARLY;
    return PHASE_RUNTIME;
}

void findings_settle(struct scan *scan)
{
    if (!scan->findings.count)
        return;
    qsort(scan->findings.items, scan->findings.count,
          sizeof(*scan->findings.items), compare);
    drop_repeats(scan);
    give_ids(scan);
    for (size_t i = 0; i < scan->findings.count; i++) {
        struct finding *f = scan->findings.items[i];
        const char *why = source_accepted(f->source, f->first_line,
                                          f->last_line);

        f->phase = phase_of(f);
        if (why) {
            f->action = ACTION_ACCEPT;
            f->reason = why;
        }
    }
}
