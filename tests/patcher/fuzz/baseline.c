// SPDX-License-Identifier: MIT
// Fuzzes the reader of baselines: an earlier scan's jsonl, or what became of
// it. What it must keep: it accepts findings by their ids and changes nothing
// else.
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "patcher/baseline.h"

void fuzz_one(const uint8_t *data, size_t size)
{
    static const char text[] = "void f(void) { asm(\"cli; hlt\"); }\n";
    struct scan *scan = mem_alloc(sizeof(*scan));
    struct source *s = source_from_text("x.c", LANG_C, text, sizeof(text) - 1);

    *list_add(&scan->sources) = s;
    c_collect(scan, s);
    macros_settle(&scan->macros);
    c_read(scan, scan->tokens.items[0]);
    findings_settle(scan);
    baseline_apply(scan, fuzz_file(data, size));
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *f = scan->findings.items[i];

        if (f->action == ACTION_ACCEPT &&
            !memmem(data, size, f->id, strlen(f->id)))
            abort();
    }
}
