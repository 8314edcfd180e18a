// SPDX-License-Identifier: MIT
// The frame of the fuzz targets: see fuzz.h. It stands in for tools/lib/say.c.
#include "fuzz.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/say.h"
#include "patcher/mem.h"

jmp_buf fuzz_end;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!setjmp(fuzz_end))
        fuzz_one(data, size);
    mem_reset();
    return 0;
}

const char *fuzz_file(const uint8_t *data, size_t size)
{
    static int fd = -1;
    static char path[64];

    if (fd < 0) {
        fd = memfd_create("input", MFD_CLOEXEC);
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    }
    if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
        abort();
    return path;
}

void say(const char *format, ...)
{
    (void)format;
}

void say_at(const char *file, unsigned line, unsigned column,
            const char *severity, const char *format, ...)
{
    (void)file, (void)line, (void)column, (void)severity, (void)format;
}

void fail(enum status status, const char *format, ...)
{
    (void)status, (void)format;
    longjmp(fuzz_end, 1);
}

void *need_memory(void *p)
{
    if (!p)
        abort();
    return p;
}
