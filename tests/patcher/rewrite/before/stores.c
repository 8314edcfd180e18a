// SPDX-License-Identifier: MIT
#include "types.h"

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

    *p = v;
    p[i + 1] = v | 3;
    *p++ = 0;
    *find(space, v) = *p & ~2ul;
    space->top[i] = kernel_top[i];
    *any = v;
    *p |= 2;
    p[i] &= ~(u64)i;
    memset(p, 0, 4096);
    tss.rsp0 = v;
    gdt[3] = v;
    if (kernel_top[i] & 1)
        q[0] = v + sizeof(*p);
    for (i = 0; i < 512; i++)
        p[i] = 0;
    (void)&p[i];
}

void release(pde_t *top)
{
    top[0] = 0;
}
