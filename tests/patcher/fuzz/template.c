// SPDX-License-Identifier: MIT
// Fuzzes the reader of C: words, macros, asm statements and their templates,
// devices and assumptions, and the decision on each finding. What it must
// keep: a finding lies in its file, and a rewrite replaces a part of it.
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "patcher/plan.h"

void fuzz_one(const uint8_t *data, size_t size)
{
    struct scan *scan = mem_alloc(sizeof(*scan));
    struct profile *profile = mem_alloc(sizeof(*profile));
    struct source *s = source_from_text(
        "x.c", LANG_C, mem_copy((const char *)data, size), size);

    *list_add(&scan->sources) = s;
    c_collect(scan, s);
    s_collect(scan, s);
    macros_settle(&scan->macros);
    c_read(scan, scan->tokens.items[0]);
    device_read(scan, scan->tokens.items[0]);
    assume_read(scan, scan->tokens.items[0]);
    s_read(scan, s);
    findings_settle(scan);
    plan_make(scan, profile);
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *f = scan->findings.items[i];

        if (f->offset > size || f->begin > f->end || f->end > size ||
            !f->line || f->line > s->line_count ||
            (f->action == ACTION_REWRITE && !*f->replacement))
            abort();
    }
}
