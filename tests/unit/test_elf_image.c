// SPDX-License-Identifier: MIT
/*
 * Reading kernel images: what the notes and the legacy section say is found,
 * what Xen refuses is refused with a sentence, and no damage to a file makes
 * the reader look outside it (the file is a heap block of exactly its size,
 * so that the sanitizer sees each byte too many).
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <xen/elfnote.h>

#include "builder/elf.h"
#include "builder/elf_image.h"
#include "unit.h"

#define LOAD_ADDR 0x100000UL
#define LOAD_SIZE 0x2000UL
#define BASE      0xffffffff80000000UL

/* A file under construction. */
static struct {
    uint8_t bytes[0x4000];
    size_t size;
    size_t note_end; /* where the next note goes */
} file;

#define NOTES_AT 0x200
#define DATA_AT  0x1000

static struct elf64_header *header(void)
{
    return (struct elf64_header *)file.bytes;
}

static struct elf64_program *program(unsigned int i)
{
    return (struct elf64_program *)(file.bytes + 64) + i;
}

static void add_note(uint32_t type, const void *desc, uint32_t size)
{
    struct elf_note note = {4, size, type};
    uint8_t *at = file.bytes + file.note_end;

    memcpy(at, &note, sizeof(note));
    memcpy(at + sizeof(note), "Xen", 4);
    memcpy(at + sizeof(note) + 4, desc, size);
    file.note_end += sizeof(note) + 4 + ((size + 3) & ~3u);
    program(1)->filesz = file.note_end - NOTES_AT;
}

static void add_number(uint32_t type, uint64_t value)
{
    add_note(type, &value, sizeof(value));
}

static void add_text(uint32_t type, const char *text)
{
    add_note(type, text, (uint32_t)strlen(text) + 1);
}

/* A kernel at 1 MB, mapped at −2 GB, with the notes that Xen asks for. */
static void make_file(void)
{
    memset(&file, 0, sizeof(file));
    memcpy(header()->ident, "\177ELF\002\001\001", 7);
    header()->type = 2;
    header()->machine = ELF_MACHINE_86;
    header()->ehsize = sizeof(struct elf64_header);
    header()->phoff = 64;
    header()->phnum = 2;
    header()->phentsize = sizeof(struct elf64_program);
    *program(0) = (struct elf64_program){
        .type = PT_LOAD, .flags = PF_W | PF_X, .offset = DATA_AT,
        .vaddr = BASE + LOAD_ADDR, .paddr = LOAD_ADDR,
        .filesz = 0x800, .memsz = LOAD_SIZE,
    };
    *program(1) = (struct elf64_program){.type = PT_NOTE, .offset = NOTES_AT};
    file.note_end = NOTES_AT;
    add_text(XEN_ELFNOTE_XEN_VERSION, "xen-3.0");
    add_text(XEN_ELFNOTE_LOADER, "generic");
    add_number(XEN_ELFNOTE_VIRT_BASE, BASE);
    add_number(XEN_ELFNOTE_ENTRY, BASE + LOAD_ADDR + 0x10);
    file.size = DATA_AT + 0x800;
}

/* Parse SIZE bytes of the file from a block of exactly that size. */
static const char *parse(struct image *image, size_t size)
{
    uint8_t *block = malloc(size ? size : 1);
    struct image_segment segment;
    unsigned int next = 0;
    const char *why;

    memcpy(block, file.bytes, size);
    why = image_parse(image, block, size);
    while (!why && image_next_segment(image, &next, &segment)) {
        uint8_t last = 0;

        if (segment.file_size) /* what the builder will copy is readable */
            last = block[segment.offset + segment.file_size - 1];
        (void)last;
    }
    free(block);
    return why;
}

static const char *why_not(void)
{
    struct image image;

    return parse(&image, file.size);
}

#define refused_for(words)                                                     \
    do {                                                                       \
        const char *why = why_not();                                           \
        ck_assert_msg(why && strstr(why, words), "said: %s",                   \
                      why ? why : "(accepted)");                               \
    } while (0)

START_TEST(notes_are_read)
{
    struct image image;

    make_file();
    add_number(XEN_ELFNOTE_INIT_P2M, 0x8000000000);
    add_number(XEN_ELFNOTE_MOD_START_PFN, 1);
    add_number(XEN_ELFNOTE_HYPERCALL_PAGE, BASE + LOAD_ADDR + 0x1000);
    ck_assert_ptr_null(parse(&image, file.size));
    ck_assert_uint_eq(image.virt_base, BASE);
    ck_assert_uint_eq(image.entry, BASE + LOAD_ADDR + 0x10);
    ck_assert_uint_eq(image.paddr_offset, 0);
    ck_assert_uint_eq(image.virt_start, BASE + LOAD_ADDR);
    ck_assert_uint_eq(image.virt_end, BASE + LOAD_ADDR + LOAD_SIZE);
    ck_assert_uint_eq(image.init_p2m, 0x8000000000);
    ck_assert(image.mod_start_pfn);
}
END_TEST

START_TEST(without_virt_base_addresses_are_physical)
{
    struct image image;

    make_file();
    file.note_end = NOTES_AT;
    add_text(XEN_ELFNOTE_XEN_VERSION, "xen-3.0");
    add_text(XEN_ELFNOTE_LOADER, "generic");
    header()->entry = LOAD_ADDR + 4;
    ck_assert_ptr_null(parse(&image, file.size));
    ck_assert_uint_eq(image.virt_base, 0);
    ck_assert_uint_eq(image.entry, LOAD_ADDR + 4);
}
END_TEST

/* The older form: a section named __xen_guest with a text. */
static void make_legacy(const char *text)
{
    struct elf64_section *sections;
    static const char names[] = "\0.shstrtab\0__xen_guest";

    make_file();
    header()->phnum = 1;
    header()->shoff = 0x600;
    header()->shnum = 3;
    header()->shentsize = sizeof(struct elf64_section);
    header()->shstrndx = 1;
    header()->entry = 0;
    sections = (struct elf64_section *)(file.bytes + 0x600);
    sections[1] = (struct elf64_section){.name = 1, .type = 3,
                                         .offset = 0x800,
                                         .size = sizeof(names)};
    sections[2] = (struct elf64_section){.name = 11, .type = 1,
                                         .offset = 0x900,
                                         .size = strlen(text) + 1};
    memcpy(file.bytes + 0x800, names, sizeof(names));
    memcpy(file.bytes + 0x900, text, strlen(text) + 1);
    program(0)->paddr = 0;
    program(0)->memsz = 0x4000;
}

START_TEST(legacy_section_is_read)
{
    struct image image;

    make_legacy("GUEST_OS=linux,XEN_VER=xen-3.0,VIRT_BASE=0x0,"
                "ELF_PADDR_OFFSET=0x0,HYPERCALL_PAGE=0x2,LOADER=generic,"
                "FEATURES=!writable_descriptor_tables|hvm_callback_vector");
    ck_assert_ptr_null(parse(&image, file.size));
    ck_assert(image.is_legacy);
    ck_assert_uint_eq(image.hypercall_page, 0x2000);
    ck_assert_uint_eq(image.entry, 0);
}
END_TEST

/* What Xen takes in spite of a fault is taken, with a remark. */
START_TEST(faults_that_xen_passes_over)
{
    struct image image;

    make_legacy("GUEST_OS=linux,XEN_VER=xen-3.0,VIRT_BASE=0x0,"
                "ELF_PADDR_OFFSET=0x0,LOADER=generic,"
                "FEATURES=!no_such_feature,VIRT_BASE=0x7000000000000000");
    ck_assert_ptr_null(parse(&image, file.size));
    ck_assert_ptr_nonnull(strstr(image.remark, "requires a feature"));
    ck_assert_uint_eq(image.virt_base, 0);

    make_file();
    ck_assert_ptr_null(parse(&image, file.size));
    ck_assert_ptr_null(image.remark);
    add_number(XEN_ELFNOTE_MOD_START_PFN, 1);
    program(1)->filesz -= 4; /* half of its value is outside */
    ck_assert_ptr_null(parse(&image, file.size));
    ck_assert_ptr_nonnull(strstr(image.remark, "longer than its segment"));
    ck_assert(!image.mod_start_pfn);
}
END_TEST

START_TEST(what_xen_refuses_is_refused)
{
    make_file();
    file.bytes[0] = 'x';
    refused_for("not an ELF");
    make_file();
    file.bytes[ELF_CLASS] = 1;
    refused_for("32-bit");
    make_file();
    header()->machine = 183;
    refused_for("x86-64");
    make_file();
    header()->phnum = 1;
    refused_for("neither Xen ELF notes");
    make_file();
    program(0)->type = 0;
    refused_for("no loadable segment");
    make_file();
    program(0)->filesz = 0x10000;
    refused_for("truncated");
    make_file();
    program(0)->memsz = ~0UL;
    refused_for("wraps");
    make_file();
    add_number(XEN_ELFNOTE_ENTRY, BASE - 1);
    refused_for("entry point");
    make_file();
    add_number(XEN_ELFNOTE_INIT_P2M, BASE + LOAD_ADDR);
    refused_for("INIT_P2M");
    make_file();
    add_number(XEN_ELFNOTE_VIRT_BASE, HV_VIRT_START);
    add_number(XEN_ELFNOTE_ENTRY, HV_VIRT_START + LOAD_ADDR);
    refused_for("where the hypervisor is");
    make_file();
    add_number(XEN_ELFNOTE_HYPERCALL_PAGE, BASE + 0x123);
    refused_for("HYPERCALL_PAGE");
    make_file();
    add_text(XEN_ELFNOTE_XEN_VERSION, "xen-2.0");
    refused_for("XEN_VERSION");
    make_file();
    add_text(XEN_ELFNOTE_FEATURES, "!no_such_feature");
    refused_for("feature");
    make_file();
    add_text(XEN_ELFNOTE_FEATURES, "!supervisor_mode_kernel");
    refused_for("ring 0");
}
END_TEST

START_TEST(every_truncation_is_survived)
{
    struct image image;
    size_t size;

    make_file();
    for (size = 0; size < file.size; size++)
        ck_assert_msg(parse(&image, size) != NULL, "accepted at %zu", size);
    ck_assert_ptr_null(parse(&image, size));
}
END_TEST

START_TEST(random_damage_is_survived)
{
    struct unit_random random = {.state = 2026};
    unsigned int round, accepted = 0;
    struct image image;

    for (round = 0; round < 20000; round++) {
        unsigned int n = 1 + unit_random(&random) % 8;

        if (round & 1)
            make_file();
        else
            make_legacy("LOADER=generic,XEN_VER=xen-3.0,VIRT_BASE=0x0");
        while (n--) { /* the headers and notes are where damage matters */
            size_t at = unit_random(&random) % 0x980;

            file.bytes[at] = (uint8_t)unit_random(&random);
        }
        accepted += parse(&image, file.size) == NULL;
    }
    /* Damage outside of what is read leaves the image good; some hits. */
    ck_assert_uint_gt(accepted, 0);
    ck_assert_uint_lt(accepted, round);
}
END_TEST

static Suite *elf_image_suite(void)
{
    Suite *suite = suite_create("kernel images");
    TCase *tc = tcase_create("elf");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, notes_are_read);
    tcase_add_test(tc, without_virt_base_addresses_are_physical);
    tcase_add_test(tc, legacy_section_is_read);
    tcase_add_test(tc, faults_that_xen_passes_over);
    tcase_add_test(tc, what_xen_refuses_is_refused);
    tcase_add_test(tc, every_truncation_is_survived);
    tcase_add_test(tc, random_damage_is_survived);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return unit_main(elf_image_suite());
}
