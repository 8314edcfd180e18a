// SPDX-License-Identifier: MIT
// Must refuse: tables that only dataflow gives away, of no type that the
// profile has.
#include "types.h"

static u64 top_table[512];

void flow(u64 value, int i)
{
    /* refuse: no profile says that this is an entry's type */
    top_table[i] = value;
    /* refuse: no profile says that this is an entry's type */
    top_table[i + 1] |= value;
    /* refuse: the statement does other things as well */
    asm volatile("mfence; mov %0, %%cr3" :: "r"(top_table) : "memory");
}
