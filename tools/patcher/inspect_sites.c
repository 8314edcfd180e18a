// SPDX-License-Identifier: MIT
// The call sites of an image that libpvops patches at boot: where each is, in
// which function, for which operation. The section's entries are struct
// pv_site of pvops-sites.h: they begin with two distances from the field
// itself, and the second leads to pv_site_<operation>.
#include "inspect_sites.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/say.h"
#include "mem.h"

#define PREFIX "pv_site_"
#define RECORD 28 /* sizeof(struct pv_site) */

struct file {
    const unsigned char *data;
    size_t size;
    const Elf64_Shdr *sections;
    unsigned count;
};

/* `size` bytes at `offset`, or NULL if the file does not have them. */
static const void *part(const struct file *f, uint64_t offset, uint64_t size)
{
    if (offset > f->size || size > f->size - offset || offset % 4)
        return NULL;
    return f->data + offset;
}

static bool read_all(struct file *f, const char *path)
{
    FILE *in = fopen(path, "re");
    unsigned char *data = NULL, buffer[65536];
    size_t n;

    f->size = 0;
    if (!in)
        return false;
    while ((n = fread(buffer, 1, sizeof(buffer), in)) > 0) {
        data = need_memory(realloc(data, f->size + n));
        memcpy(data + f->size, buffer, n);
        f->size += n;
    }
    fclose(in);
    f->data = data;
    return data != NULL;
}

static bool find_sections(struct file *f)
{
    const Elf64_Ehdr *head = part(f, 0, sizeof(*head));

    if (!head || memcmp(head->e_ident, ELFMAG, SELFMAG) ||
        head->e_ident[EI_CLASS] != ELFCLASS64 ||
        head->e_shentsize != sizeof(Elf64_Shdr))
        return false;
    f->count = head->e_shnum;
    f->sections = part(f, head->e_shoff,
                       (uint64_t)f->count * sizeof(Elf64_Shdr));
    return f->sections != NULL;
}

/* Symbols and their names; 0 if the image was stripped. */
static size_t find_symbols(const struct file *f, const Elf64_Sym **symbols,
                           const char **names, uint64_t *names_size)
{
    for (unsigned i = 0; i < f->count; i++) {
        const Elf64_Shdr *s = &f->sections[i];

        if (s->sh_type != SHT_SYMTAB || s->sh_link >= f->count)
            continue;
        *symbols = part(f, s->sh_offset, s->sh_size);
        *names_size = f->sections[s->sh_link].sh_size;
        if (f->sections[s->sh_link].sh_offset > f->size ||
            *names_size > f->size - f->sections[s->sh_link].sh_offset)
            return 0;
        *names = (const char *)f->data + f->sections[s->sh_link].sh_offset;
        return *symbols ? s->sh_size / sizeof(**symbols) : 0;
    }
    return 0;
}

struct names {
    const Elf64_Sym *symbols;
    const char *text;
    uint64_t size;
    size_t count;
};

static const char *name_of(const struct names *n, const Elf64_Sym *s)
{
    if (s->st_name >= n->size ||
        !memchr(n->text + s->st_name, 0, n->size - s->st_name))
        return "";
    return n->text + s->st_name;
}

static const Elf64_Sym *symbol_named(const struct names *n, const char *name)
{
    for (size_t i = 0; i < n->count; i++)
        if (!strcmp(name_of(n, &n->symbols[i]), name))
            return &n->symbols[i];
    return NULL;
}

static const char *operation_at(const struct names *n, uint64_t address)
{
    for (size_t i = 0; i < n->count; i++) {
        const char *name = name_of(n, &n->symbols[i]);

        if (n->symbols[i].st_value == address &&
            !strncmp(name, PREFIX, sizeof(PREFIX) - 1))
            return name + sizeof(PREFIX) - 1;
    }
    return "an operation without a name";
}

static const char *function_around(const struct names *n, uint64_t address)
{
    for (size_t i = 0; i < n->count; i++) {
        const Elf64_Sym *s = &n->symbols[i];

        if (ELF64_ST_TYPE(s->st_info) == STT_FUNC && address >= s->st_value &&
            address - s->st_value < s->st_size)
            return name_of(n, s);
    }
    return "no function";
}

/* The entries' bytes, by the section that holds the address. */
static const int32_t *entries_at(const struct file *f, uint64_t from,
                                 uint64_t size)
{
    for (unsigned i = 0; i < f->count; i++) {
        const Elf64_Shdr *s = &f->sections[i];

        if (s->sh_type == SHT_PROGBITS && from >= s->sh_addr &&
            from - s->sh_addr <= s->sh_size &&
            size <= s->sh_size - (from - s->sh_addr))
            return part(f, s->sh_offset + (from - s->sh_addr), size);
    }
    return NULL;
}

long inspect_sites(const char *path, bool list)
{
    struct file f = { 0 };
    struct names n = { 0 };
    const Elf64_Sym *start, *stop;
    const int32_t *entry;
    uint64_t count;

    if (!read_all(&f, path) || !find_sections(&f))
        return 0;
    n.count = find_symbols(&f, &n.symbols, &n.text, &n.size);
    start = symbol_named(&n, "__start_pv_sites");
    stop = symbol_named(&n, "__stop_pv_sites");
    if (!start || !stop || stop->st_value < start->st_value)
        return 0;
    count = (stop->st_value - start->st_value) / RECORD;
    entry = entries_at(&f, start->st_value, count * RECORD);
    for (uint64_t i = 0; list && entry && i < count; i++,
                  entry += RECORD / sizeof(*entry)) {
        uint64_t place = start->st_value + i * RECORD;
        uint64_t at = place + (uint64_t)(int64_t)entry[0];

        printf("0x%llx %s: %s\n", (unsigned long long)at,
               function_around(&n, at),
               operation_at(&n, place + 4 + (uint64_t)(int64_t)entry[1]));
    }
    free((void *)f.data);
    return (long)count;
}
