// SPDX-License-Identifier: MIT
// Which file includes which: see includes.h. Names are compared, not search
// paths: the rule is to say rather too many than too few, since a file that
// does not include the header after all has nothing to say of it.
#include "includes.h"

#include <stdlib.h>
#include <string.h>

struct node {
    LIST(uint32_t) to;
    bool seen;
};

struct includes {
    const struct scan *scan;
    struct node *nodes;
};

/* Is `name` the end of the path, from a folder's name on? */
static bool ends_with(const char *path, const char *name)
{
    size_t have = strlen(path), want = strlen(name);

    return have >= want && !strcmp(path + have - want, name) &&
           (have == want || path[have - want - 1] == '/');
}

static const char *last_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* All files that the name may mean. */
static void add_edges(struct includes *in, struct node *node, const char *name)
{
    while (!strncmp(name, "./", 2) || !strncmp(name, "../", 3))
        name = strchr(name, '/') + 1;
    for (int bare = 0; bare < 2; bare++) {
        bool any = false;

        for (size_t i = 0; i < in->scan->sources.count; i++)
            if (ends_with(in->scan->sources.items[i]->path, name)) {
                *list_add(&node->to) = (uint32_t)i;
                any = true;
            }
        if (any)
            return;
        name = last_name(name);
    }
}

static void read_file(struct includes *in, size_t which)
{
    const struct source *s = in->scan->sources.items[which];

    for (unsigned n = 1; n <= s->line_count; n++) {
        size_t length;
        const char *line = source_line_text(s, n, &length);
        size_t at = 0, end;

        while (at < length && strchr(" \t", line[at]))
            at++;
        if (at == length || line[at++] != '#')
            continue;
        while (at < length && strchr(" \t", line[at]))
            at++;
        if (length - at < 10 || strncmp(line + at, "include", 7))
            continue;
        for (at += 7; at < length && strchr(" \t", line[at]); at++)
            ;
        if (at >= length || (line[at] != '"' && line[at] != '<'))
            continue;
        for (end = ++at; end < length && !strchr("\">", line[end]); end++)
            ;
        add_edges(in, &in->nodes[which], mem_copy(line + at, end - at));
    }
}

struct includes *includes_read(const struct scan *scan)
{
    struct includes *in = mem_alloc(sizeof(*in));

    in->scan = scan;
    in->nodes = mem_alloc((scan->sources.count + 1) * sizeof(*in->nodes));
    for (size_t i = 0; i < scan->sources.count; i++)
        read_file(in, i);
    return in;
}

static bool reaches(struct includes *in, size_t from, size_t to, int depth)
{
    struct node *node = &in->nodes[from];

    if (from == to)
        return true;
    if (node->seen || depth > 64)
        return false;
    node->seen = true;
    for (size_t i = 0; i < node->to.count; i++)
        if (reaches(in, node->to.items[i], to, depth + 1))
            return true;
    return false;
}

unsigned includes_users(struct includes *in, const struct source *header,
                        const struct source **users, unsigned room)
{
    const struct scan *scan = in->scan;
    size_t to = 0;
    unsigned count = 0;

    while (to < scan->sources.count && scan->sources.items[to] != header)
        to++;
    for (size_t i = 0; i < scan->sources.count && count < room; i++) {
        const struct source *s = scan->sources.items[i];

        if (s->lang != LANG_C || !s->compiled)
            continue;
        for (size_t k = 0; k < scan->sources.count; k++)
            in->nodes[k].seen = false;
        if (reaches(in, i, to, 0))
            users[count++] = s;
    }
    return count;
}
