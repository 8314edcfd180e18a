// SPDX-License-Identifier: MIT
// parapet patch: rewrites what the plan has proven. All of it happens on a
// copy of the tree: Coccinelle edits it and is checked, then the own editor,
// then the copy is scanned again. Only what comes out of that is shown as a
// diff or, with --write, put into the tree.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply.h"
#include "cocci.h"
#include "copy.h"
#include "edit.h"
#include "lib/options.h"
#include "lib/process.h"
#include "lib/say.h"
#include "parapet/commands.h"
#include "plan.h"
#include "profile.h"
#include "library.h"
#include "report.h"
#include "stats.h"
#include "tree.h"
#include "types.h"

static struct {
    const char *profile, *database;
    bool write, undo, dirty, no_build, stats;
} opt;

static const struct option_row rows[] = {
    OPTION_TEXT("profile", "F", &opt.profile,
                "the port's profile (default: SRC-DIR/port/profile)"),
    OPTION_TEXT("database", "F", &opt.database,
                "a compile_commands.json: flags, and what is compiled at all"),
    OPTION_FLAG("stats", &opt.stats,
                "instead of a diff: how much of the C is rewritten"),
    OPTION_FLAG("write", &opt.write, "change the files of SRC-DIR: all or none"),
    OPTION_FLAG("undo", &opt.undo, "put back what the last --write changed"),
    OPTION_FLAG("dirty", &opt.dirty,
                "also change files that git has uncommitted changes of"),
    OPTION_FLAG("no-build", &opt.no_build,
                "do not build the patched copy before writing"),
    OPTION_END
};

static const struct usage usage = {
    .line = "[options] SRC-DIR",
    .what = "Rewrites a kernel's sensitive operations as calls of pvops. "
            "Without --write,\nprints a unified diff that git apply and "
            "patch -p1 take.",
    .rows = rows,
    .more = "What cannot be proven is left and listed with the reason.\n"
            "Exit status: 0 all is rewritten or accepted, 1 something is left "
            "to do by hand,\n2 unusable input (nothing was changed), 3 a tool "
            "is missing or failed.",
};

struct patching {
    const char *root;  /* the tree */
    const char *copy;  /* where it is edited */
    struct profile *profile;
};

/* The copy, with the compilation database of the tree that it was made of. */
static struct scan *scan_copy(const struct patching *p)
{
    struct scan *scan = mem_alloc(sizeof(*scan));
    struct tree tree = { 0 };

    if (opt.database)
        tree_database(&tree, opt.database, p->root, p->copy);
    tree_add(scan, &tree, p->copy);
    lexical_read(scan, &tree);
    types_read(scan, &tree, p->profile, 2);
    findings_settle(scan);
    plan_make(scan, p->profile);
    return scan;
}

static struct source *load(const char *folder, const char *path)
{
    return source_load(path, mem_format("%s/%s", folder, path));
}

/* Is this line one that a statement to be rewritten is on? */
static bool is_planned(const struct scan *scan, const struct source *s,
                       unsigned line)
{
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *f = scan->findings.items[i];

        if (f->source == s && f->action == ACTION_REWRITE &&
            line >= f->first_line && line <= f->last_line)
            return true;
    }
    return false;
}

/* Do two texts differ on planned lines alone? */
static bool only_planned(const struct scan *scan, const struct source *before,
                         const char *old, const char *new)
{
    const char *argv[] = { "diff", "--binary", "--", old, new, NULL };
    struct process_result r = process_run(argv, NULL, OUTPUT_CAPTURE);
    bool ok = r.status <= 1;

    for (char *line = r.output; line && *line && ok;
         line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        char *end;
        unsigned long from, to;

        if (*line < '0' || *line > '9')
            continue;
        from = to = strtoul(line, &end, 10);
        if (*end == ',')
            to = strtoul(end + 1, &end, 10);
        ok = *end != 'a' || is_planned(scan, before, (unsigned)from);
        for (; *end != 'a' && from <= to && ok; from++)
            ok = is_planned(scan, before, (unsigned)from);
    }
    free(r.output);
    return ok;
}

static void restore(const struct patching *p, const struct source *before)
{
    copy_put(mem_format("%s/%s", p->copy, before->path), before->text,
             before->size);
}

/* asm statements: what Coccinelle does beside its task is thrown away, and
 * the own editor takes its place. */
static void statements_pass(const struct patching *p)
{
    struct scan *scan = scan_copy(p);

    cocci_statements(scan);
    for (size_t i = 0; i < scan->sources.count; i++) {
        const struct source *before = scan->sources.items[i];
        const struct source *after = load(p->copy, before->path);
        const char *kept;

        if (!after || (after->size == before->size &&
                       !memcmp(after->text, before->text, after->size)))
            continue;
        kept = copy_temporary(before->text, before->size);
        if (!only_planned(scan, before, kept, before->real))
            restore(p, before);
    }
}

/* How often a name begins with `name` and goes on with a parenthesis. */
static unsigned count_calls(const char *text, const char *name)
{
    size_t length = strlen(name);
    unsigned n = 0;

    for (; (text = strstr(text, name)); text += length)
        n += text[length] == '(';
    return n;
}

/* The same, where a test of an entry's bits stands for its load. */
static unsigned calls_in(const char *text, const char *name)
{
    return count_calls(text, name) +
           (strcmp(name, "pv_pte_load") ? 0
                                        : count_calls(text, "pv_pte_test"));
}

/*
 * Coccinelle finds stores and loads by its own types, libclang by its own:
 * as many of each operation must have appeared as were planned.
 */
static bool agree(const struct scan *scan, const struct source *before,
                  const struct source *after)
{
    static const char *const names[] = {
        "pv_pte_store", "pv_pte_store_l1", "pv_pte_store_l2",
        "pv_pte_store_l3", "pv_pte_store_l4", "pv_pte_load",
        "pv_table_clear", "pv_gdt_store", "pv_idt_store", "pv_ldt_store",
        "pv_kernel_stack", "pv_pte_change", "pv_pte_part",
    };

    for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++) {
        unsigned planned = 0;

        for (size_t i = 0; i < scan->findings.count; i++) {
            const struct finding *f = scan->findings.items[i];

            if (f->source != before || f->action != ACTION_REWRITE ||
                f->form != FORM_STORE)
                continue;
            /* Its rules evaluate an address twice, and know no members. */
            if (f->replacement[0] == '(' || f->fact->entry_end)
                return false;
            planned += count_calls(f->replacement, names[n]);
        }
        if (calls_in(after->text, names[n]) !=
            calls_in(before->text, names[n]) + planned)
            return false;
    }
    return true;
}

/* What Coccinelle did more or less than was planned in a file is thrown away,
 * and the own editor takes its place there. */
static void types_pass(const struct patching *p)
{
    struct scan *scan = scan_copy(p);

    cocci_types(scan, p->profile);
    for (size_t i = 0; i < scan->sources.count; i++) {
        const struct source *before = scan->sources.items[i];
        const struct source *after = load(p->copy, before->path);

        if (after && agree(scan, before, after))
            continue;
        restore(p, before);
    }
}

/* What is left after Coccinelle, the profile's edits, and the includes. */
static void own_pass(const struct patching *p)
{
    struct scan *scan = scan_copy(p);

    for (size_t i = 0; i < scan->sources.count; i++) {
        const struct source *s = scan->sources.items[i];
        const struct source *original = load(p->root, s->path);
        struct edits edits = { 0 };
        size_t size;
        char *text;

        edits_collect(&edits, scan, s);
        edits_profile(&edits, scan, p->profile, s);
        if (!edits.list.count && original && original->size == s->size &&
            !memcmp(original->text, s->text, s->size))
            continue;
        text = edits_apply(s, &edits, &size);
        if (!text)
            fail(STATUS_UNUSABLE, "%s: two edits meet in one place: accept "
                 "one of the findings there", s->path);
        s = source_from_text(s->path, s->lang, text, size);
        edits = (struct edits){ 0 };
        if (strstr(text, "pv_") || strstr(text, "PV_"))
            edits_include(&edits, s, p->profile->include);
        text = edits_apply(s, &edits, &size);
        copy_put(mem_format("%s/%s", p->copy, s->path), text, size);
    }
}

static void collect_changes(const struct patching *p, const struct scan *scan,
                            struct changes *changes)
{
    for (size_t i = 0; i < scan->sources.count; i++) {
        const struct source *new = scan->sources.items[i];
        const struct source *old = load(p->root, new->path);
        struct change *c;

        if (!old || (old->size == new->size &&
                     !memcmp(old->text, new->text, new->size)))
            continue;
        c = list_add(&changes->list);
        *c = (struct change){ new->path, old->text, new->text, old->size,
                              new->size };
    }
}

static void show_diff(const struct patching *p, const struct changes *changes)
{
    for (size_t i = 0; i < changes->list.count; i++) {
        const char *path = changes->list.items[i].path;
        /* A name with a space ends at a tab, for git and for patch. */
        const char *end = strpbrk(path, " \t") ? "\t" : "";
        const char *old = mem_format("--label=a/%s%s", path, end);
        const char *new = mem_format("--label=b/%s%s", path, end);
        const char *argv[] = { "diff", "-u", old, new, "--",
                               mem_format("%s/%s", p->root, path),
                               mem_format("%s/%s", p->copy, path), NULL };
        struct process_result r = process_run(argv, NULL, OUTPUT_CAPTURE);

        if (r.status > 1)
            fail(STATUS_TOOL, "diff failed on %s", path);
        fwrite(r.output, 1, r.length, stdout);
        free(r.output);
    }
    if (fflush(stdout))
        fail(STATUS_UNUSABLE, "cannot write the diff: %s", strerror(errno));
}

/* Lines of the profile that name what is not there. */
static unsigned check_profile(const struct scan *scan,
                              const struct profile *profile)
{
    unsigned mistakes = 0;

    for (size_t i = 0; i < profile->edits.count; i++) {
        const struct edit_rule *rule = &profile->edits.items[i];
        bool found = false;

        for (size_t k = 0; k < scan->functions.count; k++) {
            const struct function *f = &scan->functions.items[k];

            found |= !strcmp(f->tokens->source->path, rule->file) &&
                     (!strcmp(f->name, rule->function) ||
                      (rule->kind == 'n' && !strcmp(f->name, rule->text)));
        }
        if (!found) {
            say_at(profile->path, rule->line, 1, "error",
                   "there is no function %s in %s", rule->function,
                   rule->file);
            mistakes++;
        }
    }
    return mistakes;
}

/* What is left for a person; devices and assumptions are `scan`'s to tell. */
static unsigned say_worklist(const struct scan *scan)
{
    unsigned left = 0;

    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *f = scan->findings.items[i];
        enum rule_class class = rule_info(f->rule)->class;

        if (!finding_open(f) || f->action == ACTION_FOLLOWS ||
            class == CLASS_DEVICE || class == CLASS_ASSUMPTION ||
            class == CLASS_POLICY)
            continue;
        say_at(f->source->path, f->line, f->column, "warning",
               "left by hand: '%s': %s", f->what,
               f->reason ? f->reason : "it should have been rewritten");
        left++;
    }
    return left;
}

/* Does git look after the tree? A .git that git does not like is no no. */
static bool in_git(const char *root)
{
    const char *inside[] = { "sh", "-c",
                             "git -C \"$0\" rev-parse --git-dir 2>&1", root,
                             NULL };
    struct process_result r = process_run(inside, NULL, OUTPUT_CAPTURE);

    if (r.status && !strstr(r.output, "not a git repository"))
        fail(STATUS_UNUSABLE, "git cannot say which files have uncommitted "
             "changes: mend that, or say --dirty; nothing was changed: %s",
             r.output);
    free(r.output);
    return !r.status;
}

static void check_git(const struct patching *p, const struct changes *changes)
{
    if (opt.dirty || !process_exists("git") || !in_git(p->root))
        return;
    for (size_t i = 0; i < changes->list.count; i++) {
        const char *path = changes->list.items[i].path;
        const char *argv[] = { "git", "--literal-pathspecs", "-C", p->root,
                               "status", "--porcelain", "--", path, NULL };
        struct process_result r = process_run(argv, NULL, OUTPUT_CAPTURE);

        if (r.status)
            fail(STATUS_UNUSABLE, "git cannot say whether %s has uncommitted "
                 "changes: mend that, or say --dirty; nothing was changed",
                 path);
        if (r.length)
            fail(STATUS_UNUSABLE, "%s has uncommitted changes%s: commit them, "
                 "or say --dirty; nothing was changed", path,
                 strncmp(r.output, "??", 2) ? "" : " (git has none of it)");
        free(r.output);
    }
}

static void check_build(const struct patching *p)
{
    const char *argv[] = { "sh", "-c", "cd \"$0\" && exec sh -c \"$1\" >&2",
                           p->copy, p->profile->build, NULL };
    struct process_result r;

    if (!p->profile->build || opt.no_build)
        return;
    setenv("PVOPS_CFLAGS", library_cflags(), 0);
    setenv("PVOPS_LIBS", library_libs(), 0);
    r = process_run(argv, NULL, OUTPUT_PASS);
    if (r.status)
        fail(STATUS_UNUSABLE, "the patched copy does not build (%s): nothing "
             "was changed; --no-build skips this", p->profile->build);
}

static const char *real_folder(const char *path)
{
    char *real = realpath(path, NULL);
    struct stat st;

    if (!real || stat(real, &st))
        fail(STATUS_UNUSABLE, "cannot read %s: %s", path, strerror(errno));
    if (!S_ISDIR(st.st_mode))
        fail(STATUS_UNUSABLE, "%s is not a folder", path);
    return real;
}

int cmd_patch(int argc, char **argv)
{
    int first = parse_options(&usage, argc, argv);
    struct patching p = { 0 };
    struct changes changes = { 0 };
    struct scan *scan, *before = NULL;
    unsigned left;

    if (argc - first != 1)
        usage_error("one folder is patched at a time");
    if (opt.write && opt.undo)
        usage_error("--write and --undo are opposites");
    if (opt.stats && (opt.write || opt.undo))
        usage_error("--stats changes nothing");
    p.root = real_folder(argv[first]);
    if (opt.write || opt.undo || apply_pending(p.root))
        apply_lock(p.root);
    apply_recover(p.root);
    if (opt.undo) {
        apply_undo(p.root);
        return STATUS_DONE;
    }
    if (!cocci_available())
        fail(STATUS_TOOL, "spatch is missing: install the package coccinelle");
    p.profile = profile_for(opt.profile, p.root);
    p.copy = copy_tree(p.root);
    if (opt.stats)
        before = scan_copy(&p);
    statements_pass(&p);
    types_pass(&p);
    own_pass(&p);
    scan = scan_copy(&p);
    if (check_profile(scan, p.profile))
        fail(STATUS_UNUSABLE, "the profile %s does not fit the tree",
             p.profile->path);
    if (opt.stats) {
        stats_print(strrchr(p.root, '/') + 1, before, scan, p.profile);
        return STATUS_DONE;
    }
    collect_changes(&p, scan, &changes);
    if (opt.write && changes.list.count) {
        check_git(&p, &changes);
        check_build(&p);
        apply_write(p.root, &changes);
    } else {
        show_diff(&p, &changes);
    }
    left = say_worklist(scan);
    say("%zu files %s, %u places left to do by hand", changes.list.count,
        opt.write ? "changed" : "to change", left);
    return left ? STATUS_FOUND : STATUS_DONE;
}
