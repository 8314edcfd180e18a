// SPDX-License-Identifier: MIT
// Tables that no type gives away: what lgdt, lidt and CR3 are loaded with is
// followed back, through wrappers and the structs that hold an address.
typedef unsigned long word;
typedef unsigned short half;

struct address { half limit; word base; } __attribute__((packed));

static word segments[8], gates[512], spare[8];
static word top[512] __attribute__((aligned(4096)));
static struct address where = { sizeof(gates) - 1, (word)gates };

static void load_segments(const struct address *a)
{
    asm volatile("lgdt %0" :: "m"(*a));                  /* want: lgdt */
}

static void load_gates(void *table, half size)
{
    volatile half words[5];

    words[0] = size - 1;
    words[1] = (word)table;
    asm volatile("lidt (%0)" :: "r"(words));             /* want: lidt */
}

static void use_top(word address)
{
    asm volatile("mov %0, %%cr3" :: "r"(address));       /* want: mov_to_cr3 */
}

void set_up(word value)
{
    struct address own;

    own.limit = sizeof(spare) - 1;
    own.base = (word)&segments;
    segments[1] = value;                                 /* want: gdt_store */
    spare[1] = value;
    load_segments(&own);
    load_gates(gates, sizeof(gates));
    asm volatile("lidt %0" :: "m"(where));               /* want: lidt */
    use_top((word)top);
}

void change(int i, word value)
{
    word *other = spare;

    segments[2] = value;                                 /* want: gdt_store */
    gates[i] = value;                                    /* want: idt_store */
    top[i] = value;                                      /* want: pte_store */
    other[i] = value;
    where.limit = 7;
}
