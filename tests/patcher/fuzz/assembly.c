// SPDX-License-Identifier: MIT
// Fuzzes the reader of assembly text: gas with cpp and its macros, or NASM
// where the input's first byte is odd.
#include <stdlib.h>

#include "fuzz.h"
#include "patcher/plan.h"

void fuzz_one(const uint8_t *data, size_t size)
{
    struct scan *scan = mem_alloc(sizeof(*scan));
    struct profile *profile = mem_alloc(sizeof(*profile));
    bool nasm = size && data[0] & 1;
    struct source *s = source_from_text(
        nasm ? "x.asm" : "x.S", nasm ? LANG_NASM : LANG_ASM,
        mem_copy((const char *)data, size), size);

    *list_add(&scan->sources) = s;
    s_collect(scan, s);
    macros_settle(&scan->macros);
    s_read(scan, s);
    findings_settle(scan);
    plan_make(scan, profile);
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *f = scan->findings.items[i];

        if (f->offset > size || f->begin > f->end || f->end > size)
            abort();
    }
}
