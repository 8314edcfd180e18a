// SPDX-License-Identifier: MIT
// Reads a built image: its code is decoded with Zydis, named by its symbols
// and placed in the source by its debug information. The rule: what does not
// decode is skipped a byte at a time, and what the image does not say (in
// which mode code runs) is assumed from its kind and called assumed.
#include <elfutils/libdw.h>
#include <errno.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "judge.h"
#include "lib/say.h"

#define NAMES 32768 /* of source files, in a hash table */

struct symbol {
    uint64_t from, to;
    const char *name;
    bool code;
};

struct row { /* of the line table */
    uint64_t address;
    const char *file;
    unsigned line;
    unsigned mode; /* 16 or 32: its source says so; 0: the image's own */
    bool end;
};

struct image {
    struct judgement *out;
    const struct scan *scan; /* NULL: no source is scanned */
    Elf *elf;
    bool is_64;
    LIST(struct symbol) symbols;
    LIST(struct row) rows;
    const char *names[NAMES];
    ZydisDecoder decoders[3]; /* 16, 32, 64 */
};

static int by_address(const void *a, const void *b)
{
    const struct row *x = a, *y = b;

    if (x->address != y->address)
        return x->address < y->address ? -1 : 1;
    return (int)y->end - (int)x->end; /* an end before what begins there */
}

static int by_from(const void *a, const void *b)
{
    const struct symbol *x = a, *y = b;

    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->to < y->to ? 1 : x->to > y->to ? -1 : 0;
}

static void read_symbols(struct image *image, Elf_Scn *section,
                         const GElf_Shdr *header)
{
    Elf_Data *data = elf_getdata(section, NULL);
    GElf_Sym symbol;

    for (int i = 0; data && gelf_getsym(data, i, &symbol); i++) {
        const char *name = elf_strptr(image->elf, header->sh_link,
                                      symbol.st_name);
        int type = GELF_ST_TYPE(symbol.st_info);
        struct symbol *s;

        if (!name || !*name || symbol.st_shndx == SHN_UNDEF ||
            (type != STT_FUNC && type != STT_NOTYPE && type != STT_OBJECT))
            continue;
        s = list_add(&image->symbols);
        s->from = symbol.st_value;
        s->to = symbol.st_value + symbol.st_size;
        s->name = mem_dup(name);
        s->code = type != STT_OBJECT;
    }
}

/* One copy of each file name: rows are many, names few. */
static const char *keep_name(struct image *image, const char *name)
{
    size_t hash = 5381;

    for (const char *c = name; *c; c++)
        hash = hash * 33 ^ (unsigned char)*c;
    for (size_t i = 0; i < NAMES; i++) {
        const char **kept = &image->names[(hash + i) % NAMES];

        if (!*kept)
            *kept = mem_dup(name);
        if (!strcmp(*kept, name))
            return *kept;
    }
    return mem_dup(name); /* more files than any kernel has */
}

/* What the source says of the mode in which this line's code runs. */
static unsigned mode_of(const struct image *image, const struct row *row)
{
    const struct source *s =
        image->scan ? judge_source(image->scan, row->file) : NULL;
    unsigned mode = 0;

    for (size_t i = 0; s && i < s->modes.count; i++)
        if (s->modes.items[i].line <= row->line)
            mode = s->modes.items[i].mode;
    return mode;
}

static void read_lines_of(struct image *image, Dwarf_Die *unit)
{
    Dwarf_Lines *lines;
    size_t count;

    if (dwarf_getsrclines(unit, &lines, &count))
        return;
    for (size_t i = 0; i < count; i++) {
        Dwarf_Line *line = dwarf_onesrcline(lines, i);
        const char *file = line ? dwarf_linesrc(line, NULL, NULL) : NULL;
        struct row *row;
        Dwarf_Addr address;
        int number = 0;
        bool end = false;

        if (!file || dwarf_lineaddr(line, &address))
            continue;
        dwarf_lineno(line, &number);
        dwarf_lineendsequence(line, &end);
        row = list_add(&image->rows);
        row->address = address;
        row->file = keep_name(image, file);
        row->line = number > 0 ? (unsigned)number : 0;
        row->mode = mode_of(image, row);
        row->end = end;
    }
}

static int by_place(const void *a, const void *b)
{
    const struct code_line *x = a, *y = b;
    int order = strcmp(x->file, y->file);

    return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* Which lines the image has code of. */
static void keep_lines(struct image *image)
{
    struct judgement *j = image->out;
    size_t kept = 0;

    for (size_t i = 0; i < image->rows.count; i++) {
        const struct row *row = &image->rows.items[i];

        if (!row->end && row->line)
            *list_add(&j->lines) = (struct code_line){ row->file, row->line };
    }
    if (j->lines.count)
        qsort(j->lines.items, j->lines.count, sizeof(struct code_line),
              by_place);
    for (size_t i = 0; i < j->lines.count; i++)
        if (!kept || by_place(&j->lines.items[i], &j->lines.items[kept - 1]))
            j->lines.items[kept++] = j->lines.items[i];
    j->lines.count = kept;
}

static void read_lines(struct image *image, Elf *elf)
{
    Dwarf *dwarf = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
    Dwarf_Off offset = 0, next;
    size_t header;

    while (dwarf && !dwarf_nextcu(dwarf, offset, &next, &header, NULL, NULL,
                                  NULL)) {
        Dwarf_Die unit;

        if (next <= offset)
            break;
        if (dwarf_offdie(dwarf, offset + header, &unit))
            read_lines_of(image, &unit);
        offset = next;
    }
    dwarf_end(dwarf);
    if (image->rows.count)
        qsort(image->rows.items, image->rows.count, sizeof(struct row),
              by_address);
    image->out->has_lines = image->rows.count > 0;
    keep_lines(image);
}

/* The row that an address belongs to: the last at or before it. */
/* The number of rows at or below an address. */
static size_t rows_below(const struct image *image, uint64_t address)
{
    size_t low = 0, high = image->rows.count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (image->rows.items[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct row *row_of(const struct image *image, uint64_t address)
{
    size_t below = rows_below(image, address);

    if (!below || image->rows.items[below - 1].end)
        return NULL;
    return &image->rows.items[below - 1];
}

static const struct symbol *symbol_of(const struct image *image,
                                      uint64_t address)
{
    const struct symbol *found = NULL;
    size_t low = 0, high = image->symbols.count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (image->symbols.items[middle].from <= address)
            low = middle + 1;
        else
            high = middle;
    }
    /* The nearest that holds it; else the nearest that has no size. */
    for (size_t i = low; i-- > 0 && low - i < 64;) {
        const struct symbol *s = &image->symbols.items[i];

        if (address < s->to)
            return s;
        if (!found && s->from == s->to)
            found = s;
    }
    return found;
}

/* .code16 and .code32 parts of an image are known by their symbols and
 * sections alone; the judge asks the source for what it knows. */
static void add_site(struct image *image, uint64_t address,
                     const uint8_t *bytes, const char *section,
                     const ZydisDecodedInstruction *insn, enum rule rule)
{
    const struct row *row = row_of(image, address);
    const struct symbol *symbol = symbol_of(image, address);
    struct site *site = list_add(&image->out->sites);

    site->address = address;
    site->rule = rule;
    site->file = row ? row->file : NULL;
    site->line = row ? row->line : 0;
    site->symbol = symbol ? symbol->name : "";
    site->section = section;
    site->length = insn->length;
    site->mode = row && row->mode ? row->mode : image->is_64 ? 64 : 32;
    site->mode_known = row && row->mode;
    site->begins_row = row && row->address == address;
    memcpy(site->bytes, bytes, insn->length);
}

/* Where data that a symbol names lies in the code: its end, or 0. */
static uint64_t data_at(const struct image *image, uint64_t address)
{
    const struct symbol *s = symbol_of(image, address);

    return s && !s->code && address < s->to ? s->to : 0;
}

/*
 * A boot loader's header stands in front of the code of many kernels, under
 * no symbol of its own kind: its length if one begins here, else 0.
 */
static size_t boot_header(const uint8_t *code, size_t size)
{
    uint32_t word[4];

    if (size < sizeof(word))
        return 0;
    memcpy(word, code, sizeof(word));
    if (word[0] == 0x1badb002 && word[0] + word[1] + word[2] == 0)
        return word[1] & 1u << 16 ? 32 : 12;
    if (word[0] == 0xe85250d6 && word[0] + word[1] + word[2] + word[3] == 0)
        return word[2];
    return 0;
}

/* The first symbol or line behind an address: where an instruction must
 * begin, and none goes across. */
static uint64_t next_begin(const struct image *image, uint64_t address)
{
    size_t low = 0, high = image->symbols.count;
    size_t row = rows_below(image, address);
    uint64_t begin = UINT64_MAX;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (image->symbols.items[middle].from <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < image->symbols.count)
        begin = image->symbols.items[low].from;
    if (row < image->rows.count && image->rows.items[row].address < begin)
        begin = image->rows.items[row].address;
    return begin;
}

static const ZydisDecoder *decoder_for(const struct image *image,
                                       uint64_t address)
{
    const struct row *row = row_of(image, address);
    unsigned mode = row && row->mode ? row->mode : image->is_64 ? 64 : 32;

    return &image->decoders[mode / 32];
}

/* ud2, then "xen": what follows is answered by the hypervisor on purpose. */
static size_t emulation_prefix(const uint8_t *code, size_t size)
{
    static const uint8_t prefix[] = { 0x0f, 0x0b, 'x', 'e', 'n' };

    return size > sizeof(prefix) && !memcmp(code, prefix, sizeof(prefix))
               ? sizeof(prefix) : 0;
}

static void decode_section(struct image *image, const GElf_Shdr *header,
                           const uint8_t *code, size_t size, const char *name)
{
    size_t at = 0, checked = 0;

    while (at < size) {
        uint64_t address = header->sh_addr + at;
        ZydisDecoderContext context;
        ZydisDecodedInstruction insn;
        ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
        const ZydisDecoder *decoder = decoder_for(image, address);
        enum rule rule;
        uint64_t next;
        size_t forced;

        if (at >= checked) {
            uint64_t end = data_at(image, address);

            checked = at + 16;
            if (end) {
                at += end - address;
                checked = at;
                continue;
            }
        }
        if (boot_header(code + at, size - at)) {
            at += boot_header(code + at, size - at);
            continue;
        }
        forced = emulation_prefix(code + at, size - at);
        at += forced;
        if (!ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(
                decoder, &context, code + at, size - at, &insn))) {
            at++;
            continue;
        }
        next = next_begin(image, address);
        if (address + insn.length > next) { /* not code, or not from here */
            at += next - address;
            continue;
        }
        if (forced) {
            at += insn.length;
            continue;
        }
        if (ZYAN_SUCCESS(ZydisDecoderDecodeOperands(
                decoder, &context, &insn, operands,
                insn.operand_count_visible))) {
            rule = bytes_rule_of(&insn, operands);
            if (rule)
                add_site(image, address, code + at, name, &insn, rule);
        }
        at += insn.length;
    }
}

static void each_section(struct image *image, bool symbols)
{
    Elf_Scn *section = NULL;
    size_t names;

    if (elf_getshdrstrndx(image->elf, &names))
        return;
    while ((section = elf_nextscn(image->elf, section))) {
        GElf_Shdr header;
        const char *name;
        Elf_Data *data;

        if (!gelf_getshdr(section, &header))
            continue;
        name = elf_strptr(image->elf, names, header.sh_name);
        if (symbols) {
            if (header.sh_type == SHT_SYMTAB)
                read_symbols(image, section, &header);
            continue;
        }
        if (!(header.sh_flags & SHF_EXECINSTR) ||
            header.sh_type == SHT_NOBITS)
            continue;
        data = elf_rawdata(section, NULL);
        if (data && data->d_buf)
            decode_section(image, &header, data->d_buf, data->d_size,
                           mem_dup(name ? name : "?"));
    }
}

struct judgement *judge_read(const char *path, const struct scan *scan)
{
    struct image *image = mem_alloc(sizeof(*image));
    struct source *file = source_load(path, path);
    GElf_Ehdr header;

    image->out = mem_alloc(sizeof(*image->out));
    image->scan = scan;
    if (!file)
        fail(STATUS_UNUSABLE, "cannot read %s: %s", path, strerror(errno));
    elf_version(EV_CURRENT);
    image->elf = elf_memory((char *)file->text, file->size);
    if (!image->elf || elf_kind(image->elf) != ELF_K_ELF ||
        !gelf_getehdr(image->elf, &header))
        fail(STATUS_UNUSABLE, "%s is not a whole ELF image: %s", path,
             elf_errmsg(-1));
    if (header.e_machine != EM_X86_64 && header.e_machine != EM_386)
        fail(STATUS_UNUSABLE, "%s is not for x86", path);
    image->out->image = path;
    image->is_64 = header.e_machine == EM_X86_64;
    ZydisDecoderInit(&image->decoders[0], ZYDIS_MACHINE_MODE_LEGACY_16,
                     ZYDIS_STACK_WIDTH_16);
    ZydisDecoderInit(&image->decoders[1], ZYDIS_MACHINE_MODE_LEGACY_32,
                     ZYDIS_STACK_WIDTH_32);
    ZydisDecoderInit(&image->decoders[2], ZYDIS_MACHINE_MODE_LONG_64,
                     ZYDIS_STACK_WIDTH_64);
    each_section(image, true);
    if (image->symbols.count)
        qsort(image->symbols.items, image->symbols.count,
              sizeof(struct symbol), by_from);
    read_lines(image, image->elf);
    each_section(image, false);
    elf_end(image->elf);
    return image->out;
}
