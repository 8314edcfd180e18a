// SPDX-License-Identifier: MIT
// Fuzzes the reader of built images: ELF, symbols, DWARF lines, instructions.
#include "fuzz.h"
#include "patcher/judge.h"

void fuzz_one(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(data, size);
    struct scan *scan = mem_alloc(sizeof(*scan));

    judge(judge_read(path, scan), scan);
}
