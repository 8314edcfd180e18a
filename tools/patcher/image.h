/* SPDX-License-Identifier: MIT
 *
 * What an image says to a boot loader: ELF headers, Xen's notes, multiboot
 * headers. Facts only; inspect.c says what each loader makes of them.
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

    bool has_notes;          /* any of Xen's PV notes */
    bool is_legacy;          /* the __xen_guest section */
    uint64_t pv_entry, virt_base, paddr_offset, hypercall_page, init_p2m;
    uint64_t pvh_entry, hv_start_low;
    const char *loader, *guest_os, *xen_version, *features;

    long multiboot1, multiboot2; /* offsets of the headers, or -1 */
    uint32_t multiboot1_flags;
    bool multiboot2_efi64;
};

/* False: it is no ELF file for x86 at all, and `damage` says why. */
bool boot_image_read(struct boot_image *image, const char *path);

#endif
