// SPDX-License-Identifier: MIT
// Fuzzes the readers of built images: ELF, symbols, DWARF lines, instructions,
// notes and boot headers.
#include "fuzz.h"
#include "patcher/image.h"
#include "patcher/judge.h"

void fuzz_one(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(data, size);
    struct scan *scan = mem_alloc(sizeof(*scan));
    struct boot_image image;

    boot_image_read(&image, path);
    judge(judge_read(path, scan), scan);
}
