// SPDX-License-Identifier: MIT
/*
 * The page tables that a guest starts with. They are filled as the guest
 * itself would fill them and then validated and pinned like any others: the
 * builder has no privilege that could hide a mistake.
 *
 * A guest may count on their order: the L4, then all L3s, L2s and L1s, and on
 * its tables being mapped read-only.
 */
#include "builder/build.h"
#include "core/domain.h"
#include "core/memory/frame.h"
#include "core/hw.h"

#define PTE_P 0x001UL
#define PTE_W 0x002UL
#define PTE_U 0x004UL
#define PTE_A 0x020UL
#define PTE_D 0x040UL

#define ENTRIES 512

/* Bits of an address below an entry of LEVEL. */
static unsigned int level_shift(int level)
{
    return PAGE_SHIFT + 9 * (unsigned int)(level - 1);
}

/* Which table of LEVEL translates VA, counted from address 0. */
static uint64_t table_number(uint64_t va, int level)
{
    return level == 4 ? 0 : (va & 0xffffffffffffUL) >> level_shift(level + 1);
}

/* Give RANGE the tables that it does not share with FIRST, from PFN on. */
static uint64_t count_tables(struct mapped_range *range,
                             const struct mapped_range *first, uint64_t pfn)
{
    uint64_t total = 0;
    int level;

    for (level = 4; level >= 1; level--) {
        uint64_t from = table_number(range->start, level);
        uint64_t to = table_number(range->end - 1, level);
        uint64_t n = to - from + 1;

        if (first && from >= table_number(first->start, level) &&
            to <= table_number(first->end - 1, level))
            n = 0;
        range->first_table[level] = pfn + total;
        range->tables[level] = n;
        total += n;
    }
    return total;
}

/*
 * The first range holds its own tables, so that its size depends on itself:
 * repeat until it no longer grows. False: it does not fit into memory.
 */
bool plan_first_range(struct building *b)
{
    struct mapped_range *range = &b->range[0];
    uint64_t tables = 0, needed;

    b->tables_pfn = b->next_pfn;
    range->start = b->image.virt_base & ~((1UL << 22) - 1);
    for (;;) {
        uint64_t last = building_va(b, b->tables_pfn + tables + 1);

        range->end = round_up(last + (512UL << 10), 1UL << 22);
        needed = count_tables(range, NULL, b->tables_pfn);
        if (needed <= tables)
            break;
        tables = needed;
    }
    b->nr_tables = tables;
    b->stack_pfn = b->tables_pfn + tables;
    b->next_pfn = (range->end - b->image.virt_base) >> PAGE_SHIFT;
    b->ranges = 1;
    return b->stack_pfn + 1 <= b->nr_pages;
}

bool plan_p2m_range(struct building *b)
{
    struct mapped_range *range = &b->range[1];

    b->p2m_pfn = b->next_pfn;
    range->start = b->image.init_p2m;
    range->end = range->start + (b->p2m_pages << PAGE_SHIFT);
    b->next_pfn += b->p2m_pages;
    b->next_pfn += count_tables(range, &b->range[0], b->next_pfn);
    b->ranges = 2;
    return b->next_pfn <= b->nr_pages;
}

/* The frame of the table of LEVEL that translates VA. */
static uint64_t table_pfn(const struct building *b, uint64_t va, int level)
{
    unsigned int i;

    for (i = 0; i < b->ranges; i++) {
        const struct mapped_range *range = &b->range[i];
        uint64_t n = table_number(va, level) -
                     table_number(range->start, level);

        if (table_number(va, level) >= table_number(range->start, level) &&
            n < range->tables[level])
            return range->first_table[level] + n;
    }
    panic("builder: no page table was planned for %#lx", va);
}

static bool is_table(const struct building *b, uint64_t pfn)
{
    unsigned int i;
    int level;

    for (i = 0; i < b->ranges; i++) {
        for (level = 1; level <= 4; level++) {
            if (pfn - b->range[i].first_table[level] <
                b->range[i].tables[level])
                return true;
        }
    }
    return false;
}

static void write_entry(struct building *b, uint64_t va, int level,
                        uint64_t pfn, uint64_t flags)
{
    uint64_t *table = building_map(b, table_pfn(b, va, level));
    unsigned int slot = (va >> level_shift(level)) & (ENTRIES - 1);

    table[slot] = (b->p2m[pfn] << PAGE_SHIFT) | flags;
    unmap_frame(table);
}

/* Map one page, and the tables above it where this is their first. It is the
 * kernel's, as toolstacks say it: its entry lacks U, its tables' have it. */
static void map_page(struct building *b, uint64_t va, uint64_t pfn, bool first)
{
    uint64_t flags = PTE_P | PTE_A | (is_table(b, pfn) ? 0 : PTE_W);
    int level;

    write_entry(b, va, 1, pfn, flags);
    for (level = 2; level <= 4; level++) {
        if (first || !(va & ((1UL << level_shift(level)) - 1)))
            write_entry(b, va, level, table_pfn(b, va, level - 1),
                        PTE_P | PTE_W | PTE_U | PTE_A | PTE_D);
    }
}

void write_tables(struct building *b)
{
    uint64_t pfn, va;

    /* Pseudo-physical 0 is at virt_base, which may lie inside a 4 MiB unit. */
    va = b->image.virt_base;
    for (pfn = 0; va < b->range[0].end && pfn < b->nr_pages;
         pfn++, va += PAGE_SIZE)
        map_page(b, va, pfn, pfn == 0);
    if (b->ranges < 2)
        return;
    for (pfn = 0; pfn < b->p2m_pages; pfn++)
        map_page(b, b->range[1].start + (pfn << PAGE_SHIFT), b->p2m_pfn + pfn,
                 pfn == 0);
}
