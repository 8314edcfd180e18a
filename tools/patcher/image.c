// SPDX-License-Identifier: MIT
// Reads what an image says to a boot loader: see image.h. The file may be
// damaged or hostile: libelf reads its structure, and every offset that is
// used beside it is checked against the file's size.
#include "image.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source.h"

#define MULTIBOOT1_MAGIC 0x1badb002u
#define MULTIBOOT1_WITHIN 8192
#define MULTIBOOT2_MAGIC 0xe85250d6u
#define MULTIBOOT2_WITHIN 32768

enum { /* Xen's note types, from its public elfnote.h */
    NOTE_ENTRY = 1,
    NOTE_HYPERCALL_PAGE = 2,
    NOTE_VIRT_BASE = 3,
    NOTE_PADDR_OFFSET = 4,
    NOTE_XEN_VERSION = 5,
    NOTE_GUEST_OS = 6,
    NOTE_LOADER = 8,
    NOTE_FEATURES = 10,
    NOTE_HV_START_LOW = 12,
    NOTE_INIT_P2M = 15,
    NOTE_PHYS32_ENTRY = 18,
};

static uint32_t word_at(const struct source *s, size_t at)
{
    uint32_t value = 0;

    if (at + 4 <= s->size)
        memcpy(&value, s->text + at, 4);
    return value;
}

static uint64_t number(const char *data, size_t size)
{
    uint64_t value = 0;

    memcpy(&value, data, size < 8 ? size : 8);
    return value;
}

static void read_note(struct boot_image *image, unsigned type,
                      const char *data, size_t size)
{
    if (type != NOTE_PHYS32_ENTRY)
        image->has_notes = true;
    switch (type) {
    case NOTE_ENTRY:
        image->pv_entry = number(data, size);
        break;
    case NOTE_HYPERCALL_PAGE:
        image->hypercall_page = number(data, size);
        break;
    case NOTE_VIRT_BASE:
        image->virt_base = number(data, size);
        break;
    case NOTE_PADDR_OFFSET:
        image->paddr_offset = number(data, size);
        break;
    case NOTE_HV_START_LOW:
        image->hv_start_low = number(data, size);
        break;
    case NOTE_INIT_P2M:
        image->init_p2m = number(data, size);
        break;
    case NOTE_PHYS32_ENTRY:
        image->pvh_entry = number(data, size);
        break;
    case NOTE_XEN_VERSION:
        image->xen_version = mem_copy(data, strnlen(data, size));
        break;
    case NOTE_GUEST_OS:
        image->guest_os = mem_copy(data, strnlen(data, size));
        break;
    case NOTE_LOADER:
        image->loader = mem_copy(data, strnlen(data, size));
        break;
    case NOTE_FEATURES:
        image->features = mem_copy(data, strnlen(data, size));
        break;
    }
}

/* Xen's notes are padded to four bytes whatever the segment's alignment. */
static void read_notes(struct boot_image *image, const struct source *s,
                       uint64_t from, uint64_t size)
{
    uint64_t to = from + size;

    if (to < from || to > s->size)
        return;
    while (to - from >= 12) {
        uint64_t name = word_at(s, from), desc = word_at(s, from + 4);
        unsigned type = word_at(s, from + 8);
        uint64_t at = from + 12 + ((name + 3) & ~3ull);

        if (at > to || desc > to - at) {
            image->damage = "a note is longer than its segment";
            return;
        }
        if (name == 4 && !memcmp(s->text + from + 12, "Xen", 4))
            read_note(image, type, s->text + at, desc);
        from = at + ((desc + 3) & ~3ull);
        if (from > to)
            return;
    }
}

/* GUEST_OS=x,XEN_VER=xen-3.0,VIRT_BASE=0x... */
static void read_legacy(struct boot_image *image, const char *data,
                        size_t size)
{
    char *text = mem_copy(data, strnlen(data, size)), *pair;

    image->is_legacy = image->has_notes = true;
    while ((pair = strsep(&text, ","))) {
        char *value = strchr(pair, '=');

        if (!value)
            continue;
        *value++ = 0;
        if (!strcmp(pair, "GUEST_OS"))
            image->guest_os = value;
        else if (!strcmp(pair, "XEN_VER"))
            image->xen_version = value;
        else if (!strcmp(pair, "LOADER"))
            image->loader = value;
        else if (!strcmp(pair, "VIRT_BASE"))
            image->virt_base = strtoull(value, NULL, 0);
        else if (!strcmp(pair, "VIRT_ENTRY"))
            image->pv_entry = strtoull(value, NULL, 0);
        else if (!strcmp(pair, "ELF_PADDR_OFFSET"))
            image->paddr_offset = strtoull(value, NULL, 0);
    }
}

static void read_sections(struct boot_image *image, Elf *elf,
                          const struct source *s)
{
    Elf_Scn *section = NULL;
    bool notes = image->has_notes;
    size_t names;

    if (elf_getshdrstrndx(elf, &names))
        return;
    while ((section = elf_nextscn(elf, section))) {
        GElf_Shdr header;
        const char *name;

        if (!gelf_getshdr(section, &header))
            continue;
        name = elf_strptr(elf, names, header.sh_name);
        if (header.sh_type == SHT_NOTE && !notes)
            read_notes(image, s, header.sh_offset, header.sh_size);
        else if (name && !strcmp(name, "__xen_guest") && !image->has_notes &&
                 header.sh_offset <= s->size &&
                 header.sh_size <= s->size - header.sh_offset)
            read_legacy(image, s->text + header.sh_offset, header.sh_size);
    }
}

static void read_segments(struct boot_image *image, Elf *elf,
                          const struct source *s)
{
    size_t count;

    if (elf_getphdrnum(elf, &count))
        return;
    image->low = IMAGE_UNSET;
    for (size_t i = 0; i < count; i++) {
        struct image_segment *segment;
        GElf_Phdr header;

        if (!gelf_getphdr(elf, (int)i, &header))
            continue;
        if (header.p_type == PT_NOTE)
            read_notes(image, s, header.p_offset, header.p_filesz);
        image->has_interpreter |= header.p_type == PT_INTERP;
        image->has_dynamic |= header.p_type == PT_DYNAMIC;
        if (header.p_type != PT_LOAD || !header.p_memsz)
            continue;
        if (header.p_offset > s->size ||
            header.p_filesz > s->size - header.p_offset)
            image->damage = "it ends before the data of a segment: it is "
                            "truncated";
        segment = list_add(&image->segments);
        segment->paddr = header.p_paddr;
        segment->vaddr = header.p_vaddr;
        segment->file_size = header.p_filesz;
        segment->memory_size = header.p_memsz;
        segment->executable = header.p_flags & PF_X;
        segment->writable = header.p_flags & PF_W;
        if (header.p_paddr < image->low)
            image->low = header.p_paddr;
        if (header.p_paddr + header.p_memsz > image->high)
            image->high = header.p_paddr + header.p_memsz;
    }
    if (!image->segments.count)
        image->damage = "it has no segment that is loaded";
}

static void find_multiboot(struct boot_image *image, const struct source *s)
{
    image->multiboot1 = image->multiboot2 = -1;
    for (size_t at = 0; at + 12 <= s->size && at < MULTIBOOT1_WITHIN; at += 4)
        if (word_at(s, at) == MULTIBOOT1_MAGIC &&
            !(word_at(s, at) + word_at(s, at + 4) + word_at(s, at + 8))) {
            image->multiboot1 = (long)at;
            image->multiboot1_flags = word_at(s, at + 4);
            break;
        }
    for (size_t at = 0; at + 16 <= s->size && at < MULTIBOOT2_WITHIN; at += 8)
        if (word_at(s, at) == MULTIBOOT2_MAGIC &&
            !(word_at(s, at) + word_at(s, at + 4) + word_at(s, at + 8) +
              word_at(s, at + 12))) {
            image->multiboot2 = (long)at;
            break;
        }
}

bool boot_image_read(struct boot_image *image, const char *path)
{
    struct source *s = source_load(path, path);
    GElf_Ehdr header;
    Elf *elf;

    *image = (struct boot_image){ .path = path };
    image->pv_entry = image->virt_base = image->paddr_offset = IMAGE_UNSET;
    image->hypercall_page = image->init_p2m = image->pvh_entry = IMAGE_UNSET;
    image->hv_start_low = IMAGE_UNSET;
    image->loader = image->guest_os = image->xen_version = "";
    if (!s) {
        image->damage = mem_format("cannot be read: %s", strerror(errno));
        return false;
    }
    elf_version(EV_CURRENT);
    elf = elf_memory((char *)s->text, s->size);
    if (!elf || elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header)) {
        image->damage = s->size < 4 || memcmp(s->text, ELFMAG, SELFMAG)
                            ? "this is not an ELF file"
                            : "the ELF file is truncated or damaged";
        return false;
    }
    image->is_64 = gelf_getclass(elf) == ELFCLASS64;
    image->machine = header.e_machine;
    image->type = header.e_type;
    image->entry = header.e_entry;
    find_multiboot(image, s);
    read_segments(image, elf, s);
    read_sections(image, elf, s);
    elf_end(elf);
    if (image->machine != EM_X86_64 && image->machine != EM_386)
        image->damage = "this ELF file is not for x86";
    return image->damage == NULL;
}
