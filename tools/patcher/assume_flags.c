// SPDX-License-Identifier: MIT
// What the compiler's arguments take for granted, where a compilation database
// tells them: a red zone. On the bare machine a kernel can do with one, with
// a stack of its own for each interrupt; a PV guest has one stack, and events
// and faults are pushed right below RSP. One finding a folder.
#include <string.h>

#include "assume.h"

static bool has_red_zone(const struct unit *unit)
{
    bool red = true;

    for (size_t i = 0; i < unit->args.count; i++) {
        const char *arg = unit->args.items[i];

        if (!strcmp(arg, "-m32") || !strcmp(arg, "-m16"))
            return false;
        if (!strcmp(arg, "-mno-red-zone"))
            red = false;
        else if (!strcmp(arg, "-mred-zone"))
            red = true;
    }
    return red;
}

static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? (size_t)(slash - path) + 1 : 0;
}

static bool in_folder(const char *path, const char *other)
{
    size_t length = folder_length(path);

    return folder_length(other) == length && !memcmp(path, other, length);
}

void assume_flags(struct scan *scan, const struct tree *tree)
{
    struct { LIST(struct tokens *) list; } found = { 0 };

    for (size_t i = 0; i < scan->tokens.count; i++) {
        struct tokens *t = scan->tokens.items[i];
        const struct unit *unit = tree_unit(tree, t->source->real);

        if (t->source->lang == LANG_C && t->list.count && unit &&
            has_red_zone(unit))
            *list_add(&found.list) = t;
    }
    for (size_t i = 0; i < found.list.count; i++) {
        struct tokens *t = found.list.items[i];
        unsigned files = 0;

        if (i && in_folder(t->source->path,
                           found.list.items[i - 1]->source->path))
            continue;
        for (size_t k = i; k < found.list.count &&
                           in_folder(t->source->path,
                                     found.list.items[k]->source->path); k++)
            files++;
        finding_note(scan, t, 0, R_red_zone,
                     mem_format("compiled with a red zone, as %u files of this "
                                "folder are", files));
    }
}
