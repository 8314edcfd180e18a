/* SPDX-License-Identifier: MIT */
/*
 * A guest's kernel image: an ELF64 file and what it says about itself to a
 * Xen-compatible domain builder. The file is hostile input: every offset is
 * checked against its size before use, and what is wrong becomes a sentence.
 */
#ifndef HV_ELF_IMAGE_H
#define HV_ELF_IMAGE_H

#include "core/types.h"

#define IMAGE_UNSET (~0UL)

struct image {
    const uint8_t *bytes;
    uint64_t size;

    uint64_t load_start, load_end; /* p_paddr range of what is loaded */

    /* From the notes or the legacy section; IMAGE_UNSET where not given. */
    bool has_notes, is_legacy;
    char guest_os[32], guest_version[32], loader[32], xen_version[32];
    uint64_t virt_base;       /* virtual address of pseudo-physical 0 */
    uint64_t paddr_offset;    /* what p_paddr has added to it */
    uint64_t entry;           /* virtual */
    uint64_t hypercall_page;  /* virtual */
    uint64_t init_p2m;        /* virtual: where the p2m is to be mapped */
    bool mod_start_pfn;       /* the initrd need not be mapped */
    bool bsd_symtab;
    uint32_t features_required;

    uint64_t virt_start, virt_end; /* the loaded image, virtual */
    /* What is wrong with the image though it can be started; or NULL. */
    const char *remark;
};

/* NULL: the image can be started. Otherwise why it cannot, as a sentence. */
const char *image_parse(struct image *image, const void *bytes, uint64_t size);

/* The program headers that are loaded, one after the other. */
struct image_segment {
    uint64_t paddr; /* without paddr_offset: pseudo-physical */
    uint64_t offset, file_size, memory_size;
};
/* Segment number *NEXT or a later one; false after the last. */
bool image_next_segment(const struct image *image, unsigned int *next,
                        struct image_segment *segment);

/* notes.c: fill in what the notes or the legacy section say. */
const char *image_read_notes(struct image *image, uint64_t offset,
                             uint64_t size);
const char *image_read_legacy(struct image *image, uint64_t offset,
                              uint64_t size);

#endif
