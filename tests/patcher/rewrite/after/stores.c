// SPDX-License-Identifier: MIT
#include "types.h"
#include <pvops.h>

typedef u64 pte_t;
typedef u64 pde_t;
typedef u64 any_t;
struct tss { u32 reserved; u64 rsp0, rsp1; } __attribute__((packed));
struct space { pde_t *top; };

static pde_t *kernel_top;
static struct tss tss;
u64 gdt[8];
void *memset(void *, int, u64);
pte_t *find(struct space *space, u64 va);

void map(struct space *space, pte_t *p, any_t *any, int i, u64 v)
{
    u64 plain[2], *q = plain;

    pv_pte_store_l1(p, v);
    pv_pte_store_l1(&p[i + 1], v | 3);
    pv_pte_store_l1(p++, 0);
    pv_pte_store_l1(find(space, v), pv_pte_load(p) & ~2ul);
    pv_pte_store_l2(&space->top[i], pv_pte_load(&kernel_top[i]));
    pv_pte_store(any, v);
    pv_pte_store_l1(p, pv_pte_load(p) | (2));
    pv_pte_store_l1(&p[i], pv_pte_load(&p[i]) & (~(u64)i));
    pv_table_clear(p, 4096);
    pv_kernel_stack(&tss.rsp0, v);
    pv_gdt_store(&gdt[3], v);
    if (pv_pte_test(&kernel_top[i], 1))
        q[0] = v + sizeof(*p);
    for (i = 0; i < 512; i++)
        pv_pte_store_l1(&p[i], 0);
    (void)&p[i];
}

void release(pde_t *top)
{
    pv_table_release(top);
    pv_pte_store_l2(&top[0], 0);
}
