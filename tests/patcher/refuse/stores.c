// SPDX-License-Identifier: MIT
// Must refuse: stores that are no plain store of one whole entry.
#include "types.h"

typedef u64 pte_t;
typedef u32 small_t;
typedef union { u64 raw; struct { u64 present : 1, write : 1; } bits; } union_t;
typedef u64 plain_t;
#define SET(place, value) (*(place) = (value))

#define PRESENT(entry) ((entry)->bits.present)

struct page { struct page *parent; };
struct gate { u64 low, high; };
struct tss { u32 reserved; u64 rsp0, rsp1; } __attribute__((packed));
struct gate idt[256];
u64 gdt[8];
struct tss tss;
struct holder { union_t entry; } *holder;
union_t alone;
struct { u64 gdt[8], where, stack[3]; } cpu_gdt[4]; /* all that a CPU has */
void *memset(void *, int, u64);
void *memcpy(void *, const void *, u64);

void stores(pte_t *p, small_t *s, union_t *u, struct page *page, u64 v, int i)
{
    union_t on_stack;
    pte_t kept[4];
    u64 x;

    /* refuse: what it stores is a pointer, not an entry */
    p[511] = (pte_t)page;
    /* refuse: what it stores is a pointer, not an entry */
    p[510] = (u64)(void *)p;
    /* refuse: what it reads is used as a pointer */
    page = (struct page *)p[511];
    /* refuse: an entry of a PV guest has 8 bytes */
    *s = (small_t)v;
    /* refuse: it writes a part of an entry */
    u[i].bits.present ^= 1;
    /* refuse: it writes a part of an entry */
    u->bits.write++;
    /* refuse: it writes a part of an entry */
    holder->entry.bits.present = 1;
    /* refuse: it writes a part of an entry */
    alone.raw = v;
    /* refuse: it writes a part of an entry */
    (on_stack.bits).write = 1;
    /* refuse: what it stores is a pointer, not an entry */
    u->raw = (u64)(void *)page;
    /* refuse: the value of the assignment is used */
    x = u->bits.present = 1;
    /* refuse: how it names a part of an entry is not understood */
    x += PRESENT(u);
    /* refuse: what it reads is used as a pointer */
    page = (struct page *)u->raw;
    /* refuse: the value of the assignment is used */
    x = (*p = v);
    /* refuse: the value of the assignment is used */
    if ((p[i] = v))
        x++;
    /* refuse: it is written in a macro */
    SET(&p[i], v);
    /* refuse: it is on the stack */
    kept[0] = v;
    /* refuse: this operator on an entry is not understood */
    (*p)++;
    /* refuse: this operator on an entry is not understood */
    p[i] <<= 1;
    /* refuse: it does not write zeros */
    memset(p, 0xff, 4096);
    /* refuse: whether what is copied are entries */
    memcpy(p, page, 4096);
    /* refuse: it writes 16 bytes, and the operation 8 */
    idt[i] = (struct gate){ v, x };
    /* refuse: only RSP0 of a TSS has a meaning */
    tss.rsp1 = v;
    /* refuse: it is not a plain store */
    gdt[1] |= 2;
    /* refuse: the elements of this table are larger than descriptors */
    cpu_gdt[i].stack[0] = v;
    /* refuse: the elements of this table are larger than descriptors */
    cpu_gdt[i].where = v;
    (void)page;
}
