/* SPDX-License-Identifier: MIT
 *
 * Linux's boot image for PCs, "bzImage" (a file often called vmlinuz): real
 * mode code, an unpacker, and as its payload the kernel's ELF file in packed
 * form. No hypervisor of ours unpacks it: the host does, in less time than an
 * emulated machine, and what boots is the same ELF file everywhere.
 */
#ifndef PARAPET_BZIMAGE_H
#define PARAPET_BZIMAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/unpack.h"

/* Does the file begin as a Linux boot image (of whatever age)? */
bool bzimage_is(const unsigned char *data, size_t size);

/*
 * Unpacks the payload; buffer_free(out) afterwards in any case. If
 * the image is unusable, out->why tells why.
 */
bool bzimage_unpack(const unsigned char *data, size_t size,
                    struct buffer *out);

/*
 * The file to boot for the kernel `path`: `path` itself, or if that is a boot
 * image, the name of a file that lives in memory and ends with this process.
 * NULL if the image is unusable; that is said with its name.
 */
const char *bzimage_file(const char *path);

#endif
