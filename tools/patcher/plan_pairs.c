// SPDX-License-Identifier: MIT
// sti and hlt as two statements: no interrupt comes between them, so they are
// one operation, pv_safe_halt(). Two calls would let the last interrupt in
// before the processor sleeps, and then it sleeps on.
#include <ctype.h>
#include <string.h>

#include "plan.h"

static bool is_half(const struct finding *f, enum rule rule)
{
    return f->rule == rule && !f->dead &&
           (f->form == FORM_STATEMENT || f->form == FORM_MACRO_USE) &&
           (f->action == ACTION_REWRITE || f->action == ACTION_FOLLOWS);
}

/* Nothing but space, comments and semicolons from one to the other? */
static bool meet(const struct finding *sti, const struct finding *hlt)
{
    const char *text = sti->source->text;
    uint32_t at = sti->end;

    if (sti->source != hlt->source || at > hlt->begin)
        return false;
    while (at < hlt->begin) {
        const char *end = text[at] != '/'       ? NULL
                          : text[at + 1] == '/' ? strchr(text + at, '\n')
                          : text[at + 1] == '*' ? strstr(text + at + 2, "*/")
                                                : NULL;

        if (end)
            at = (uint32_t)(end - text) + (*end == '*' ? 2 : 1);
        else if (isspace((unsigned char)text[at]) || text[at] == ';')
            at++;
        else
            return false;
    }
    return true;
}

/* Does a statement of a block begin here? Behind if (x) the second would not
 * belong to it. */
static bool begins_statement(const struct finding *f)
{
    const char *text = f->source->text;
    uint32_t at = f->begin;

    while (at && isspace((unsigned char)text[at - 1]))
        at--;
    if (at > 3 && text[at - 1] == '/' && text[at - 2] == '*') { /* this */
        for (at -= 2; at > 2 && (text[at - 1] != '*' || text[at - 2] != '/');
             at--)
            ;
        for (at -= 2; at && isspace((unsigned char)text[at - 1]); at--)
            ;
    }
    return at && strchr("{};", text[at - 1]);
}

static void join(struct finding *sti, struct finding *hlt)
{
    bool whole = hlt->source->text[hlt->end - 1] == ';';

    sti->action = ACTION_REWRITE;
    sti->replacement = whole ? "pv_safe_halt();" : "pv_safe_halt()";
    sti->reason = NULL;
    sti->stmt = NULL; /* Coccinelle would edit the one statement */
    sti->end = hlt->end;
    hlt->action = ACTION_FOLLOWS;
    hlt->reason = "done with the sti in front of it";
    hlt->replacement = NULL;
}

void plan_pairs(struct scan *scan)
{
    for (size_t i = 0; i + 1 < scan->findings.count; i++) {
        struct finding *sti = scan->findings.items[i];
        struct finding *hlt = scan->findings.items[i + 1];

        if (!is_half(sti, R_sti) || !is_half(hlt, R_hlt) || !meet(sti, hlt))
            continue;
        if (begins_statement(sti)) {
            join(sti, hlt);
            continue;
        }
        sti->action = hlt->action = ACTION_HAND;
        sti->reason = hlt->reason =
            "no interrupt may come between sti and what follows it";
        sti->replacement = hlt->replacement = NULL;
    }
}
