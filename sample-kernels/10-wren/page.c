// SPDX-License-Identifier: MIT
/* A free page's first word points to the next: the list costs no memory. */
#include "page.h"
#include "console.h"
#include "cpu.h"

struct free_page {
    struct free_page *next;
};

static struct free_page *free_list;
static uint64_t free_count, top;

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

void page_free(void *page)
{
    struct free_page *p = page;
    uint64_t flags;

    IRQ_SAVE(flags);
    p->next = free_list;
    free_list = p;
    free_count++;
    IRQ_RESTORE(flags);
}

void *page_alloc(void)
{
    struct free_page *p;
    uint64_t flags;

    IRQ_SAVE(flags);
    p = free_list;
    if (!p)
        panic("out of memory");
    free_list = p->next;
    free_count--;
    IRQ_RESTORE(flags);
    return memset(p, 0, PAGE_SIZE);
}

/* A range of memory from the loader; what the image occupies is left out. */
void page_add_range(uint64_t start, uint64_t end)
{
    uint64_t image_end = virt_to_phys(kernel_end);

    if (start < image_end)
        start = image_end;
    if (end > MAX_PHYS)
        end = MAX_PHYS;
    start = (start + PAGE_SIZE - 1) & -PAGE_SIZE;
    end &= -PAGE_SIZE;

    for (uint64_t pa = start; pa < end; pa += PAGE_SIZE)
        page_free(phys_to_virt(pa));
    if (start < end && end > top)
        top = end;
}

uint64_t page_free_count(void)
{
    return free_count;
}

uint64_t page_top(void)
{
    return top;
}
