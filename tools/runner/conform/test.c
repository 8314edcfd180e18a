// SPDX-License-Identifier: MIT
// Reads the description of a conformance test from the comment at the top of
// its source. A line is "key: value" with a known key; all else is prose.
#include "runner/conform/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/say.h"

const char *const place_names[PLACES] = { "reference", "dom0", "domU" };
const char *const result_names[RESULTS] = { "-",    "pass", "FAIL",
                                            "ERROR", "skip", "erratum" };

struct reader {
    struct conform_test *test;
    const char *path;
    unsigned line;
    bool good, has_conform;
};

#define WRONG(r, ...) \
    (say_at((r)->path, (r)->line, 0, "error", __VA_ARGS__), (r)->good = false)

static char *copy(const char *s)
{
    return need_memory(strdup(s));
}

static int find_place(const char *word)
{
    for (int i = 0; i < PLACES; i++)
        if (!strcmp(place_names[i], word))
            return i;
    return -1;
}

static void read_conform(struct reader *r, char *value)
{
    r->has_conform = true;
    for (char *word = strtok(value, " "); word; word = strtok(NULL, " ")) {
        int place = find_place(word);

        if (place < 0)
            WRONG(r, "there is no place '%s'", word);
        else
            r->test->where[place] = true;
    }
}

static void read_errata(struct reader *r, char *value)
{
    unsigned n = 0;

    for (char *word = strtok(value, " "); word; word = strtok(NULL, " ")) {
        if (n == CONFORM_ERRATA)
            WRONG(r, "more than %d errata", CONFORM_ERRATA);
        else
            r->test->errata[n++] = copy(word);
    }
}

static void read_spoiled(struct reader *r, char *value)
{
    char *name = strchr(value, ' ');
    int place;

    if (name)
        *name++ = 0;
    place = find_place(value);
    if (!name || place < 0)
        WRONG(r, "'spoiled:' needs a place and the name of an erratum");
    else
        r->test->spoiled[place] = copy(name);
}

static void read_end(struct reader *r, char *value)
{
#define EXIT(name, number, status, sentence) \
    if (!strcmp(value, #name)) {             \
        r->test->end = number;               \
        return;                              \
    }
#include "runner/exits.def"
#undef EXIT
    WRONG(r, "there is no end '%s' in exits.def", value);
}

static void read_number(struct reader *r, long *into, const char *value)
{
    char *end;

    *into = strtol(value, &end, 10);
    if (*end || end == value || *into < 1 || *into > 1000000)
        WRONG(r, "'%s' is no number from 1 to 1000000", value);
}

/* A pair runs on the reference, and on Xen under a domain 0. */
static void read_domains(struct reader *r, const char *value)
{
    read_number(r, &r->test->domains, value);
    if (r->test->domains > 2)
        WRONG(r, "'%s' is not 1 or 2", value);
    if (r->test->domains == 2 && r->test->where[AS_DOM0])
        WRONG(r, "two domains cannot be dom0");
}

static void read_line(struct reader *r, char *line)
{
    struct conform_test *test = r->test;
    char *value;

    line += strspn(line, " *");
    line[strcspn(line, "\r\n")] = 0;
    value = strstr(line, ": ");
    if (!value)
        return;
    *value = 0;
    value += 2;
    value += strspn(value, " ");
    if (!strcmp(line, "conform"))
        read_conform(r, value);
    else if (!strcmp(line, "errata"))
        read_errata(r, value);
    else if (!strcmp(line, "spoiled"))
        read_spoiled(r, value);
    else if (!strcmp(line, "end"))
        read_end(r, value);
    else if (!strcmp(line, "reason"))
        test->reason = copy(value);
    else if (!strcmp(line, "cmdline"))
        test->cmdline = copy(value);
    else if (!strcmp(line, "ramdisk"))
        test->ramdisk = copy(value);
    else if (!strcmp(line, "input"))
        test->input = copy(value);
    else if (!strcmp(line, "memory"))
        read_number(r, &test->memory, value);
    else if (!strcmp(line, "vcpus"))
        read_number(r, &test->vcpus, value);
    else if (!strcmp(line, "seconds"))
        read_number(r, &test->seconds, value);
    else if (!strcmp(line, "cpus"))
        read_number(r, &test->cpus, value);
    else if (!strcmp(line, "domains"))
        read_domains(r, value);
}

bool test_read(struct conform_test *test, const char *folder,
               const char *kernels, const char *name)
{
    struct reader r = { .test = test, .good = true };
    bool inside = false;
    char line[512];
    FILE *in;

    *test = (struct conform_test){
        .name = copy(name),
        .kernel = text("%s/%s.elf", kernels, name),
        .end = 0x10,
        .cmdline = "",
        .memory = 128,
        .vcpus = 1,
        .seconds = 60,
        .cpus = 1,
        .domains = 1,
    };
    r.path = text("%s/%s/main.c", folder, name);
    in = fopen(r.path, "re");
    if (!in)
        return WRONG(&r, "cannot be read");
    while (fgets(line, sizeof(line), in)) {
        r.line++;
        if (strstr(line, "*/"))
            break;
        if (inside)
            read_line(&r, line);
        inside |= strstr(line, "/*") != NULL;
    }
    fclose(in);
    r.line = 0;
    if (!r.has_conform)
        WRONG(&r, "the comment at the top has no line 'conform:'");
    return r.good;
}

bool test_knows_erratum(const struct conform_test *test, const char *name)
{
    for (unsigned i = 0; i < CONFORM_ERRATA && test->errata[i]; i++)
        if (!strcmp(test->errata[i], name))
            return true;
    return false;
}
