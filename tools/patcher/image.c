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
    NOTE_SUPPORTED_FEATURES = 17,
    NOTE_PHYS32_ENTRY = 18,
};

#define FEATURE_DOM0 11 /* its bit */

static uint32_t word_at(const struct source *s, size_t at)
{
    uint32_t value = 0;

    if (at + 4 <= s->size)
        memcpy(&value, s->text + at, 4);
    return value;
}

/* A number of an odd size is 0, as for Xen. */
static uint64_t number(const char *data, size_t size)
{
    uint64_t value = 0;

    if (size == 1 || size == 2 || size == 4 || size == 8)
        memcpy(&value, data, size);
    return value;
}

/* "a|!b": b is one that the kernel cannot do without. False: it is one that
 * Xen does not know, and there it stops reading. */
static bool read_features(struct boot_image *image, const char *text)
{
    static const char *const known[] = {
        "writable_page_tables", "writable_descriptor_tables",
        "auto_translated_physmap", "supervisor_mode_kernel",
        "pae_pgdir_above_4gb", "hvm_callback_vector", "dom0",
    };
    char *rest = mem_dup(text), *name;

    while ((name = strsep(&rest, "|"))) {
        bool is_known = false;

        if (*name++ != '!')
            continue;
        for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
            is_known |= !strcmp(name, known[i]);
        image->requires_ring0 |= !strcmp(name, "supervisor_mode_kernel");
        image->requires_dom0 |= !strcmp(name, "dom0");
        if (!is_known) {
            image->unknown_feature = name;
            return false;
        }
    }
    return true;
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
        read_features(image, mem_copy(data, strnlen(data, size)));
        break;
    case NOTE_SUPPORTED_FEATURES:
        image->denies_dom0 = !(number(data, size) & 1u << FEATURE_DOM0);
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
            image->has_cut_note = true;
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
        else if (!strcmp(pair, "HYPERCALL_PAGE")) /* a frame of the map */
            image->hypercall_page = strtoull(value, NULL, 0) << 12;
        else if (!strcmp(pair, "FEATURES") && !read_features(image, value))
            break;
    }
    image->unknown_feature = NULL; /* here it only ends the reading */
    if (image->hypercall_page != IMAGE_UNSET &&
        image->virt_base != IMAGE_UNSET)
        image->hypercall_page += image->virt_base;
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
        count = 0;
    image->low = IMAGE_UNSET;
    for (size_t i = 0; i < count; i++) {
        struct image_segment *segment;
        GElf_Phdr header;

        if (!gelf_getphdr(elf, (int)i, &header))
            continue;
        if (header.p_type == PT_NOTE && header.p_offset) {
            bool had = image->pvh_entry != IMAGE_UNSET;

            read_notes(image, s, header.p_offset, header.p_filesz);
            if (!had && image->pvh_entry != IMAGE_UNSET) {
                image->pvh_is_in_segment = true;
                image->notes_align = (unsigned)header.p_align;
            }
        }
        image->has_interpreter |= header.p_type == PT_INTERP;
        image->has_dynamic |= header.p_type == PT_DYNAMIC;
        if (header.p_type != PT_LOAD || !header.p_memsz ||
            !(header.p_flags & (PF_R | PF_W | PF_X)))
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

/* The tags behind a multiboot2 header: those that GRUB has to know. */
static void read_multiboot2(struct boot_image *image, const struct source *s,
                            size_t at)
{
    size_t end = at + word_at(s, at + 8);

    for (at += 16; at + 8 <= end && at + 8 <= s->size;) {
        unsigned type = word_at(s, at) & 0xffff;
        bool optional = word_at(s, at) >> 16 & 1;
        size_t size = word_at(s, at + 4);

        if (!type || size < 8)
            return;
        image->multiboot2_has_address |= type == 2;
        image->multiboot2_has_entry |= type == 3;
        if (type > 10 && !optional && !image->multiboot2_unknown)
            image->multiboot2_unknown = type;
        at += (size + 7) & ~(size_t)7;
    }
}

static void find_multiboot(struct boot_image *image, const struct source *s)
{
    image->multiboot1 = image->multiboot2 = -1;
    for (size_t at = 0; at + 12 <= s->size && at + 12 <= MULTIBOOT1_WITHIN;
         at += 4)
        if (word_at(s, at) == MULTIBOOT1_MAGIC &&
            !(word_at(s, at) + word_at(s, at + 4) + word_at(s, at + 8))) {
            image->multiboot1 = (long)at;
            image->mb1.flags = word_at(s, at + 4);
            image->mb1.header = word_at(s, at + 12);
            image->mb1.load = word_at(s, at + 16);
            image->mb1.load_end = word_at(s, at + 20);
            image->mb1.bss_end = word_at(s, at + 24);
            image->mb1.entry = word_at(s, at + 28);
            break;
        }
    for (size_t at = 0; at + 16 <= s->size && at + 16 <= MULTIBOOT2_WITHIN;
         at += 8)
        if (word_at(s, at) == MULTIBOOT2_MAGIC &&
            !(word_at(s, at) + word_at(s, at + 4) + word_at(s, at + 8) +
              word_at(s, at + 12))) {
            image->multiboot2 = (long)at;
            read_multiboot2(image, s, at);
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
    image->headers_end = header.e_phoff +
                         (uint64_t)header.e_phnum * header.e_phentsize;
    find_multiboot(image, s);
    read_segments(image, elf, s);
    read_sections(image, elf, s);
    elf_end(elf);
    if (image->machine != EM_X86_64 && image->machine != EM_386)
        image->damage = "this ELF file is not for x86";
    return image->damage == NULL;
}
