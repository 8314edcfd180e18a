// SPDX-License-Identifier: MIT
// parapet new: a port's first profile, glue, entry and linker-script fragment
// from a scan. The rule: what the scan shows is written down, what it only
// suggests is a comment, and what nobody can know is an #error, so that a
// port that is not finished cannot be built by mistake.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/options.h"
#include "lib/say.h"
#include "parapet/commands.h"
#include "plan.h"
#include "tree.h"
#include "tables.h"

static struct {
    const char *output;
} opt;

static const struct option_row rows[] = {
    OPTION_TEXT("o", "DIR", &opt.output,
                "where the port goes (default: SRC-DIR/port)"),
    OPTION_END
};

static const struct usage usage = {
    .line = "[-o DIR] SRC-DIR",
    .what = "Scans a kernel and writes a port's first profile, glue, entry and "
            "linker-script\nfragment. Overwrites nothing.",
    .rows = rows,
    .more = "The README of the patcher explains the profile, and pvops' README "
            "the glue.",
};

static const char template_glue[] =
#include "new/glue.c.in.inc"
    ;
static const char template_entry[] =
#include "new/entry.S.in.inc"
    ;
static const char template_notes[] =
#include "new/notes.ld.in.inc"
    ;

typedef LIST(const char *) words;

static bool add_once(words *list, const char *word)
{
    for (size_t i = 0; i < list->count; i++)
        if (!strcmp(list->items[i], word))
            return false;
    *list_add(list) = word;
    return true;
}

/* typedef ... NAME; where the name is one that kernels give to entries. */
static void put_tables(struct text *out, const struct scan *scan)
{
    struct profile none = { 0 };
    words known = { 0 };

    for (size_t i = 0; i < scan->tokens.count; i++) {
        const struct tokens *t = scan->tokens.items[i];

        for (size_t k = 0; k + 1 < t->list.count; k++) {
            char *name;
            int level;

            if (t->list.items[k].kind != TOK_NAME ||
                !token_punct(t, k + 1, ';'))
                continue;
            name = token_text(t, k);
            level = tables_level(&none, name);
            for (size_t b = k; level >= 0 && b-- > 0 && k - b < 40;)
                if (token_punct(t, b, ';') || token_is(t, b, "typedef")) {
                    if (token_is(t, b, "typedef") && add_once(&known, name))
                        text_format(out, "table %s %d\n", name, level);
                    break;
                }
        }
    }
    if (!known.count)
        text_put(out, "# No type of page-table entries was recognised:\n"
                      "#table pte_t 1\n");
}

static void put_linear(struct text *out, const struct scan *scan,
                       words *linear)
{
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *f = scan->findings.items[i];

        if (f->rule == R_linear_map)
            add_once(linear, mem_copy(f->what, strcspn(f->what, ":")));
    }
    if (!linear->count)
        return;
    text_put(out, "\n# True of memory as the guest sees it; check each use "
                  "that makes an entry.\nlinear");
    for (size_t i = 0; i < linear->count; i++)
        text_format(out, " %s", linear->items[i]);
    text_put(out, "\n");
}

/* Files all of whose code the scan can say this of. */
static void put_places(struct text *out, const struct scan *scan)
{
    for (size_t i = 0; i < scan->sources.count; i++) {
        const struct source *s = scan->sources.items[i];
        unsigned boot = 0, user = 0, all = 0, devices = 0;

        for (size_t k = 0; k < scan->findings.count; k++) {
            const struct finding *f = scan->findings.items[k];

            if (f->source != s)
                continue;
            all++;
            boot += f->mode == 16 || f->mode == 32;
            user += f->phase == PHASE_USER;
            devices += rule_info(f->rule)->class == CLASS_DEVICE &&
                       f->action != ACTION_ACCEPT;
        }
        if (boot && s->lang == LANG_ASM)
            text_format(out, "keep %s : begins in 16 or 32 bits, where no "
                        "guest is\n", s->path);
        else if (boot)
            text_format(out, "#keep %s:FUNCTION : a part of it runs in 16 or "
                        "32 bits\n", s->path);
        else if (all && user == all)
            text_format(out, "#user %s : runs in ring 3?\n", s->path);
        else if (devices)
            text_format(out, "#replace %s : %u uses of devices without a "
                        "model\n", s->path, devices);
    }
}

static bool has_file(const struct scan *scan, const char *name)
{
    return !access(mem_format("%s/%s", scan->root, name), F_OK);
}

/* The build, as far as files at the top give it away. */
static void put_build(struct text *out, const struct scan *scan)
{
    text_put(out, "include <pvops.h>\ncflags -ffreestanding -m64");
    if (has_file(scan, "include"))
        text_put(out, " -Iinclude");
    text_put(out, "\n# Add the -D and -I of the compiler's command, or give "
                  "`parapet patch` a\n# --database of it (bear -- make).\n");
    if (has_file(scan, "Makefile") || has_file(scan, "GNUmakefile"))
        text_put(out, "#build make -j2\n");
    else if (has_file(scan, "CMakeLists.txt"))
        text_put(out, "#build cmake -B build && cmake --build build\n");
    else if (has_file(scan, "meson.build"))
        text_put(out, "#build meson setup build && ninja -C build\n");
    else
        text_put(out, "#build ...\n");
    text_put(out, "# It gets $PVOPS_CFLAGS and $PVOPS_LIBS: use them for the "
                  "kernel's objects and\n# its link.\n\n");
}

static const char *make_profile(const struct scan *scan, words *linear)
{
    struct text out = { 0 };

    text_put(&out, "# What only a person knows about this kernel, as far as a "
                   "scan can guess it.\n# The format is in tools/patcher/"
                   "README.md. Lines that begin with # are suggestions.\n\n");
    put_build(&out, scan);
    put_tables(&out, scan);
    put_linear(&out, scan, linear);
    text_put(&out, "\n");
    put_places(&out, scan);
    return out.data;
}

static const char *fill(const char *text, const char *name,
                        const words *linear)
{
    const char *pairs[][2] = { { "@NAME@", name },
                               { "@TO_VIRT@", "phys_to_virt" },
                               { "@TO_PHYS@", "virt_to_phys" } };
    struct text out = { 0 };

    for (size_t i = 0; i < linear->count; i++) {
        const char *word = linear->items[i];
        bool virt = strstr(word, "P2V") || strstr(word, "to_virt") ||
                    strstr(word, "__va") || strstr(word, "KADDR") ||
                    strstr(word, "phystokv");

        pairs[virt ? 1 : 2][1] = word;
    }
    text_put(&out, "");
    while (*text) {
        size_t i = 0;

        while (i < 3 && strncmp(text, pairs[i][0], strlen(pairs[i][0])))
            i++;
        if (i < 3) {
            text_put(&out, pairs[i][1]);
            text += strlen(pairs[i][0]);
        } else {
            text_char(&out, *text++);
        }
    }
    return out.data;
}

static void write_file(const char *folder, const char *name, const char *text)
{
    const char *path = mem_format("%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    size_t length = strlen(text);

    if (fd < 0 && errno == EEXIST)
        fail(STATUS_UNUSABLE, "%s is there already: nothing is overwritten",
             path);
    if (fd < 0 || write(fd, text, length) != (ssize_t)length || close(fd))
        fail(STATUS_UNUSABLE, "cannot write %s: %s", path, strerror(errno));
    printf("%s\n", path);
}

/* Nothing is written unless all of it can be. */
static void check_free(const char *folder)
{
    static const char *const names[] = { "profile", "glue.c", "entry.S",
                                         "notes.ld" };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (!access(mem_format("%s/%s", folder, names[i]), F_OK))
            fail(STATUS_UNUSABLE,
                 "%s/%s is there already: nothing is overwritten", folder,
                 names[i]);
}

int cmd_new(int argc, char **argv)
{
    int first = parse_options(&usage, argc, argv);
    struct scan *scan = mem_alloc(sizeof(*scan));
    struct profile *none = mem_alloc(sizeof(*none));
    struct tree tree = { 0 };
    words linear = { 0 };
    const char *folder, *name, *profile;

    if (argc - first != 1)
        usage_error("a port is made of one folder");
    tree_add(scan, &tree, argv[first]);
    if (!tree.root || !scan->sources.count)
        fail(STATUS_UNUSABLE, "%s: there is no C or assembly file in it",
             argv[first]);
    lexical_read(scan, &tree);
    findings_settle(scan);
    plan_make(scan, none);
    folder = opt.output ? opt.output : mem_format("%s/port", argv[first]);
    check_free(folder);
    profile = make_profile(scan, &linear);
    if (mkdir(folder, 0777) && errno != EEXIST)
        fail(STATUS_UNUSABLE, "cannot make the folder %s: %s", folder,
             strerror(errno));
    name = strrchr(tree.root, '/') + 1;
    write_file(folder, "profile", profile);
    write_file(folder, "glue.c", fill(template_glue, name, &linear));
    write_file(folder, "entry.S", fill(template_entry, name, &linear));
    write_file(folder, "notes.ld", template_notes);
    return STATUS_DONE;
}
