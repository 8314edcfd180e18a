/* SPDX-License-Identifier: MIT
 *
 * What each boot loader will do with an image: one verdict a loader, with the
 * reason and the mend. The rules are the loaders' own, and tests/patcher/
 * test-loaders asks the loaders themselves.
 */
#ifndef PATCHER_LOADER_H
#define PATCHER_LOADER_H

#include "image.h"

struct verdict {
    bool boots;
    const char *why;  /* a sentence without its end */
    const char *mend; /* NULL: nothing to mend */
};

/* loader_xen.c: Xen's domain builder, PV and PVH, and the reference's. */
struct verdict loader_xen_pv(const struct boot_image *image);
struct verdict loader_xen_pvh(const struct boot_image *image);
struct verdict loader_reference(const struct boot_image *image);

/* loader_pc.c: what starts a kernel on the bare machine. */
struct verdict loader_qemu(const struct boot_image *image);
struct verdict loader_grub(const struct boot_image *image);

static inline struct verdict verdict_yes(const char *why)
{
    return (struct verdict){ true, why, NULL };
}

static inline struct verdict verdict_no(const char *why, const char *mend)
{
    return (struct verdict){ false, why, mend };
}

/* Whether a segment is loaded to the address, physical or virtual. */
bool image_loads(const struct boot_image *image, uint64_t address,
                 bool physical);

#endif
