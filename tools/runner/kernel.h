/* SPDX-License-Identifier: MIT
 *
 * What can be said of a kernel image before it is booted. `run` refuses here
 * what would only end in a silent machine; why an image is right or wrong in
 * detail is for `parapet inspect` to say.
 */
#ifndef PARAPET_KERNEL_H
#define PARAPET_KERNEL_H

#include <stdbool.h>

struct kernel {
    bool has_xen_entry; /* Xen ELF notes or a __xen_guest section */
    bool has_pvh_entry; /* a note of type XEN_ELFNOTE_PHYS32_ENTRY */
    bool has_multiboot; /* a multiboot 1 header in the first 8192 bytes */
};

/*
 * Reads the image at `path` and fills *kernel. An unusable one (not ELF,
 * damaged, 32-bit, for another machine) is said of the file `name`, which it
 * came from, and false is returned.
 */
bool kernel_read(const char *path, const char *name, struct kernel *kernel);

#endif
