// SPDX-License-Identifier: MIT
// A store that is refused keeps Coccinelle's edits of the file out: the own
// editor makes those that are proven.
#include "types.h"
#include <pvops.h>

typedef u64 pte_t;

u64 mixed(pte_t *p, pte_t *q, int i, u64 v)
{
    u64 x = (*q = v);

    pv_pte_store_l1(&p[i], pv_pte_load(&q[i]) | ( pv_pte_load(p)  & 7 ));
    p[511] = (pte_t)&x;
    pv_pte_store_l1(p, v);
    return x;
}
