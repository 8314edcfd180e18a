// SPDX-License-Identifier: MIT
/*
 * Page tables: four levels, each entry a physical address and flags. A type
 * a level, so that a table cannot be taken for one of another level.
 */
#ifndef WREN_VM_H
#define WREN_VM_H

#include "types.h"

typedef uint64_t pte_t;   /* maps a page */
typedef uint64_t pde_t;   /* points to a table of pte_t */
typedef uint64_t pdpte_t; /* ... of pde_t */
typedef uint64_t pml4e_t; /* ... of pdpte_t */

#define PTE_P 0x001ul
#define PTE_W 0x002ul
#define PTE_U 0x004ul
#define PTE_NX (1ul << 63)

#define PTE_ADDR(entry) ((entry) & 0x000ffffffffff000ul)

void vm_init(void);

/* The kernel's own tables, and one set more for each process. */
pml4e_t *vm_kernel(void);
pml4e_t *vm_create(void);
void vm_destroy(pml4e_t *pml4); /* with the pages that it maps */
void vm_load(pml4e_t *pml4);

/* Map one page, or take it out: the entry of before, 0 if there was none. */
void vm_map(pml4e_t *pml4, uint64_t va, uint64_t pa, uint64_t flags);
uint64_t vm_unmap(pml4e_t *pml4, uint64_t va);
bool vm_is_user(pml4e_t *pml4, uint64_t va);

#endif
