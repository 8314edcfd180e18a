// SPDX-License-Identifier: MIT
/*
 * What a kernel says about itself: Xen's ELF notes, or the older __xen_guest
 * section ("KEY=value,KEY=value"). Both fill the same fields of struct image;
 * what is unknown is passed over, as Xen does.
 */
#include <xen/elfnote.h>
#include <xen/features.h>

#include "builder/elf.h"
#include "builder/elf_image.h"
#include "core/lib.h"

/* Copy a text of at most SIZE bytes; cut, always ended. */
static void take_text(char *to, size_t room, const uint8_t *from, uint64_t size)
{
    size_t n = 0;

    while (n + 1 < room && n < size && from[n]) {
        to[n] = (char)from[n];
        n++;
    }
    to[n] = '\0';
}

static uint64_t take_number(const uint8_t *from, uint64_t size)
{
    uint64_t value = 0;

    if (size == 1 || size == 2 || size == 4 || size == 8)
        memcpy(&value, from, size);
    return value;
}

static const struct {
    const char *name;
    unsigned int bit;
} feature_names[] = {
    {"writable_page_tables", XENFEAT_writable_page_tables},
    {"writable_descriptor_tables", XENFEAT_writable_descriptor_tables},
    {"auto_translated_physmap", XENFEAT_auto_translated_physmap},
    {"supervisor_mode_kernel", XENFEAT_supervisor_mode_kernel},
    {"pae_pgdir_above_4gb", XENFEAT_pae_pgdir_above_4gb},
    {"hvm_callback_vector", XENFEAT_hvm_callback_vector},
    {"dom0", XENFEAT_dom0},
};

/* "a|!b": b is one that the kernel cannot do without. */
static const char *read_features(struct image *image, const char *text)
{
    while (*text) {
        const char *end = text;
        bool required = *text == '!';
        unsigned int i;

        while (*end && *end != '|')
            end++;
        text += required;
        for (i = 0; i < ARRAY_SIZE(feature_names); i++) {
            size_t length = strlen(feature_names[i].name);

            if (length == (size_t)(end - text) &&
                memcmp(text, feature_names[i].name, length) == 0)
                break;
        }
        if (required && i == ARRAY_SIZE(feature_names))
            return "the kernel requires a feature that is not known here "
                   "(note FEATURES)";
        if (required)
            image->features_required |= 1u << feature_names[i].bit;
        text = *end ? end + 1 : end;
    }
    if (image->features_required & (1u << XENFEAT_supervisor_mode_kernel))
        return "the kernel requires to run in ring 0 (feature "
               "supervisor_mode_kernel)";
    return NULL;
}

/* A note of SIZE bytes, as it says, of which THERE are: a number that is cut
 * off or of an odd size is 0, as for Xen. */
static const char *read_note(struct image *image, uint32_t type,
                             const uint8_t *desc, uint64_t size, uint64_t there)
{
    char text[256];
    uint64_t digits = size <= there ? size : 0;

    size = min_of(size, there);
    take_text(text, sizeof(text), desc, size);
    switch (type) {
    case XEN_ELFNOTE_ENTRY:
        image->entry = take_number(desc, digits);
        break;
    case XEN_ELFNOTE_HYPERCALL_PAGE:
        image->hypercall_page = take_number(desc, digits);
        break;
    case XEN_ELFNOTE_VIRT_BASE:
        image->virt_base = take_number(desc, digits);
        break;
    case XEN_ELFNOTE_PADDR_OFFSET:
        image->paddr_offset = take_number(desc, digits);
        break;
    case XEN_ELFNOTE_INIT_P2M:
        image->init_p2m = take_number(desc, digits);
        break;
    case XEN_ELFNOTE_MOD_START_PFN:
        image->mod_start_pfn = take_number(desc, digits) != 0;
        break;
    case XEN_ELFNOTE_XEN_VERSION:
        take_text(image->xen_version, sizeof(image->xen_version), desc, size);
        break;
    case XEN_ELFNOTE_GUEST_OS:
        take_text(image->guest_os, sizeof(image->guest_os), desc, size);
        break;
    case XEN_ELFNOTE_GUEST_VERSION:
        take_text(image->guest_version, sizeof(image->guest_version), desc,
                  size);
        break;
    case XEN_ELFNOTE_LOADER:
        take_text(image->loader, sizeof(image->loader), desc, size);
        break;
    case XEN_ELFNOTE_BSD_SYMTAB:
        image->bsd_symtab = strcmp(text, "yes") == 0;
        break;
    case XEN_ELFNOTE_FEATURES:
        return read_features(image, text);
    }
    return NULL;
}

const char *image_read_notes(struct image *image, uint64_t offset,
                             uint64_t size)
{
    uint64_t end = offset + size;

    if (end < offset || end > image->size)
        return "the kernel image ends before its ELF notes: it is truncated";
    while (end - offset >= sizeof(struct elf_note)) {
        struct elf_note note;
        uint64_t name, desc, next;
        const char *error;

        memcpy(&note, image->bytes + offset, sizeof(note));
        name = offset + sizeof(note);
        desc = name + round_up((uint64_t)note.namesz, 4);
        next = desc + round_up((uint64_t)note.descsz, 4);
        if (desc + note.descsz > end)
            image->remark = "an ELF note is longer than its segment (is its "
                            "name size right? \"Xen\" is 4 with its end)";
        if (desc > end)
            return NULL;
        if (note.namesz == 4 &&
            memcmp(image->bytes + name, "Xen", 4) == 0) {
            image->has_notes = true;
            error = read_note(image, note.type, image->bytes + desc,
                              note.descsz, end - desc);
            if (error)
                return error;
        }
        offset = min_of(next, end);
    }
    return NULL;
}

/* "0x1000" or "4096". */
static uint64_t text_to_number(const char *text)
{
    unsigned int base = 10;
    uint64_t value = 0;

    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        text += 2;
    }
    for (;; text++) {
        unsigned int digit;

        if (*text >= '0' && *text <= '9')
            digit = (unsigned int)(*text - '0');
        else if ((*text | 32) >= 'a' && (*text | 32) <= 'f')
            digit = (unsigned int)((*text | 32) - 'a' + 10);
        else
            return value;
        if (digit >= base)
            return value;
        value = value * base + digit;
    }
}

static const char *read_key(struct image *image, const char *key,
                            const char *value)
{
    static const struct {
        const char *key;
        uint32_t note;
    } texts[] = {
        {"GUEST_OS", XEN_ELFNOTE_GUEST_OS},
        {"GUEST_VER", XEN_ELFNOTE_GUEST_VERSION},
        {"XEN_VER", XEN_ELFNOTE_XEN_VERSION},
        {"LOADER", XEN_ELFNOTE_LOADER},
        {"BSD_SYMTAB", XEN_ELFNOTE_BSD_SYMTAB},
        {"FEATURES", XEN_ELFNOTE_FEATURES},
    };
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(texts); i++) {
        if (strcmp(key, texts[i].key) == 0)
            return read_note(image, texts[i].note, (const uint8_t *)value,
                             strlen(value) + 1, strlen(value) + 1);
    }
    if (strcmp(key, "VIRT_BASE") == 0)
        image->virt_base = text_to_number(value);
    else if (strcmp(key, "VIRT_ENTRY") == 0)
        image->entry = text_to_number(value);
    else if (strcmp(key, "ELF_PADDR_OFFSET") == 0)
        image->paddr_offset = text_to_number(value);
    else if (strcmp(key, "HYPERCALL_PAGE") == 0)
        image->hypercall_page = text_to_number(value); /* a frame, see below */
    return NULL;
}

const char *image_read_legacy(struct image *image, uint64_t offset,
                              uint64_t size)
{
    const uint8_t *at;

    if (offset > image->size || size > image->size - offset)
        return "the kernel image ends before its __xen_guest section";
    at = image->bytes + offset;
    image->is_legacy = true;
    while (size && *at) {
        char key[32], value[128];
        size_t k = 0, v = 0;

        for (; size && *at && *at != ',' && *at != '='; at++, size--) {
            if (k + 1 < sizeof(key))
                key[k++] = (char)*at;
        }
        if (size && *at == '=') {
            for (at++, size--; size && *at && *at != ','; at++, size--) {
                if (v + 1 < sizeof(value))
                    value[v++] = (char)*at;
            }
        }
        if (size && *at == ',') {
            at++;
            size--;
        }
        key[k] = value[v] = '\0';
        /* Xen too stops reading there, and goes on with what it has. */
        image->remark = read_key(image, key, value);
        if (image->remark)
            break;
    }
    /* In this section the hypercall page is a frame above VIRT_BASE. */
    if (image->hypercall_page != IMAGE_UNSET)
        image->hypercall_page = (image->hypercall_page << PAGE_SHIFT) +
            (image->virt_base == IMAGE_UNSET ? 0 : image->virt_base);
    return NULL;
}
