// SPDX-License-Identifier: MIT
// Finds the files of a tree. The rule: links are never followed, so that no
// loop can hold the scan and no file outside the tree is taken for its own.
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json.h"
#include "lib/say.h"

static const char *real_path(const char *path)
{
    char *made = realpath(path, NULL), *copy;

    if (!made)
        return NULL;
    copy = mem_dup(made);
    free(made);
    return copy;
}

static void add_file(struct scan *scan, const struct tree *tree,
                     const char *shown, const char *real)
{
    struct source *s;

    s = source_load(shown, real);
    if (!s) {
        *list_add(&scan->problems) =
            mem_format("%s: warning: cannot be read and is not scanned: %s",
                       shown, strerror(errno));
        return;
    }
    if (tree->database && (s->lang == LANG_C || s->lang == LANG_ASM))
        s->compiled = tree_unit(tree, real) != NULL;
    *list_add(&scan->sources) = s;
    scan->lines += s->line_count;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void walk(struct scan *scan, const struct tree *tree, const char *shown,
                 const char *real, int depth)
{
    struct dirent **names;
    int count = scandir(real, &names, NULL, by_name);

    if (count < 0) {
        *list_add(&scan->problems) =
            mem_format("%s: warning: this folder cannot be read: %s", shown,
                       strerror(errno));
        return;
    }
    for (int i = 0; i < count; i++) {
        const char *name = names[i]->d_name;
        const char *next = mem_format("%s/%s", real, name);
        const char *seen = *shown ? mem_format("%s/%s", shown, name)
                                  : mem_dup(name);
        struct stat st;

        if (name[0] != '.' && !lstat(next, &st)) {
            if (S_ISDIR(st.st_mode) && depth < 64)
                walk(scan, tree, seen, next, depth + 1);
            else if (S_ISREG(st.st_mode) && language_of(name) != LANG_NONE)
                add_file(scan, tree, seen, next);
        }
        free(names[i]);
    }
    free(names);
}

/* "gcc -c 'a b.c'" as words, the way a shell reads them. */
static void split_command(struct unit *unit, const char *command)
{
    struct text word = { 0 };
    bool any = false;
    char quote = 0;

    for (;; command++) {
        char c = *command;

        if (!c || (!quote && (c == ' ' || c == '\t'))) {
            if (any)
                *list_add(&unit->args) = mem_copy(word.data, word.length);
            word.length = 0;
            any = false;
            if (!c)
                return;
        } else if (quote ? c == quote : (c == '"' || c == '\'')) {
            quote = quote ? 0 : c;
            any = true;
            text_put(&word, "");
        } else {
            if (c == '\\' && quote != '\'' && command[1])
                c = *++command;
            text_char(&word, c);
            any = true;
        }
    }
}

static void add_unit(struct tree *tree, const struct json *entry)
{
    const char *file = json_text(entry, "file");
    const char *directory = json_text(entry, "directory");
    const struct json *arguments = json_get(entry, "arguments");
    const char *real;
    struct unit *unit;

    if (!file || !directory)
        return;
    if (file[0] != '/')
        file = mem_format("%s/%s", directory, file);
    real = real_path(file);
    if (!real)
        return;
    unit = list_add(&tree->units);
    unit->real = real;
    unit->directory = directory;
    if (json_text(entry, "command"))
        split_command(unit, json_text(entry, "command"));
    for (size_t i = 0; arguments && i < arguments->items.count; i++)
        if (arguments->items.items[i]->kind == JSON_STRING)
            *list_add(&unit->args) = arguments->items.items[i]->string;
}

static void read_database(struct tree *tree, const char *path)
{
    struct source *s = source_load(path, path);
    size_t at = 0;
    struct json *all;

    if (!s)
        fail(STATUS_UNUSABLE, "cannot read %s: %s", path, strerror(errno));
    all = json_read(s->text, s->size, &at);
    if (!all || all->kind != JSON_LIST)
        fail(STATUS_UNUSABLE,
             "%s:%u:%u: this is not a compilation database", path,
             source_line(s, at), source_column(s, at));
    for (size_t i = 0; i < all->items.count; i++)
        add_unit(tree, all->items.items[i]);
    if (!tree->units.count)
        fail(STATUS_UNUSABLE, "%s: no file that it names is there", path);
    tree->database = true;
}

static bool is_elf(const char *path)
{
    struct source *s = source_load(path, path);

    return s && s->size >= 4 && !memcmp(s->text, "\177ELF", 4);
}

static void set_root(struct tree *tree, const char *folder)
{
    if (tree->root && strcmp(tree->root, folder))
        fail(STATUS_UNUSABLE, "one scan reads one tree: %s is another than %s",
             folder, tree->root);
    tree->root = folder;
}

/* Every mention of the tree becomes one of the copy. */
static const char *moved(const char *text, const char *root, const char *copy)
{
    struct text out = { 0 };
    size_t length = strlen(root);

    text_put(&out, "");
    while (*text) {
        if (!strncmp(text, root, length) &&
            (text[length] == '/' || !text[length])) {
            text_put(&out, copy);
            text += length;
        } else {
            text_char(&out, *text++);
        }
    }
    return out.data;
}

void tree_database(struct tree *tree, const char *path, const char *root,
                   const char *copy)
{
    read_database(tree, path);
    for (size_t i = 0; i < tree->units.count; i++) {
        struct unit *unit = &tree->units.items[i];

        unit->real = moved(unit->real, root, copy);
        unit->directory = moved(unit->directory, root, copy);
        for (size_t k = 0; k < unit->args.count; k++)
            unit->args.items[k] = moved(unit->args.items[k], root, copy);
    }
}

bool tree_is_database(const char *path)
{
    size_t length = strlen(path);

    return length > 5 && !strcmp(path + length - 5, ".json");
}

void tree_add(struct scan *scan, struct tree *tree, const char *argument)
{
    const char *real = real_path(argument), *name;
    struct stat st;

    if (!real || stat(real, &st))
        fail(STATUS_UNUSABLE, "cannot read %s: %s", argument, strerror(errno));
    name = strrchr(real, '/') + 1;
    if (S_ISDIR(st.st_mode)) {
        set_root(tree, real);
        walk(scan, tree, "", real, 0);
    } else if (!S_ISREG(st.st_mode)) {
        fail(STATUS_UNUSABLE, "%s is neither a folder nor a file", argument);
    } else if (tree_is_database(real)) {
        const char *folder = mem_copy(real, (size_t)(name - 1 - real));

        read_database(tree, real);
        if (!tree->root)
            tree->home = folder;
    } else if (is_elf(real)) {
        *list_add(&tree->images) = real;
    } else if (language_of(real) != LANG_NONE) {
        add_file(scan, tree, argument, real);
    } else {
        fail(STATUS_UNUSABLE,
             "%s is not a source file, a compilation database or an ELF image",
             argument);
    }
}

void tree_finish(struct scan *scan, struct tree *tree)
{
    if (tree->root || !tree->home)
        return;
    set_root(tree, tree->home);
    walk(scan, tree, "", tree->home, 0);
}

const struct unit *tree_unit(const struct tree *tree, const char *real)
{
    for (size_t i = 0; i < tree->units.count; i++)
        if (!strcmp(tree->units.items[i].real, real))
            return &tree->units.items[i];
    return NULL;
}
