// SPDX-License-Identifier: MIT
// Fuzzes what `inspect` reads of an image: notes, multiboot headers, segments;
// and what it says each loader will do with it.
#include <stdlib.h>

#include "fuzz.h"
#include "patcher/loader.h"

void fuzz_one(const uint8_t *data, size_t size)
{
    struct verdict (*const loaders[])(const struct boot_image *) = {
        loader_xen_pv, loader_xen_pvh, loader_qemu, loader_grub,
        loader_reference,
    };
    struct boot_image image;

    if (!boot_image_read(&image, fuzz_file(data, size)))
        return;
    for (size_t i = 0; i < sizeof(loaders) / sizeof(*loaders); i++) {
        struct verdict v = loaders[i](&image);

        if (!v.why || (!v.boots && !v.mend))
            abort();
    }
}
