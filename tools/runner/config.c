// SPDX-License-Identifier: MIT
// Reads a guest's configuration: see config.h. The language is lines of
// KEY = VALUE; a value is a number, a text between quotes, or a list of texts
// between brackets, which may go over several lines.
#include "runner/config.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/say.h"

struct value {
    char *text;  /* of a text; of a list, its first item */
    long number; /* -1: it is no number */
    bool is_list;
    unsigned items;
    char *item[MOST_VCPUS]; /* the first of them */
};

struct reader {
    struct config *config;
    char *data, *at;
    unsigned line;
    char *line_begin;
    char *root, *extra, *cmdline;
    bool good;
};

#define WRONG(r, where, ...)                                            \
    (say_at((r)->config->path, (r)->line,                               \
            (unsigned)((where) - (r)->line_begin) + 1, "error",         \
            __VA_ARGS__),                                               \
     (r)->good = false)

static void next_line(struct reader *r)
{
    r->line++;
    r->line_begin = r->at;
}

/* Blanks and comments; ends of lines too, if they mean nothing here. */
static void skip(struct reader *r, bool lines)
{
    for (;;) {
        while (*r->at == ' ' || *r->at == '\t' || *r->at == '\r')
            r->at++;
        if (*r->at == '#')
            r->at += strcspn(r->at, "\n");
        if (!lines || *r->at != '\n')
            return;
        r->at++;
        next_line(r);
    }
}

static bool read_text(struct reader *r, char **into)
{
    char *begin = r->at, quote = *r->at++;
    size_t length = strcspn(r->at, quote == '"' ? "\"\n" : "'\n");

    if (r->at[length] != quote)
        return WRONG(r, begin, "the text has no end");
    *into = need_memory(strndup(r->at, length));
    r->at += length + 1;
    return true;
}

static bool read_list(struct reader *r, struct value *value)
{
    r->at++;
    value->is_list = true;
    for (;;) {
        char *item;

        skip(r, true);
        if (*r->at == ']')
            return r->at++, true;
        if (*r->at != '"' && *r->at != '\'')
            return WRONG(r, r->at,
                         *r->at ? "a list has texts between quotes"
                                : "the list has no end");
        if (!read_text(r, &item))
            return false;
        if (!value->items)
            value->text = item;
        if (value->items < MOST_VCPUS)
            value->item[value->items] = item;
        value->items++;
        skip(r, true);
        if (*r->at == ',')
            r->at++;
    }
}

static bool read_value(struct reader *r, struct value *value)
{
    char *end;

    *value = (struct value){ .number = -1 };
    if (*r->at == '"' || *r->at == '\'')
        return read_text(r, &value->text);
    if (*r->at == '[')
        return read_list(r, value);
    errno = 0;
    value->number = strtol(r->at, &end, 10);
    if (end == r->at || errno || value->number < 0)
        return WRONG(r, r->at, "a value is a number, \"text\", or a list");
    r->at = end;
    return true;
}

static void take_text(struct reader *r, const char *key, char **into,
                      const struct value *value)
{
    if (!value->text || value->is_list)
        WRONG(r, r->line_begin, "%s needs \"text\"", key);
    else
        *into = value->text;
}

static void take_number_from(struct reader *r, const char *key, long *into,
                             const struct value *value, long least, long most)
{
    if (value->text || value->is_list || value->number < least ||
        value->number > most)
        WRONG(r, r->line_begin, "%s needs a number from %ld to %ld", key,
              least, most);
    else
        *into = value->number;
}

static void take_number(struct reader *r, const char *key, long *into,
                        const struct value *value, long most)
{
    take_number_from(r, key, into, value, 1, most);
}

/* One set for all vCPUs, or a list: one for each, and any for the others. */
static void take_cpus(struct reader *r, const struct value *value)
{
    uint32_t *cpus = r->config->cpus;
    const char *wrong = NULL;

    if (!value->text || value->items > MOST_VCPUS)
        wrong = "it is a text, or a list with one for each vCPU";
    for (unsigned i = 0; i < MOST_VCPUS && !wrong; i++) {
        if (!value->is_list)
            wrong = cpulist_read(value->text, &cpus[i]);
        else if (i < value->items)
            wrong = cpulist_read(value->item[i], &cpus[i]);
    }
    if (wrong)
        WRONG(r, r->line_begin, "cpus: %s", wrong);
}

static void take_end(struct reader *r, const char *key, const char **into,
                     const struct value *value)
{
    static const char *const ends[] = { "destroy", "restart", "preserve" };

    for (unsigned i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (value->text && !strcmp(value->text, ends[i])) {
            *into = ends[i];
            return;
        }
    WRONG(r, r->line_begin, "%s is \"destroy\", \"restart\" or \"preserve\"",
          key);
}

static void take(struct reader *r, const char *key, const struct value *value)
{
    struct config *config = r->config;

    if (!strcmp(key, "name"))
        take_text(r, key, &config->name, value);
    else if (!strcmp(key, "kernel"))
        take_text(r, key, &config->kernel, value);
    else if (!strcmp(key, "ramdisk"))
        take_text(r, key, &config->ramdisk, value);
    else if (!strcmp(key, "extra"))
        take_text(r, key, &r->extra, value);
    else if (!strcmp(key, "root"))
        take_text(r, key, &r->root, value);
    else if (!strcmp(key, "cmdline"))
        take_text(r, key, &r->cmdline, value);
    else if (!strcmp(key, "memory"))
        take_number(r, key, &config->memory, value, 1 << 20);
    else if (!strcmp(key, "vcpus"))
        take_number(r, key, &config->vcpus, value, MOST_VCPUS);
    else if (!strcmp(key, "maxvcpus"))
        take_number(r, key, &config->maxvcpus, value, MOST_VCPUS);
    else if (!strcmp(key, "cpus"))
        take_cpus(r, value);
    else if (!strcmp(key, "cpu_weight"))
        take_number(r, key, &config->weight, value, 65535);
    else if (!strcmp(key, "cap"))
        take_number_from(r, key, &config->cap, value, 0, 3200);
    else if (!strcmp(key, "on_poweroff"))
        take_end(r, key, &config->on_poweroff, value);
    else if (!strcmp(key, "on_reboot"))
        take_end(r, key, &config->on_reboot, value);
    else if (!strcmp(key, "on_crash"))
        take_end(r, key, &config->on_crash, value);
    else if (!strcmp(key, "type") && value->text && strcmp(value->text, "pv"))
        WRONG(r, r->line_begin, "only PV guests are hosted, not \"%s\"",
              value->text);
    else if ((!strcmp(key, "disk") || !strcmp(key, "vif")) && value->items)
        WRONG(r, r->line_begin, "no %s is served to guests yet",
              *key == 'd' ? "disk" : "network");
    else if (strcmp(key, "type") && strcmp(key, "disk") && strcmp(key, "vif"))
        say_at(config->path, r->line, 0, "warning",
               "'%s' means nothing here and is left out", key);
}

static void read_lines(struct reader *r)
{
    while (skip(r, true), *r->at) {
        struct value value;
        char *key = r->at, *end;
        size_t length = 0;

        while (isalnum((unsigned char)key[length]) || key[length] == '_')
            length++;
        r->at += length;
        end = r->at;
        skip(r, false);
        if (!length || *r->at != '=') {
            WRONG(r, key, "a line is KEY = VALUE");
            return;
        }
        r->at++;
        skip(r, false);
        if (!read_value(r, &value))
            return;
        skip(r, false);
        if (*r->at && *r->at != '\n') {
            WRONG(r, r->at, "what stands behind the value is not understood");
            return;
        }
        *end = 0;
        take(r, key, &value);
    }
}

/* Names become words of a list, and file names. */
static bool is_name(const char *name)
{
    size_t length = strlen(name);

    return length > 0 && length < 32 && *name != '.' && *name != '-' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789_.-") == length;
}

static void check_whole(struct reader *r)
{
    struct config *config = r->config;

    r->line = 0;
    if (!config->name || !is_name(config->name))
        WRONG(r, r->line_begin, "the guest needs a name of 1 to 31 letters, "
                                "digits, '_', '-' and '.'");
    if (!config->maxvcpus)
        config->maxvcpus = config->vcpus;
    if (config->maxvcpus < config->vcpus)
        WRONG(r, r->line_begin, "maxvcpus (%ld) is less than vcpus (%ld)",
              config->maxvcpus, config->vcpus);
    if (!config->kernel)
        WRONG(r, r->line_begin, "the guest needs a kernel");
    if (r->cmdline)
        config->words = r->cmdline;
    else
        config->words = text("%s%s%s%s", r->root ? "root=" : "",
                             r->root ? r->root : "",
                             r->root && r->extra ? " " : "",
                             r->extra ? r->extra : "");
    if (strlen(config->words) > 511)
        WRONG(r, r->line_begin, "the guest's command line has over 511 bytes");
}

static char *read_file(const char *path)
{
    char *data = NULL;
    size_t size = 0;
    FILE *in = fopen(path, "re");

    if (in && getdelim(&data, &size, 0, in) < 0 && !ferror(in)) {
        free(data);
        data = need_memory(strdup("")); /* the file is empty */
    }
    if (!in || ferror(in)) {
        say_at(path, 0, 0, "error", "cannot be read: %s", strerror(errno));
        data = NULL;
    }
    if (in)
        fclose(in);
    return data;
}

bool config_read(struct config *config, const char *path)
{
    struct reader r = { .config = config, .good = true };

    *config = (struct config){ .path = path,
                               .memory = 128,
                               .vcpus = 1,
                               .weight = 256,
                               .on_poweroff = "destroy",
                               .on_reboot = "restart",
                               .on_crash = "destroy" };
    memset(config->cpus, -1, sizeof(config->cpus));
    r.data = r.at = read_file(path);
    if (!r.data)
        return false;
    next_line(&r);
    read_lines(&r);
    if (r.good)
        check_whole(&r);
    free(r.data);
    return r.good;
}

bool is_config(const char *path)
{
    size_t length = strlen(path);

    return length > 4 && !strcmp(path + length - 4, ".cfg");
}
