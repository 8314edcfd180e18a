// SPDX-License-Identifier: MIT
// With which arguments libclang reads a file: the database's, the profile's,
// and guesses where neither says anything. The rule: of a compiler's flags
// only those are passed on that change what a type is.
#include <string.h>

#include "library.h"
#include "types.h"

/* Flags that change what a type is; others are nothing to libclang. */
static bool matters(const char *arg, bool *takes_next)
{
    static const char *const alone[] = { "-I", "-D", "-U", "-std=", "-m32",
                                         "-m64", "-m16", "-nostdinc",
                                         "-ffreestanding", "-fshort-wchar",
                                         "-funsigned-char", "-fms-ext",
                                         "-fno-builtin" };
    static const char *const pairs[] = { "-include", "-isystem", "-iquote",
                                         "-imacros", "-idirafter" };

    *takes_next = false;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
        if (!strcmp(arg, pairs[i]))
            return *takes_next = true;
    for (size_t i = 0; i < sizeof(alone) / sizeof(*alone); i++)
        if (!strncmp(arg, alone[i], strlen(alone[i]))) {
            *takes_next = !strcmp(arg, "-I") || !strcmp(arg, "-D") ||
                          !strcmp(arg, "-U");
            return true;
        }
    return false;
}

/* Every folder of the tree that holds headers, for trees without a database:
 * the shallow ones first. */
static void guess_includes(const struct scan *scan, const char **args,
                           unsigned *count, unsigned room)
{
    const char *last = "";

    args[(*count)++] = mem_format("-I%s", scan->root);
    args[(*count)++] = mem_format("-I%s/include", scan->root);
    for (size_t i = 0; i < scan->sources.count && *count + 2 < room; i++) {
        const struct source *s = scan->sources.items[i];
        const char *slash = strrchr(s->real, '/');
        char *folder = mem_copy(s->real, (size_t)(slash - s->real));

        if (s->lang == LANG_HEADER && strcmp(folder, last)) {
            args[(*count)++] = mem_format("-I%s", folder);
            last = folder;
        }
    }
}

/* A tree that has been patched includes <pvops.h>. What its macros for parts
 * of entries do inside is none of the kernel's stores. */
static void add_pvops(const char **args, unsigned *count, unsigned room)
{
    char *flags = mem_dup(library_cflags()), *word;

    args[(*count)++] = "-Dpv_pte_change(at,member,value)="
                       "((void)(at),(void)(value))";
    args[(*count)++] = "-Dpv_pte_part(at,member)=((void)(at),0ul)";
    while ((word = strsep(&flags, " ")) && *count < room)
        if (*word)
            args[(*count)++] = word;
}

const char **types_args(const struct scan *scan, const struct tree *tree,
                        const struct profile *profile,
                        const struct source *source, unsigned *count)
{
    const struct unit *unit = tree_unit(tree, source->real);
    unsigned room = 256 + (unsigned)profile->cflags.count +
                    (unit ? (unsigned)unit->args.count : 0), n = 0;
    const char **args = mem_alloc(room * sizeof(*args));
    bool next;

    args[n++] = "-xc";
    args[n++] = "-w";
    args[n++] = "-ferror-limit=0";
    if (unit)
        args[n++] = mem_format("-working-directory=%s", unit->directory);
    else if (tree->root)
        args[n++] = mem_format("-working-directory=%s", tree->root);
    for (size_t i = 0; unit && i < unit->args.count; i++)
        if (matters(unit->args.items[i], &next)) {
            args[n++] = unit->args.items[i];
            if (next && i + 1 < unit->args.count)
                args[n++] = unit->args.items[++i];
        }
    for (size_t i = 0; i < profile->cflags.count; i++)
        if (matters(profile->cflags.items[i], &next)) {
            args[n++] = profile->cflags.items[i];
            if (next && i + 1 < profile->cflags.count)
                args[n++] = profile->cflags.items[++i];
        }
    add_pvops(args, &n, room);
    if (!unit)
        guess_includes(scan, args, &n, room);
    *count = n;
    return args;
}
