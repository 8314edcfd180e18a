// SPDX-License-Identifier: MIT
// The cache of what libclang said: see types_cache.h. One file a source, of
// numbers and strings, each with its length. The rule: a file that is damaged
// or not from here is as good as none; it is read within its bounds, and
// counts only if its checksum does.
#include "types_cache.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FORMAT 4 /* changes with the facts and with how they are found */

static uint64_t hash_bytes(uint64_t hash, const void *data, size_t size)
{
    const unsigned char *c = data;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ c[i]) * 0x100000001b3;
    return hash;
}

static uint64_t hash_string(uint64_t hash, const char *text)
{
    return hash_bytes(hash, text, strlen(text) + 1);
}

static bool make_folder(const char *path)
{
    return !mkdir(path, 0700) || errno == EEXIST;
}

const char *types_cache_folder(void)
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    const char *folder;

    if (!base || base[0] != '/')
        base = home && home[0] == '/' ? mem_format("%s/.cache", home) : NULL;
    if (!base || !make_folder(base))
        return NULL;
    folder = mem_format("%s/parapet", base);
    return make_folder(folder) ? folder : NULL;
}

uint64_t types_cache_key(const struct source *source, const char *within,
                         const char *const *args, unsigned count,
                         const struct type_query *query)
{
    const struct profile *profile = query->profile;
    uint64_t hash = hash_string(0xcbf29ce484222325, source->real);

    hash = hash_string(hash, within);
    hash = hash_bytes(hash, &(int){ FORMAT }, sizeof(int));
    hash = hash_bytes(hash, source->text, source->size);
    for (unsigned i = 0; i < count; i++)
        hash = hash_string(hash, args[i]);
    hash = hash_string(hash, profile->path ? "profile" : "");
    for (size_t i = 0; i < profile->tables.count; i++)
        hash = hash_string(hash, mem_format("%s %d",
                                            profile->tables.items[i].type,
                                            profile->tables.items[i].level));
    for (size_t i = 0; i < profile->descriptors.count; i++)
        hash = hash_string(hash, mem_format(
            "%s %s", profile->descriptors.items[i].kind,
            profile->descriptors.items[i].name));
    for (size_t i = 0; i < query->flow->names.count; i++) {
        const struct table_name *n = &query->flow->names.items[i];

        hash = hash_string(hash, mem_format("%s %s %d %d", n->name,
                                            n->function, n->kind,
                                            n->is_register));
    }
    for (size_t i = 0; i < query->headers.count; i++)
        hash = hash_string(hash, query->headers.items[i]->real);
    return hash;
}

static const char *path_of(const char *folder, const struct source *source)
{
    return mem_format("%s/types-%016llx", folder, (unsigned long long)
                      hash_string(0xcbf29ce484222325, source->real));
}

static void put_number(struct text *out, uint64_t number)
{
    text_add(out, (const char *)&number, sizeof(number));
}

static void put_string(struct text *out, const char *text)
{
    put_number(out, text ? strlen(text) + 1 : 0);
    if (text)
        text_add(out, text, strlen(text));
}

/* Size and time of change of a file; 0 if it is not there. */
static uint64_t state_of(const char *path)
{
    struct stat st;

    if (stat(path, &st))
        return 0;
    return hash_bytes(hash_bytes(1, &st.st_size, sizeof(st.st_size)),
                      &st.st_mtim, sizeof(st.st_mtim));
}

/* Each member of a fact, once: written and read by the same list. */
#define FACT_NUMBERS(X)                                                  \
    X(kind) X(table) X(by_type) X(offset) X(end) X(lhs) X(lhs_end) X(rhs) \
    X(rhs_end) X(size) X(is_deref) X(is_statement) X(is_local)           \
    X(is_pointer) X(is_zero) X(in_macro) X(entry_end) X(is_arrow) X(is_whole) X(element)
#define FACT_STRINGS(X) X(type) X(base) X(array) X(field) X(op)

static void put_fact(struct text *out, const struct fact *fact)
{
    put_string(out, fact->source->real);
#define X(member) put_number(out, (uint64_t)fact->member);
    FACT_NUMBERS(X)
#undef X
#define X(member) put_string(out, fact->member);
    FACT_STRINGS(X)
#undef X
    put_number(out, fact->operands.count);
    for (size_t i = 0; i < fact->operands.count; i++) {
        put_string(out, fact->operands.items[i].name);
        put_number(out, fact->operands.items[i].size);
        put_number(out, fact->operands.items[i].pointer);
    }
}

void types_cache_store(const char *folder, uint64_t key,
                       const struct source *source,
                       const struct facts *facts)
{
    const char *path = path_of(folder, source);
    const char *part = mem_format("%s.%ld.%lx", path, (long)getpid(),
                                  (unsigned long)(uintptr_t)facts);
    struct text out = { 0 };
    FILE *file = fopen(part, "wx");
    bool whole;

    if (!file)
        return;
    put_number(&out, key);
    put_number(&out, facts->includes.count);
    for (size_t i = 0; i < facts->includes.count; i++) {
        put_string(&out, facts->includes.items[i]);
        put_number(&out, state_of(facts->includes.items[i]));
    }
    put_string(&out, facts->problem);
    put_number(&out, facts->list.count);
    for (size_t i = 0; i < facts->list.count; i++)
        put_fact(&out, &facts->list.items[i]);
    put_number(&out, hash_bytes(7, out.data, out.length));
    whole = fwrite(out.data, 1, out.length, file) == out.length;
    if (fclose(file) || !whole || rename(part, path))
        unlink(part);
}

struct reader {
    const char *at, *end;
    bool bad;
};

static uint64_t get_number(struct reader *r)
{
    uint64_t number = 0;

    if ((size_t)(r->end - r->at) < sizeof(number)) {
        r->bad = true;
        return 0;
    }
    memcpy(&number, r->at, sizeof(number));
    r->at += sizeof(number);
    return number;
}

static const char *get_string(struct reader *r)
{
    uint64_t length = get_number(r);
    const char *text = r->at;

    if (!length)
        return NULL;
    if (length - 1 > (uint64_t)(r->end - r->at)) {
        r->bad = true;
        return "";
    }
    r->at += length - 1;
    return mem_copy(text, length - 1);
}

static const struct source *source_named(const char *real,
                                         const struct source *source,
                                         const struct type_query *query)
{
    if (real && !strcmp(real, source->real))
        return source;
    for (size_t i = 0; real && i < query->headers.count; i++)
        if (!strcmp(real, query->headers.items[i]->real))
            return query->headers.items[i];
    return NULL;
}

static void get_fact(struct reader *r, struct fact *fact)
{
    uint64_t count;

#define X(member) fact->member = (__typeof__(fact->member))get_number(r);
    FACT_NUMBERS(X)
#undef X
#define X(member) fact->member = get_string(r);
    FACT_STRINGS(X)
#undef X
    count = get_number(r);
    for (uint64_t i = 0; i < count && !r->bad; i++) {
        struct operand_type *operand = list_add(&fact->operands);

        operand->name = get_string(r);
        operand->size = (unsigned)get_number(r);
        operand->pointer = get_number(r);
    }
}

static bool read_all(struct reader *r, const struct source *source,
                     const struct type_query *query, struct facts *facts)
{
    uint64_t count = get_number(r);

    for (uint64_t i = 0; i < count && !r->bad; i++) {
        const char *path = get_string(r);

        if (get_number(r) != state_of(path ? path : ""))
            return false;
    }
    facts->problem = get_string(r);
    count = get_number(r);
    for (uint64_t i = 0; i < count && !r->bad; i++) {
        const struct source *of = source_named(get_string(r), source, query);
        struct fact *fact = list_add(&facts->list);

        fact->source = of;
        get_fact(r, fact);
        if (!of || fact->end > of->size)
            return false;
    }
    return !r->bad;
}

bool types_cache_load(const char *folder, uint64_t key,
                      const struct source *source,
                      const struct type_query *query, struct facts *facts)
{
    const char *path = path_of(folder, source);
    const struct source *kept = source_load(path, path);
    struct reader r;
    uint64_t sum;

    if (!kept || kept->size < 2 * sizeof(sum))
        return false;
    r = (struct reader){ kept->text, kept->text + kept->size - sizeof(sum),
                         false };
    memcpy(&sum, r.end, sizeof(sum));
    if (sum != hash_bytes(7, kept->text, (size_t)(r.end - r.at)) ||
        get_number(&r) != key || !read_all(&r, source, query, facts)) {
        *facts = (struct facts){ 0 };
        return false;
    }
    return true;
}
