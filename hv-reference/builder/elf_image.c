// SPDX-License-Identifier: MIT
/*
 * Reading an ELF64 kernel image. The rule: nothing is read outside the file.
 */
#include "builder/elf_image.h"

#include "builder/elf.h"
#include "core/lib.h"

/* Is [offset, offset + size) inside the file? */
static bool inside(const struct image *image, uint64_t offset, uint64_t size)
{
    return offset <= image->size && size <= image->size - offset;
}

static bool read_header(const struct image *image, struct elf64_header *header)
{
    if (!inside(image, 0, sizeof(*header)))
        return false;
    memcpy(header, image->bytes, sizeof(*header));
    return true;
}

static bool read_program(const struct image *image, unsigned int index,
                         struct elf64_program *program)
{
    struct elf64_header header;
    uint64_t offset;

    if (!read_header(image, &header) || index >= header.phnum)
        return false;
    offset = header.phoff + (uint64_t)index * header.phentsize;
    if (offset < header.phoff || !inside(image, offset, sizeof(*program)))
        return false;
    memcpy(program, image->bytes + offset, sizeof(*program));
    return true;
}

static bool read_section(const struct image *image, unsigned int index,
                         struct elf64_section *section)
{
    struct elf64_header header;
    uint64_t offset;

    if (!read_header(image, &header) || index >= header.shnum)
        return false;
    offset = header.shoff + (uint64_t)index * header.shentsize;
    if (offset < header.shoff || !inside(image, offset, sizeof(*section)))
        return false;
    memcpy(section, image->bytes + offset, sizeof(*section));
    return true;
}

/* Does section SECTION bear NAME? */
static bool section_is_named(const struct image *image,
                             const struct elf64_section *section,
                             const char *name)
{
    struct elf64_header header;
    struct elf64_section names;
    size_t length = strlen(name) + 1;
    uint64_t offset;

    if (!read_header(image, &header) ||
        !read_section(image, header.shstrndx, &names))
        return false;
    offset = names.offset + section->name;
    return offset >= names.offset && inside(image, offset, length) &&
           memcmp(image->bytes + offset, name, length) == 0;
}

/* Loadable, as Xen's builder sees it. */
static bool is_loaded(const struct elf64_program *program)
{
    return program->type == PT_LOAD && (program->flags & (PF_R | PF_W | PF_X)) &&
           program->memsz != 0;
}

bool image_next_segment(const struct image *image, unsigned int *next,
                        struct image_segment *segment)
{
    struct elf64_program program;

    while (read_program(image, *next, &program)) {
        (*next)++;
        if (!is_loaded(&program))
            continue;
        segment->paddr = program.paddr - image->paddr_offset;
        segment->offset = program.offset;
        segment->file_size = program.filesz;
        segment->memory_size = program.memsz;
        return true;
    }
    return false;
}

static const char *check_header(const struct image *image)
{
    static const uint8_t magic[4] = {0x7f, 'E', 'L', 'F'};
    struct elf64_header header;

    if (image->size < 16 || memcmp(image->bytes, magic, 4) != 0)
        return "the kernel image is not an ELF file";
    if (image->bytes[ELF_CLASS] != ELF_CLASS_64)
        return "the kernel image is a 32-bit ELF file; only 64-bit kernels "
               "can be PV guests here";
    if (!read_header(image, &header))
        return "the kernel image is shorter than its ELF header: it is "
               "truncated";
    if (header.machine != ELF_MACHINE_86)
        return "the kernel image is not for x86-64";
    if (header.phnum == 0 || header.phentsize < sizeof(struct elf64_program))
        return "the kernel image has no program headers: nothing says what "
               "to load";
    if (!inside(image, header.phoff, (uint64_t)header.phnum * header.phentsize))
        return "the kernel image ends before its program headers: it is "
               "truncated";
    return NULL;
}

/* The range that the loadable segments cover, each of them checked. */
static const char *measure(struct image *image)
{
    struct elf64_program program;
    unsigned int i;

    image->load_start = ~0UL;
    image->load_end = 0;
    for (i = 0; read_program(image, i, &program); i++) {
        if (!is_loaded(&program))
            continue;
        if (!inside(image, program.offset, program.filesz))
            return "the kernel image ends before the data of a segment: it "
                   "is truncated";
        if (program.filesz > program.memsz)
            return "a segment of the kernel image is larger in the file than "
                   "in memory";
        if (program.paddr + program.memsz < program.paddr)
            return "a segment of the kernel image wraps round the end of "
                   "memory";
        image->load_start = min_of(image->load_start, program.paddr);
        image->load_end = max_of(image->load_end, program.paddr + program.memsz);
    }
    return image->load_end ? NULL
                           : "the kernel image has no loadable segment";
}

/* The three places where Xen looks for its notes, in its order. */
static const char *find_notes(struct image *image)
{
    struct elf64_program program;
    struct elf64_section section;
    const char *error = NULL;
    unsigned int i;

    for (i = 0; !error && read_program(image, i, &program); i++) {
        if (program.type == PT_NOTE && program.offset)
            error = image_read_notes(image, program.offset, program.filesz);
    }
    if (error || image->has_notes)
        return error;
    for (i = 1; !error && read_section(image, i, &section); i++) {
        if (section.type == SHT_NOTE)
            error = image_read_notes(image, section.offset, section.size);
    }
    if (error || image->has_notes)
        return error;
    for (i = 1; read_section(image, i, &section); i++) {
        if (section_is_named(image, &section, "__xen_guest"))
            return image_read_legacy(image, section.offset, section.size);
    }
    return "the kernel image has neither Xen ELF notes nor a __xen_guest "
           "section: it was not built to run as a PV guest";
}

/* Defaults for what was not given, then the checks that Xen makes. */
static const char *settle_addresses(struct image *image)
{
    struct elf64_header header;

    if (!read_header(image, &header))
        return "the kernel image is truncated";
    if (image->paddr_offset != IMAGE_UNSET && image->virt_base == IMAGE_UNSET)
        return "the note PADDR_OFFSET is given without VIRT_BASE";
    if (image->virt_base == IMAGE_UNSET)
        image->virt_base = 0;
    if (image->paddr_offset == IMAGE_UNSET)
        image->paddr_offset = image->is_legacy ? image->virt_base : 0;
    if (image->entry == IMAGE_UNSET)
        image->entry = header.entry;
    if (image->load_start < image->paddr_offset)
        return "a segment lies below the note PADDR_OFFSET";

    image->virt_start = image->load_start - image->paddr_offset +
                        image->virt_base;
    image->virt_end = image->load_end - image->paddr_offset + image->virt_base;
    if (image->virt_start > image->virt_end ||
        image->virt_base > image->virt_start)
        return "the kernel's virtual addresses wrap round: the note VIRT_BASE "
               "or PADDR_OFFSET is wrong";
    if (image->entry < image->virt_start || image->entry > image->virt_end)
        return "the entry point lies outside the kernel image (note ENTRY, "
               "or VIRT_BASE)";
    if (image->init_p2m != IMAGE_UNSET && image->init_p2m >= image->virt_start &&
        image->init_p2m < image->virt_end)
        return "the note INIT_P2M points into the kernel image";
    return NULL;
}

/* Would any of [start, end) hide behind the hypervisor's slots? */
static bool in_guest_range(uint64_t start, uint64_t end)
{
    if (end < start)
        return false;
    return end <= 0x0000800000000000UL || start >= HV_VIRT_END;
}

static const char *check_map(const struct image *image)
{
    if (strncmp(image->xen_version, "xen-3.0", 7) != 0)
        return "the note XEN_VERSION is not \"xen-3.0\"";
    if (strncmp(image->loader, "generic", 7) != 0 &&
        strncmp(image->guest_os, "linux", 5) != 0)
        return "the note LOADER is not \"generic\"";
    if (!in_guest_range(image->virt_start, image->virt_end))
        return "the kernel asks to be mapped where the hypervisor is "
               "(0xffff800000000000 to 0xffff880000000000)";
    if (image->init_p2m != IMAGE_UNSET &&
        (image->init_p2m & ~PAGE_MASK ||
         !in_guest_range(image->init_p2m, image->init_p2m + PAGE_SIZE)))
        return "the note INIT_P2M is not a page in the guest's own range";
    if (image->hypercall_page != IMAGE_UNSET &&
        (image->hypercall_page & ~PAGE_MASK ||
         image->hypercall_page < image->virt_start ||
         image->hypercall_page + PAGE_SIZE > round_up(image->virt_end,
                                                      PAGE_SIZE)))
        return "the note HYPERCALL_PAGE is not a page of the kernel image";
    return NULL;
}

const char *image_parse(struct image *image, const void *bytes, uint64_t size)
{
    const char *error;

    memset(image, 0, sizeof(*image));
    image->bytes = bytes;
    image->size = size;
    image->virt_base = image->paddr_offset = image->entry = IMAGE_UNSET;
    image->hypercall_page = image->init_p2m = IMAGE_UNSET;

    error = check_header(image);
    if (!error)
        error = measure(image);
    if (!error)
        error = find_notes(image);
    if (!error)
        error = settle_addresses(image);
    if (!error)
        error = check_map(image);
    return error;
}
