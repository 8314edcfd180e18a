// SPDX-License-Identifier: MIT
#include "types.h"

typedef u64 pte_t;

#define PRESENT 1ul

int conditions(pte_t *p, int i, u64 bits)
{
    if (!(*p & PRESENT))
        return 1;
    if (p[i] & 4)
        return 2;
    if (*p & bits)
        return 3;
    while (i && !(p[i] & PRESENT))
        i--;
    return (*p & PRESENT) == bits;
}
