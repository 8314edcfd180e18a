// SPDX-License-Identifier: MIT
// The table of `parapet patch --stats`: see stats.h. A site is a distinct
// file, line and rule of a compiled C file; what is rewritten was planned and
// is not found again in the edited copy. The rule: a site that is not rewritten
// counts as left, whatever the reason, unless it is in a file that the
// profile takes out of the guest's build or that needs no edit in a guest.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "includes.h"
#include "stats.h"

struct reason {
    const char *text, *first;
    unsigned count;
};

struct tally {
    unsigned sites, planned, as_is, outside, at_use;
    LIST(struct reason) left;
};

static bool is_c(const struct source *s)
{
    return s->lang == LANG_C || s->lang == LANG_HEADER;
}

/* Is the file a part of the kernel that is built? */
static bool is_built(struct includes *includes, const struct source *s)
{
    const struct source *user;

    return s->lang == LANG_HEADER ? includes_users(includes, s, &user, 1)
                                  : s->compiled;
}

static bool counts(const struct finding *f)
{
    enum rule_class class = rule_info(f->rule)->class;

    return is_c(f->source) && !f->dead && f->form != FORM_BINARY &&
           class != CLASS_DEVICE && class != CLASS_ASSUMPTION;
}

/* Is the whole file one that stays native or is not in a guest's build? */
static bool is_outside(const struct profile *profile, const struct finding *f)
{
    const struct place_rule *rule =
        profile_place(profile, f->source->path, f->function);

    return rule && !rule->function;
}

static void note_left(struct tally *tally, const struct finding *f)
{
    const char *why = f->action == ACTION_ACCEPT ? "accepted by hand"
                      : f->reason ? f->reason : "it should have been rewritten";
    const char *text = mem_format("%s: %s", rule_info(f->rule)->name, why);

    for (size_t i = 0; i < tally->left.count; i++)
        if (!strcmp(tally->left.items[i].text, text)) {
            tally->left.items[i].count++;
            return;
        }
    *list_add(&tally->left) = (struct reason){
        text, mem_format("%s:%u", f->source->path, f->line), 1 };
}

static void add_site(struct tally *tally, const struct profile *profile,
                     const struct finding *f)
{
    if (is_outside(profile, f)) {
        tally->outside++;
    } else if (f->at_definition) {
        tally->at_use++;
    } else if (f->action == ACTION_ACCEPT && f->form == FORM_STORE &&
               !profile_place(profile, f->source->path, f->function) &&
               !source_accepted(f->source, f->first_line, f->last_line)) {
        tally->as_is++; /* proven to be plain memory */
    } else {
        tally->sites++;
        if (f->action == ACTION_REWRITE)
            tally->planned++;
        else
            note_left(tally, f);
    }
}

/* Findings are in the order of their places: repeats are neighbours. */
static bool is_repeat(const struct scan *scan, size_t i)
{
    const struct finding *f = scan->findings.items[i];

    while (i--) {
        const struct finding *g = scan->findings.items[i];

        if (g->source != f->source || g->line != f->line)
            return false;
        if (g->rule == f->rule && counts(g))
            return true;
    }
    return false;
}

static void take(struct tally *tally, const struct scan *scan,
                 const struct profile *profile)
{
    struct includes *includes = includes_read(scan);
    const struct source *last = NULL;
    bool built = false;

    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *f = scan->findings.items[i];

        if (!counts(f) || is_repeat(scan, i))
            continue;
        if (f->source != last)
            built = is_built(includes, f->source);
        last = f->source;
        if (built)
            add_site(tally, profile, f);
    }
}

static int most_first(const void *a, const void *b)
{
    const struct reason *x = a, *y = b;

    return x->count != y->count ? (x->count < y->count ? 1 : -1)
                                : strcmp(x->text, y->text);
}

void stats_print(const char *name, const struct scan *before,
                 const struct scan *after, const struct profile *profile)
{
    struct tally was = { 0 }, is = { 0 };
    unsigned left, lost;

    take(&was, before, profile);
    take(&is, after, profile);
    /* What is left before and no longer after was not rewritten: what gave it
     * away has gone. What is there again after was planned in vain. */
    left = was.sites - was.planned;
    lost = is.sites > left ? is.sites - left : 0;
    left += lost;
    printf("%s: %u C sites, %u rewritten (%.1f %%), %u left by hand\n", name,
           was.sites, was.sites - left,
           was.sites ? 100.0 * (was.sites - left) / was.sites : 100.0, left);
    if (was.left.count)
        qsort(was.left.items, was.left.count, sizeof(struct reason),
              most_first);
    for (size_t i = 0; i < was.left.count; i++)
        printf("%6u  %s  (%s)\n", was.left.items[i].count,
               was.left.items[i].text, was.left.items[i].first);
    if (lost)
        printf("%6u  planned, and not edited\n", lost);
    printf("not counted: %u in files that the profile keeps or replaces, %u "
           "proven to need no edit,\n%u uses of macros that are counted where "
           "they are defined\n", was.outside, was.as_is, was.at_use);
}
