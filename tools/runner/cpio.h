/* SPDX-License-Identifier: MIT
 *
 * Writes a cpio archive in the "newc" format, as Linux unpacks it at boot. A
 * second archive may follow a first in the same file.
 */
#ifndef PARAPET_CPIO_H
#define PARAPET_CPIO_H

#include <stddef.h>
#include <stdio.h>

#define CPIO_FILE 0100644
#define CPIO_FOLDER 0040755

void cpio_put(FILE *to, const char *path, unsigned mode, const void *data,
              size_t size);
void cpio_end(FILE *to);

#endif
