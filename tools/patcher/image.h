/* SPDX-License-Identifier: MIT
 *
 * What an image says to a boot loader: ELF headers, Xen's notes, multiboot
 * headers. Facts only; loader_xen.c and loader_pc.c say what each loader makes
 * of them.
 */
#ifndef PATCHER_IMAGE_H
#define PATCHER_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "mem.h"

#define IMAGE_UNSET (~0ull)

struct image_segment {
    uint64_t paddr, vaddr, file_size, memory_size;
    bool executable, writable;
};

struct boot_image {
    const char *path;
    bool is_64;
    unsigned machine, type;
    uint64_t entry;          /* e_entry */
    LIST(struct image_segment) segments; /* those that are loaded */
    uint64_t low, high;      /* physical addresses they cover */
    bool has_interpreter, has_dynamic;
    const char *damage;      /* what is wrong with the file itself, or NULL */

    bool has_notes;          /* any of Xen's notes but PHYS32_ENTRY */
    bool is_legacy;          /* the __xen_guest section */
    bool has_cut_note;       /* one that is longer than what holds it */
    uint64_t pv_entry, virt_base, paddr_offset, hypercall_page, init_p2m;
    uint64_t pvh_entry, hv_start_low;
    bool pvh_is_in_segment;  /* QEMU looks for its note nowhere else */
    unsigned notes_align;    /* of the segment that has that note */
    const char *loader, *guest_os, *xen_version;
    const char *unknown_feature; /* one that it requires, or NULL */
    bool requires_ring0, requires_dom0;
    bool denies_dom0;        /* SUPPORTED_FEATURES without its bit */

    long multiboot1, multiboot2; /* offsets of the headers, or -1 */
    struct {
        uint32_t flags, header, load, load_end, bss_end, entry;
    } mb1;
    long multiboot2_unknown; /* a tag that GRUB must know and does not, or 0 */
    bool multiboot2_has_address, multiboot2_has_entry;
    uint64_t headers_end;    /* of the program headers, in the file */
};

/* False: it is no ELF file for x86 at all, and `damage` says why. */
bool boot_image_read(struct boot_image *image, const char *path);

#endif
