// SPDX-License-Identifier: MIT
/*
 * The kernel's map is the top 2 GB of every address space: vm_create() shares
 * the one entry that leads to it. All memory is in it, at KERNBASE, so a
 * table is always within reach. Text is never writable and data never
 * executable: every page of the map is set by page_rights().
 */
#include "vm.h"
#include "console.h"
#include "cpu.h"
#include "page.h"

#define INDEX(va, level) ((va) >> (12 + 9 * ((level) - 1)) & 511)
#define KERNEL_SLOT INDEX(KERNBASE, 4)

static pml4e_t *kernel_pml4;

static uint64_t new_table(void)
{
    return virt_to_phys(page_alloc()) | PTE_P | PTE_W;
}

/* The entry that maps `va`; tables on the way are made if `flags` are given. */
static pte_t *find_entry(pml4e_t *pml4, uint64_t va, uint64_t flags)
{
    pml4e_t *l4 = &pml4[INDEX(va, 4)];
    pdpte_t *l3;
    pde_t *l2;
    pte_t *l1;

    if (!(*l4 & PTE_P)) {
        if (!flags)
            return NULL;
        *l4 = new_table() | (flags & PTE_U);
    }
    l3 = phys_to_virt(PTE_ADDR(*l4));
    l3 += INDEX(va, 3);
    if (!(*l3 & PTE_P)) {
        if (!flags)
            return NULL;
        *l3 = new_table() | (flags & PTE_U);
    }
    l2 = phys_to_virt(PTE_ADDR(*l3));
    l2 += INDEX(va, 2);
    if (!(*l2 & PTE_P)) {
        if (!flags)
            return NULL;
        *l2 = new_table() | (flags & PTE_U);
    }
    l1 = phys_to_virt(PTE_ADDR(*l2));
    return &l1[INDEX(va, 1)];
}

void vm_map(pml4e_t *pml4, uint64_t va, uint64_t pa, uint64_t flags)
{
    pte_t *entry = find_entry(pml4, va, flags | PTE_P);

    if (*entry & PTE_P)
        panic("%lx is mapped already", va);
    *entry = pa | flags | PTE_P;
}

uint64_t vm_unmap(pml4e_t *pml4, uint64_t va)
{
    pte_t *entry = find_entry(pml4, va, 0);
    uint64_t old = entry ? *entry : 0;

    if (old & PTE_P) {
        *entry = 0;
        invlpg((void *)va);
    }
    return old;
}

bool vm_is_user(pml4e_t *pml4, uint64_t va)
{
    pte_t *entry = find_entry(pml4, va, 0);

    return entry && (*entry & (PTE_P | PTE_U)) == (PTE_P | PTE_U);
}

static uint64_t page_rights(uint64_t va)
{
    if (va >= (uint64_t)text_start && va < (uint64_t)text_end)
        return 0;
    if (va >= (uint64_t)text_end && va < (uint64_t)rodata_end)
        return PTE_NX;
    return PTE_W | PTE_NX;
}

void vm_init(void)
{
    kernel_pml4 = page_alloc();
    for (uint64_t pa = 0; pa < page_top(); pa += PAGE_SIZE) {
        uint64_t va = KERNBASE + pa;

        vm_map(kernel_pml4, va, pa, page_rights(va));
    }
    vm_load(kernel_pml4);
}

pml4e_t *vm_kernel(void)
{
    return kernel_pml4;
}

pml4e_t *vm_create(void)
{
    pml4e_t *pml4 = page_alloc();

    pml4[KERNEL_SLOT] = kernel_pml4[KERNEL_SLOT];
    return pml4;
}

static void free_l1(pte_t *l1)
{
    for (int i = 0; i < 512; i++)
        if (l1[i] & PTE_P)
            page_free(phys_to_virt(PTE_ADDR(l1[i])));
    page_free(l1);
}

static void free_l2(pde_t *l2)
{
    for (int i = 0; i < 512; i++)
        if (l2[i] & PTE_P)
            free_l1(phys_to_virt(PTE_ADDR(l2[i])));
    page_free(l2);
}

static void free_l3(pdpte_t *l3)
{
    for (int i = 0; i < 512; i++)
        if (l3[i] & PTE_P)
            free_l2(phys_to_virt(PTE_ADDR(l3[i])));
    page_free(l3);
}

void vm_destroy(pml4e_t *pml4)
{
    for (int i = 0; i < 256; i++)
        if (pml4[i] & PTE_P)
            free_l3(phys_to_virt(PTE_ADDR(pml4[i])));
    page_free(pml4);
}

void vm_load(pml4e_t *pml4)
{
    uint64_t pa = virt_to_phys(pml4);

    if (read_cr3() != pa)
        write_cr3(pa);
}
