// SPDX-License-Identifier: MIT
// Looks at a kernel image before the boot: see kernel.h. The file is hostile:
// each offset and size in it is checked against the file's length before use.
#include "kernel.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/say.h"

#define NOTE_PHYS32_ENTRY 18 /* XEN_ELFNOTE_PHYS32_ENTRY: PVH */
#define MULTIBOOT_MAGIC 0x1badb002u
#define MULTIBOOT_SEARCH 8192

struct image {
    const char *path;
    const unsigned char *data;
    uint64_t size;
};

#define BAD(image, ...) \
    (say_at((image)->path, 0, 0, "error", __VA_ARGS__), false)

static bool inside(const struct image *image, uint64_t at, uint64_t size)
{
    return at <= image->size && size <= image->size - at;
}

static bool check_header(const struct image *image, Elf64_Ehdr *header)
{
    const unsigned char *id = image->data;

    if (image->size < EI_NIDENT || memcmp(id, ELFMAG, SELFMAG))
        return BAD(image, "this is not an ELF file");
    if (id[EI_CLASS] == ELFCLASS32)
        return BAD(image, "this is a 32-bit kernel; a PV guest is a 64-bit "
                          "ELF file, for Xen no longer hosts 32-bit ones");
    if (image->size < sizeof(*header))
        return BAD(image, "the ELF file is truncated: its header is cut off");
    memcpy(header, image->data, sizeof(*header));
    if (id[EI_CLASS] != ELFCLASS64 || id[EI_DATA] != ELFDATA2LSB)
        return BAD(image, "the ELF header is damaged: class %u, data %u",
                   id[EI_CLASS], id[EI_DATA]);
    if (header->e_machine != EM_X86_64)
        return BAD(image, "this kernel is for another machine (ELF machine "
                          "%u), not x86-64",
                   header->e_machine);
    if (header->e_type != ET_EXEC && header->e_type != ET_DYN)
        return BAD(image, "this is no linked kernel but an ELF file of type "
                          "%u (an object file?)",
                   header->e_type);
    if (header->e_phentsize != sizeof(Elf64_Phdr) || !header->e_phnum)
        return BAD(image, "the ELF file has no program headers to load");
    if (!inside(image, header->e_phoff,
                (uint64_t)header->e_phnum * sizeof(Elf64_Phdr)))
        return BAD(image, "the ELF file is truncated: its program headers "
                          "are cut off");
    return true;
}

/* Fields of a note are padded to four bytes; a damaged note ends the walk. */
static void read_notes(const struct image *image, uint64_t at, uint64_t size,
                       struct kernel *kernel)
{
    const unsigned char *data = image->data + at;
    Elf64_Nhdr note;

    while (size >= sizeof(note)) {
        uint64_t name, total;

        memcpy(&note, data, sizeof(note));
        name = ((uint64_t)note.n_namesz + 3) & ~3ull;
        total = sizeof(note) + name + (((uint64_t)note.n_descsz + 3) & ~3ull);
        if (sizeof(note) + name > size)
            return;
        if (note.n_namesz == 4 && !memcmp(data + sizeof(note), "Xen", 4)) {
            if (note.n_type == NOTE_PHYS32_ENTRY)
                kernel->has_pvh_entry = true;
            else
                kernel->has_xen_entry = true;
        }
        if (total > size)
            return;
        data += total;
        size -= total;
    }
}

static bool read_segments(const struct image *image, const Elf64_Ehdr *header,
                          struct kernel *kernel)
{
    for (unsigned i = 0; i < header->e_phnum; i++) {
        Elf64_Phdr phdr;

        memcpy(&phdr, image->data + header->e_phoff + i * sizeof(phdr),
               sizeof(phdr));
        if (phdr.p_type != PT_LOAD && phdr.p_type != PT_NOTE)
            continue;
        if (!inside(image, phdr.p_offset, phdr.p_filesz))
            return BAD(image, "the ELF file is truncated: segment %u ends at "
                              "byte %llu of a file of %llu bytes", i,
                       (unsigned long long)(phdr.p_offset + phdr.p_filesz),
                       (unsigned long long)image->size);
        if (phdr.p_type == PT_NOTE)
            read_notes(image, phdr.p_offset, phdr.p_filesz, kernel);
    }
    return true;
}

/* Notes may lie in a section alone, and old kernels have a __xen_guest one. */
static void read_sections(const struct image *image, const Elf64_Ehdr *header,
                          struct kernel *kernel)
{
    Elf64_Shdr names, section;

    if (header->e_shentsize != sizeof(section) ||
        header->e_shstrndx >= header->e_shnum ||
        !inside(image, header->e_shoff,
                (uint64_t)header->e_shnum * sizeof(section)))
        return;
    memcpy(&names, image->data + header->e_shoff +
           header->e_shstrndx * sizeof(names), sizeof(names));
    if (!inside(image, names.sh_offset, names.sh_size))
        return;
    for (unsigned i = 0; i < header->e_shnum; i++) {
        static const char legacy[] = "__xen_guest";

        memcpy(&section, image->data + header->e_shoff + i * sizeof(section),
               sizeof(section));
        if (section.sh_type == SHT_NOBITS ||
            !inside(image, section.sh_offset, section.sh_size))
            continue;
        if (section.sh_type == SHT_NOTE)
            read_notes(image, section.sh_offset, section.sh_size, kernel);
        if (section.sh_name < names.sh_size &&
            names.sh_size - section.sh_name >= sizeof(legacy) &&
            !memcmp(image->data + names.sh_offset + section.sh_name, legacy,
                    sizeof(legacy)))
            kernel->has_xen_entry = true;
    }
}

static bool find_multiboot(const struct image *image)
{
    for (uint64_t at = 0; at < MULTIBOOT_SEARCH; at += 4) {
        uint32_t head[3];

        if (!inside(image, at, sizeof(head)))
            return false;
        memcpy(head, image->data + at, sizeof(head));
        if (head[0] == MULTIBOOT_MAGIC && head[0] + head[1] + head[2] == 0)
            return true;
    }
    return false;
}

static bool read_image(const struct image *image, struct kernel *kernel)
{
    Elf64_Ehdr header;

    if (!check_header(image, &header))
        return false;
    if (!read_segments(image, &header, kernel))
        return false;
    read_sections(image, &header, kernel);
    kernel->has_multiboot = find_multiboot(image);
    return true;
}

bool kernel_read(const char *path, const char *name, struct kernel *kernel)
{
    struct image image = { .path = name };
    struct stat about;
    bool usable;
    void *map;
    int fd;

    memset(kernel, 0, sizeof(*kernel));
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &about)) {
        usable = BAD(&image, "cannot be read: %s", strerror(errno));
    } else if (!S_ISREG(about.st_mode)) {
        usable = BAD(&image, "this is not a regular file");
    } else if (about.st_size == 0) {
        usable = BAD(&image, "the file is empty");
    } else {
        image.size = (uint64_t)about.st_size;
        map = mmap(NULL, image.size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (map == MAP_FAILED)
            fail(STATUS_TOOL, "cannot map %s: %s", path, strerror(errno));
        image.data = map;
        usable = read_image(&image, kernel);
        munmap(map, image.size);
    }
    if (fd >= 0)
        close(fd);
    return usable;
}
