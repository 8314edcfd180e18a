// SPDX-License-Identifier: MIT
// What bare metal lets a kernel take for granted, next to what only looks
// like it.
typedef unsigned int u32;
typedef unsigned long u64;
u64 to_physical(const void *place);
u64 pte_val(u64 entry);
u64 entry_of(u64 address, u64 pte);
void start_timer(u32 mode);

#define FLAG_P 0x001
#define FLAG_RW 0x002
#define PTE_U 0x004
#define PAGE_SIZE 4096
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define ADDRESS_MASK 0x000ffffffffff000ul
#define NARROW_MASK (~0xfffu)
#define ADDRESS(pte) ((u64)(pte) & ~0xFFF)               /* want: pte_mask */
#define ADDRESS32(pte) ((u32)(pte) & ~0xFFF)

struct space {
    u64 *top, *low;
};

u64 masks(u64 pte, u64 *ptep, u64 *pgdir, u64 address)
{
    u64 sum = pte & ~0xffful;                            /* want: pte_mask */

    sum += *ptep & PAGE_MASK;                            /* want: pte_mask */
    sum += (pgdir[3] & PAGE_MASK) >> 12;                 /* want: pte_mask */
    sum += pte_val(*ptep) & PAGE_MASK;                   /* want: pte_mask */
    sum += pte & ADDRESS_MASK;
    sum += pte & NARROW_MASK;
    sum += pte & 0xfff;
    sum += address & PAGE_MASK;
    sum += to_physical(ptep) & PAGE_MASK;
    sum += entry_of(address, pte) & PAGE_MASK;
    return sum + (pte && ~0xfff);
}

u32 masks32(void)
{
    u32 *pgdir = 0, pte = 0;

    return (pgdir[3] & PAGE_MASK) + (pte & PAGE_MASK);
}

void user_bits(u64 *ptep, u64 flags)
{
    *ptep &= ~PTE_U;                                     /* want: user_bit */
    *ptep = flags & ~(FLAG_RW | PTE_U);                  /* want: user_bit */
    *ptep |= PTE_U;
    *ptep &= ~FLAG_RW;
    flags = ~PTE_U;
}

void self_maps(u64 *top, u64 *low, struct space *s, u64 **list)
{
    top[510] = to_physical(top) | FLAG_P | FLAG_RW;      /* want: recursive_slot */
    top[510] = (u64)top | 3;                             /* want: recursive_slot */
    s->top[510] = to_physical(s->top) | FLAG_P;          /* want: recursive_slot */
    top[510] = to_physical(low) | FLAG_P;
    s->top[510] = to_physical(s->low) | FLAG_P;
    top[510] = to_physical(top) | FLAG_RW;
    top[510] = (top[509]) | FLAG_P;
    list[1] = (u64 *)list;
    if (top[510] == (to_physical(top) | FLAG_P))
        return;
}

#define LINEAR_BASE 0xffff800000000000                   /* want: hypervisor_slots */
#define DIRECT_BASE 0xffff888000000000
u64 *slots(u64 *pml4, u64 *table, u64 address)
{
    pml4[256] = 0;                                       /* want: hypervisor_slots */
    pml4[272] = 0;
    table[256] = 0;
    if (address >= 0xffff800000000000)
        address &= 0xffff800000000000;
    return (u64 *)0xffff87ffff000000;                    /* want: hypervisor_slots */
}

asm(".code16gcc");                                       /* want: real_mode */
asm(".code64");

#define TIMER_PERIODIC (1 << 17)
#define SAMPLE_PERIODIC 1
#define TIMER_ONCE (1 << 17)
void timers(void)
{
    start_timer(TIMER_PERIODIC | 32);                    /* want: periodic_tick */
    start_timer(SAMPLE_PERIODIC);
    start_timer(TIMER_ONCE);
}
