// SPDX-License-Identifier: MIT
#include "types.h"
#include <pvops.h>

typedef u64 pte_t;

#define PRESENT 1ul

int conditions(pte_t *p, int i, u64 bits)
{
    if (!pv_pte_test(p, PRESENT))
        return 1;
    if (pv_pte_test(&p[i], 4))
        return 2;
    if (pv_pte_load(p) & bits)
        return 3;
    while (i && !pv_pte_test(&p[i], PRESENT))
        i--;
    return (pv_pte_load(p) & PRESENT) == bits;
}
