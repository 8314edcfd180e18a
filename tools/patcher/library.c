// SPDX-License-Identifier: MIT
// Where the library is: see library.h.
#include "library.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"

/* The folder above the one that the command is in. */
static const char *top(void)
{
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

    for (int up = 0; up < 2 && length > 0; up++)
        while (length > 0 && path[--length] != '/')
            ;
    return mem_copy(path, length > 0 ? (size_t)length : 0);
}

const char *library_cflags(void)
{
    const char *given = getenv("PVOPS_CFLAGS");
    const char *header = mem_format("%s/pvops/include/pvops.h", top());

    if (given)
        return given;
    return access(header, R_OK)
               ? "" : mem_format("-I%s/pvops/include", top());
}

const char *library_libs(void)
{
    const char *given = getenv("PVOPS_LIBS");
    const char *library = mem_format("%s/build/libpvops.a", top());

    if (given)
        return given;
    return access(library, R_OK) ? "" : library;
}
