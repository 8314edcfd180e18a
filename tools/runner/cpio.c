// SPDX-License-Identifier: MIT
// cpio archives: see cpio.h.
#include "runner/cpio.h"

#include <string.h>

static void pad(FILE *to, size_t size)
{
    fwrite("\0\0\0", 1, -size % 4, to);
}

void cpio_put(FILE *to, const char *path, unsigned mode, const void *data,
              size_t size)
{
    size_t name = strlen(path) + 1;
    int head;

    /* inode, mode, uid, gid, links, time, size, four device numbers, name's
     * length, checksum: unused ones are 0 */
    head = fprintf(to, "070701%08X%08X%08X%08X%08X%08X%08X", 0u, mode, 0u, 0u,
                   1u, 0u, (unsigned)size);
    head += fprintf(to, "%08X%08X%08X%08X%08X%08X", 0u, 0u, 0u, 0u,
                    (unsigned)name, 0u);
    fwrite(path, 1, name, to);
    pad(to, (size_t)head + name);
    fwrite(data, 1, size, to);
    pad(to, size);
}

void cpio_end(FILE *to)
{
    cpio_put(to, "TRAILER!!!", 0, "", 0);
}
