// SPDX-License-Identifier: MIT
#include "macros.h"

u64 uses(u64 *table)
{
    u64 flags;
    u32 low, high;

    SAVE(flags);
    CLI();
    RDTSC(low, high);
    LOAD("lgdt", table[2]);
    if (flags)
        LOAD("lidt", *table);
    return READ_CR0() + low + high;
}
