// SPDX-License-Identifier: MIT
/* The page allocator: all memory that nothing else uses, a page at a time. */
#ifndef WREN_PAGE_H
#define WREN_PAGE_H

#include "types.h"

void page_add_range(uint64_t start, uint64_t end);
void *page_alloc(void); /* zeroed; never fails: the kernel stops instead */
void page_free(void *page);
uint64_t page_free_count(void);
uint64_t page_top(void); /* the end of the highest page ever added */

void *memset(void *to, int byte, size_t count);
void *memcpy(void *to, const void *from, size_t count);

#endif
