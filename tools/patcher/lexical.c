// SPDX-License-Identifier: MIT
// The lexical readers, one behind the other, over all files of a tree: first
// what each file defines, then what is done in it, which may be defined in
// another one.
#include "assume.h"
#include "finding.h"
#include "tree.h"

static bool is_c(const struct source *s)
{
    return s->lang == LANG_C || s->lang == LANG_HEADER;
}

void lexical_read(struct scan *scan, const struct tree *tree)
{
    scan->root = tree->root ? tree->root : "";
    for (size_t i = 0; i < scan->sources.count; i++) {
        struct source *s = scan->sources.items[i];

        if (is_c(s))
            c_collect(scan, s);
        s_collect(scan, s);
    }
    macros_settle(&scan->macros);
    for (size_t i = 0; i < scan->tokens.count; i++) {
        c_read(scan, scan->tokens.items[i]);
        device_read(scan, scan->tokens.items[i]);
        assume_read(scan, scan->tokens.items[i]);
    }
    for (size_t i = 0; i < scan->sources.count; i++)
        s_read(scan, scan->sources.items[i]);
    assume_pairs(scan);
    assume_user_tables(scan);
    if (tree->database)
        assume_flags(scan, tree);
    scan->macros.viewer = NULL;
}
