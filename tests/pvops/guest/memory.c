// SPDX-License-Identifier: MIT
/* Pages, and page tables made by the library's operations alone. */
#include "guest.h"

#define DEVICE_VA 0xffffffffd0000000ul
#define PTE_PCD 0x10ul

uint64_t *kernel_top;
bool all_was_mapped;

static uint64_t next_page, last_page, balance;
static void *free_list;

void *memset(void *to, int byte, size_t count)
{
    char *p = to;

    while (count--)
        *p++ = byte;
    return to;
}

void *memcpy(void *to, const void *from, size_t count)
{
    const char *q = from;
    char *p = to;

    while (count--)
        *p++ = *q++;
    return to;
}

void *direct(unsigned long pa)
{
    return (void *)(pa + KERNBASE);
}

unsigned long physical(const void *va)
{
    return (unsigned long)va - KERNBASE;
}

void *page_alloc(void)
{
    void *page = free_list;

    balance++;
    if (page) {
        free_list = *(void **)page;
    } else {
        page = direct(next_page);
        next_page += PAGE_SIZE;
        if (next_page > last_page)
            return NULL;
    }
    return memset(page, 0, PAGE_SIZE);
}

void page_free(void *page)
{
    balance--;
    *(void **)page = free_list;
    free_list = page;
}

uint64_t page_balance(void)
{
    return balance;
}

static uint64_t *next_table(uint64_t *entry, uint64_t flags,
                            void (*store)(void *, unsigned long))
{
    if (!(pv_pte_load(entry) & PTE_P))
        store(entry, physical(page_alloc()) | PTE_P | PTE_W | (flags & PTE_U));
    return direct(pv_pte_load(entry) & PTE_ADDR);
}

static unsigned slot(uint64_t va, int level)
{
    return va >> (3 + 9 * level) & 511;
}

uint64_t *entry_of(uint64_t *top, uint64_t va, int level)
{
    for (int l = 4; l > level; l--)
        top = direct(pv_pte_load(&top[slot(va, l)]) & PTE_ADDR);
    return &top[slot(va, level)];
}

void map(uint64_t *top, uint64_t va, uint64_t pa, uint64_t flags)
{
    uint64_t *l3 = next_table(&top[slot(va, 4)], flags, pv_pte_store_l4);
    uint64_t *l2 = next_table(&l3[slot(va, 3)], flags, pv_pte_store_l3);
    uint64_t *l1 = next_table(&l2[slot(va, 2)], flags, pv_pte_store_l2);

    pv_pte_store_l1(&l1[slot(va, 1)], pa | flags | PTE_P);
}

/* Natively, device registers and the firmware's tables. */
void *map_device(unsigned long pa, unsigned long size)
{
    static uint64_t next = DEVICE_VA;
    uint64_t va = next + pa % PAGE_SIZE;

    for (uint64_t at = pa & -PAGE_SIZE; at < pa + size; at += PAGE_SIZE) {
        map(kernel_top, next, at, PTE_W | PTE_PCD);
        next += PAGE_SIZE;
    }
    return (void *)va;
}

uint64_t *new_space(void)
{
    uint64_t *top = page_alloc();

    pv_pte_store_l4(&top[511], pv_pte_load(&kernel_top[511]));
    return top;
}

/* Every page is there, and is a page of its own. */
static bool reach_all(void)
{
    for (uint64_t pa = next_page; pa < last_page; pa += PAGE_SIZE)
        *(uint64_t *)direct(pa) = ~pa;
    for (uint64_t pa = next_page; pa < last_page; pa += PAGE_SIZE)
        if (*(volatile uint64_t *)direct(pa) != ~pa)
            return false;
    return true;
}

/* The largest usable region, and a map of everything below the limit. */
void memory_init(void)
{
    next_page = pv_memory_start(0);
    last_page = pv_memory_end(0);
    if (last_page > DIRECT_LIMIT)
        last_page = DIRECT_LIMIT;
    all_was_mapped = reach_all();
    kernel_top = page_alloc();
    for (uint64_t pa = 0; pa < DIRECT_LIMIT; pa += PAGE_SIZE)
        map(kernel_top, KERNBASE + pa, pa, PTE_W);
    pv_write_cr3(physical(kernel_top));
    balance = 0;
}
