// SPDX-License-Identifier: MIT
// Entries changed in place: by what is evaluated once, and what is in it.
#include "types.h"
typedef u64 pte_t;
struct space;
pte_t *find(struct space *space, u64 va);

void change(struct space *space, pte_t *p, u64 v)
{
    *p++ |= 2;
    if (v)
        *find(space, v) &= ~(u64)1;
    else
        find(space, *p)[1] |= *p & v;
    p[0] ^= p[1];
}
