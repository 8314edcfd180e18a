// SPDX-License-Identifier: MIT
// Entries changed in place: by what is evaluated once, and what is in it.
#include "types.h"
#include <pvops.h>
typedef u64 pte_t;
struct space;
pte_t *find(struct space *space, u64 va);

void change(struct space *space, pte_t *p, u64 v)
{
    ({ void *pv_at = p++; pv_pte_store_l1(pv_at, pv_pte_load(pv_at) | (2)); });
    if (v)
        ({ void *pv_at = find(space, v); pv_pte_store_l1(pv_at, pv_pte_load(pv_at) & (~(u64)1)); });
    else
        ({ void *pv_at = &find(space, pv_pte_load(p))[1]; pv_pte_store_l1(pv_at, pv_pte_load(pv_at) | (pv_pte_load(p) & v)); });
    pv_pte_store_l1(&p[0], pv_pte_load(&p[0]) ^ (pv_pte_load(&p[1])));
}
