// SPDX-License-Identifier: MIT
// Stores and loads by type, and descriptors by name.
typedef unsigned long u64;
typedef u64 pte_t;
typedef struct { u64 low, high; } gate_t;
#define SET(p, v) (*(p) = (v))

static pte_t *table;
static gate_t idt[256];
struct tss { u64 rsp0; } tss;
void *memset(void *, int, unsigned long);

u64 stores(pte_t *p, int i, u64 v)
{
    pte_t copy = *p;                                     /* want: pte_load */
    pte_t kept[2];
    u64 plain[4];

    *p = v;                                              /* want: pte_store */
    p[i] = table[i + 1];                                 /* want: pte_store pte_load */
    *p |= 2;                                             /* want: pte_rmw */
    (*p)++;                                              /* want: pte_rmw */
    SET(&table[i], v);                                   /* want: pte_store */
    memset(p, 0, 4096);                                  /* want: pte_clear */
    copy = v;
    copy |= 4;
    plain[i] = v;
    kept[0] = v;                                         /* want: pte_store */
    idt[i].low = v;                                      /* want: idt_store */
    tss.rsp0 = v;                                        /* want: tss_store */
    if (p == &table[3] || sizeof(*p) == 8)
        return copy + plain[0];
    return p[i] & ~1ul;                                  /* want: pte_load */
}
