// SPDX-License-Identifier: MIT
// Reads a port's profile: see profile.h and README.md. The rule: a line that
// is not understood is an error with its place, never skipped: a misspelt
// `keep` would otherwise be a rewrite that nobody wanted.
#include "profile.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/say.h"
#include "source.h"

struct profile_line {
    struct profile *into;
    unsigned number;
    char *text;  /* the whole line, for columns */
    char *at;    /* what is not read yet */
    unsigned mistakes;
};

static void mistake(struct profile_line *line, const char *at,
                    const char *what)
{
    say_at(line->into->path, line->number, (unsigned)(at - line->text) + 1,
           "error", "%s", what);
    line->mistakes++;
}

static char *next_word(struct profile_line *line)
{
    char *word;

    while (isspace((unsigned char)*line->at))
        line->at++;
    word = line->at;
    while (*line->at && !isspace((unsigned char)*line->at))
        line->at++;
    return *word ? mem_copy(word, (size_t)(line->at - word)) : NULL;
}

static char *rest(struct profile_line *line)
{
    while (isspace((unsigned char)*line->at))
        line->at++;
    return mem_dup(line->at);
}

/* FILE:FUNCTION in two; *function is NULL without one. */
static const char *split_place(char *word, const char **function)
{
    char *colon = strrchr(word, ':');

    *function = NULL;
    if (colon) {
        *colon = 0;
        *function = colon + 1;
    }
    return word;
}

static void read_place(struct profile_line *line, char kind)
{
    char *word = next_word(line), *reason = rest(line);
    struct place_rule *rule;

    if (!word || *reason != ':' || !reason[1]) {
        mistake(line, line->at,
                "this needs FILE or FILE:FUNCTION, then \" : \" and the "
                "reason");
        return;
    }
    for (reason++; isspace((unsigned char)*reason); reason++)
        ;
    rule = list_add(&line->into->places);
    rule->kind = kind;
    rule->file = split_place(word, &rule->function);
    rule->reason = reason;
    rule->line = line->number;
}

static void read_table(struct profile_line *line)
{
    struct table_type *table;
    char *word = rest(line), *level = strrchr(word, ' ');

    /* A type may be two words: "union pte". */
    if (!level || strlen(level) != 2 || level[1] < '0' || level[1] > '4') {
        mistake(line, line->at, "this needs a type and its level, 1 to 4, or "
                                "0 where one type serves all levels");
        return;
    }
    table = list_add(&line->into->tables);
    table->level = level[1] - '0';
    while (level > word && isspace((unsigned char)level[-1]))
        level--;
    *level = 0;
    table->type = word;
    table->line = line->number;
}

static void read_descriptors(struct profile_line *line)
{
    char *kind = next_word(line), *name = next_word(line);
    struct descriptor_array *array;

    if (!kind || !name || (strcmp(kind, "gdt") && strcmp(kind, "ldt") &&
                           strcmp(kind, "idt") && strcmp(kind, "tss"))) {
        mistake(line, line->at,
                "this needs gdt, ldt, idt or tss, and a variable's name");
        return;
    }
    array = list_add(&line->into->descriptors);
    array->kind = kind;
    array->name = name;
    array->line = line->number;
}

static void read_call(struct profile_line *line)
{
    char *name = next_word(line), *text = rest(line);
    struct call_rule *rule;

    if (!name || *text != '=' || !text[1]) {
        mistake(line, line->at,
                "this needs a function's name, \" = \" and what to call");
        return;
    }
    for (text++; isspace((unsigned char)*text); text++)
        ;
    rule = list_add(&line->into->calls);
    rule->name = name;
    rule->text = text;
    rule->line = line->number;
}

static void read_edit(struct profile_line *line, char kind)
{
    char *place = next_word(line), *text = rest(line);
    struct edit_rule *rule;
    const char *function = NULL;

    if (place)
        split_place(place, &function);
    if (!place || !function || !*text) {
        mistake(line, line->at, kind == 'f'
                    ? "this needs FILE:FUNCTION and a statement"
                    : "this needs FILE:FUNCTION and the new name");
        return;
    }
    rule = list_add(&line->into->edits);
    rule->kind = kind;
    rule->file = place;
    rule->function = function;
    rule->text = text;
    rule->line = line->number;
}

static void read_words(struct profile_line *line, bool flags)
{
    char *word = next_word(line);

    if (!word)
        mistake(line, line->at, "this needs at least one word more");
    for (; word; word = next_word(line)) {
        if (flags)
            *list_add(&line->into->cflags) = word;
        else
            *list_add(&line->into->linear) = word;
    }
}

static void read_include(struct profile_line *line)
{
    char *name = rest(line);
    size_t length = strlen(name);

    if (length < 3 || !((name[0] == '<' && name[length - 1] == '>') ||
                        (name[0] == '"' && name[length - 1] == '"'))) {
        mistake(line, line->at, "this needs <file.h> or \"file.h\"");
        return;
    }
    line->into->include = name;
}

static void read_line(struct profile_line *line)
{
    char *start, *word, *end = line->at + strlen(line->at);

    while (end > line->at && isspace((unsigned char)end[-1]))
        *--end = 0;
    start = line->at;
    word = next_word(line);
    if (!word || *word == '#')
        return;
    if (!strcmp(word, "table"))
        read_table(line);
    else if (!strcmp(word, "descriptors"))
        read_descriptors(line);
    else if (!strcmp(word, "keep"))
        read_place(line, 'k');
    else if (!strcmp(word, "replace"))
        read_place(line, 'r');
    else if (!strcmp(word, "user"))
        read_place(line, 'u');
    else if (!strcmp(word, "call"))
        read_call(line);
    else if (!strcmp(word, "first"))
        read_edit(line, 'f');
    else if (!strcmp(word, "rename"))
        read_edit(line, 'n');
    else if (!strcmp(word, "include"))
        read_include(line);
    else if (!strcmp(word, "cflags"))
        read_words(line, true);
    else if (!strcmp(word, "linear"))
        read_words(line, false);
    else if (!strcmp(word, "build"))
        line->into->build = rest(line);
    else
        mistake(line, start, "no line of a profile begins with this word");
}

unsigned profile_read(struct profile *profile, const char *path,
                      const char *text, size_t size)
{
    const char *end = text + size;
    unsigned number = 0, mistakes = 0;

    profile->path = path;
    profile->text = text;
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        struct profile_line line = { .into = profile, .number = ++number };

        if (!stop)
            stop = end;
        line.text = line.at = mem_copy(text, (size_t)(stop - text));
        read_line(&line);
        mistakes += line.mistakes;
        text = stop + 1;
    }
    return mistakes;
}

struct profile *profile_for(const char *path, const char *root)
{
    struct profile *profile = mem_alloc(sizeof(*profile));
    struct source *source;

    profile->include = "<pvops.h>";
    if (!path && root) {
        path = mem_format("%s/port/profile", root);
        if (access(path, F_OK))
            path = NULL;
    }
    if (!path)
        return profile;
    source = source_load(path, path);
    if (!source)
        fail(STATUS_UNUSABLE, "cannot read the profile %s: %s", path,
             strerror(errno));
    if (profile_read(profile, path, source->text, source->size))
        fail(STATUS_UNUSABLE, "the profile %s cannot be used", path);
    return profile;
}

/* "folder/" names all that is in it. */
static bool names_file(const char *rule, const char *file)
{
    size_t length = strlen(rule);

    return length && rule[length - 1] == '/' ? !strncmp(rule, file, length)
                                             : !strcmp(rule, file);
}

const struct place_rule *profile_place(const struct profile *profile,
                                       const char *file,
                                       const char *function)
{
    for (size_t i = 0; i < profile->places.count; i++) {
        const struct place_rule *rule = &profile->places.items[i];

        if (names_file(rule->file, file) &&
            (!rule->function || !strcmp(rule->function, function)))
            return rule;
    }
    return NULL;
}

int profile_level(const struct profile *profile, const char *type)
{
    for (size_t i = 0; i < profile->tables.count; i++)
        if (!strcmp(profile->tables.items[i].type, type))
            return profile->tables.items[i].level;
    return -1;
}
