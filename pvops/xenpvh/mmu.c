// SPDX-License-Identifier: MIT
/*
 * The rings to the console and to xenstore are in pages outside of memory,
 * which no kernel maps. The library maps them in a top-level slot that is
 * Xen's in a PV guest. The rule: every top-level table has that slot before
 * it is loaded.
 */
#include "xenpvh.h"

typedef uint64_t table[ENTRIES];

static table l3 __attribute__((aligned(4096)));
static table l2 __attribute__((aligned(4096)));
static table l1 __attribute__((aligned(4096)));

static uint64_t entry_to(const void *page)
{
    return pv_kernel.virt_to_phys(page) | PTE_P | PTE_W | PTE_A | PTE_D;
}

static void put_window(unsigned long top)
{
    uint64_t *l4 = pv_kernel.phys_to_virt(top & PTE_ADDRESS);

    if (l4[WINDOW_SLOT] != entry_to(l3))
        l4[WINDOW_SLOT] = entry_to(l3);
}

void pv_window_init(void)
{
    l3[0] = entry_to(l2);
    l2[0] = entry_to(l1);
    put_window(pv_native_read_cr3());
}

/* A page of the guest by its frame number; kept until the end. */
void *pv_xenpvh_page(unsigned long frame)
{
    uint64_t entry = frame << PAGE_SHIFT | PTE_P | PTE_W | PTE_A | PTE_D;

    for (unsigned i = 0; i < WINDOW_PAGES; i++) {
        if (!l1[i])
            l1[i] = entry;
        if (l1[i] == entry)
            return (void *)(WINDOW_VA + i * PAGE_SIZE);
    }
    return NULL;
}

void pv_xenpvh_write_cr3(unsigned long value)
{
    put_window(value);
    pv_native_write_cr3(value);
}
