// SPDX-License-Identifier: MIT
#include "macros.h"
#include <pvops.h>

u64 uses(u64 *table)
{
    u64 flags;
    u32 low, high;

    SAVE(flags);
    CLI();
    RDTSC(low, high);
    pv_load_gdt(&table[2]);
    if (flags)
        pv_load_idt(table);
    return READ_CR0() + low + high;
}
