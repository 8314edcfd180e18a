// SPDX-License-Identifier: MIT
/*
 * The loader maps the image, what belongs to it, and half a megabyte or more
 * behind. A kernel wants all its memory, at its direct map. This extends the
 * loader's tables until they have it, before anything else is known of any
 * page; the tables that takes come from the free memory behind the stack.
 *
 * The rule: a page that is or will be one of these tables is never mapped
 * writable at the direct map, and is filled by hypercall alone.
 */
#include "xenpv.h"

static unsigned long loader_first, loader_end; /* pfns of the loader's tables */
static unsigned long pool_first, pool_next, pool_end;
static unsigned long mapped_end; /* pfns below are at virt_base + address */
static struct mmu_update batch[ENTRIES];

bool pv_is_early_table(unsigned long pfn)
{
    return (pfn >= loader_first && pfn < loader_end) ||
           (pfn >= pool_first && pfn < pool_end);
}

static unsigned long image_va(unsigned long pfn)
{
    return pv_kernel.virt_base + (pfn << PAGE_SHIFT);
}

static unsigned long image_pfn(unsigned long va)
{
    return (va - pv_kernel.virt_base) >> PAGE_SHIFT;
}

static uint64_t *early_table(unsigned long pfn)
{
    return pfn < mapped_end ? (uint64_t *)image_va(pfn) : pv_table_of(pfn);
}

static void run_batch(unsigned count)
{
    if (count && !pv_xen_ok(hypercall_mmu_update(batch, count, NULL, DOMID_SELF),
                         "mmu_update of the direct map", batch[0].ptr, count,
                         "the loader's tables are not as expected"))
        pv_fatal("the direct map cannot be made");
}

static uint64_t entry_address(unsigned long pfn, unsigned index)
{
    return pv_pfn_to_mfn(pfn) << PAGE_SHIFT | index * 8;
}

/* A page of the pool with nothing in it, and no writable mapping. */
static unsigned long new_table(void)
{
    unsigned long pfn = pool_next++;

    if (pfn >= pool_end)
        pv_fatal("the tables of the direct map were counted wrongly");
    if (pfn < mapped_end &&
        !pv_xen_ok(hypercall_update_va_mapping(
                    image_va(pfn),
                    pv_pfn_to_mfn(pfn) << PAGE_SHIFT | PTE_P | PTE_A, UVMF_INVLPG),
                "update_va_mapping of a new table", image_va(pfn), pfn,
                "the loader maps less than the ABI says"))
        pv_fatal("the direct map cannot be made");
    for (unsigned i = 0; i < ENTRIES; i++) {
        batch[i].ptr = entry_address(pfn, i);
        batch[i].val = 0;
    }
    run_batch(ENTRIES);
    return pfn;
}

/* The table below entry `index`, made if there is none. */
static unsigned long next_table(unsigned long pfn, unsigned index)
{
    uint64_t entry = early_table(pfn)[index];
    unsigned long next;

    if (entry & PTE_P)
        return pv_mfn_to_pfn((entry & PTE_ADDRESS) >> PAGE_SHIFT);
    next = new_table();
    batch[0].ptr = entry_address(pfn, index);
    batch[0].val = pv_pfn_to_mfn(next) << PAGE_SHIFT | PTE_P | PTE_W | PTE_U |
                   PTE_A | PTE_D;
    run_batch(1);
    return next;
}

static unsigned long l1_of(unsigned long va)
{
    unsigned long pfn = pv_xen_l4;

    for (int shift = 39; shift > PAGE_SHIFT; shift -= 9)
        pfn = next_table(pfn, va >> shift & (ENTRIES - 1));
    return pfn;
}

/* Map what is not mapped from `pfn` on, as far as one L1 table reaches. */
static unsigned long map_one_table(unsigned long pfn, unsigned long end)
{
    unsigned long va = (unsigned long)pv_table_of(pfn);
    unsigned long l1 = l1_of(va);
    const uint64_t *old = early_table(l1);
    unsigned count = 0, index = va >> PAGE_SHIFT & (ENTRIES - 1);

    for (; index < ENTRIES && pfn < end; index++, pfn++) {
        unsigned long mfn = pv_pfn_to_mfn(pfn);

        if (mfn == NO_FRAME || old[index] & PTE_P)
            continue;
        batch[count].ptr = entry_address(l1, index);
        batch[count++].val = mfn << PAGE_SHIFT | PTE_P | PTE_A | PTE_D |
                             (pv_is_early_table(pfn) ? 0 : PTE_W);
    }
    run_batch(count);
    return pfn;
}

static unsigned long max(unsigned long a, unsigned long b)
{
    return a > b ? a : b;
}

/* The first pfn behind everything that the loader left in the image's map. */
static unsigned long first_unused(void)
{
    const struct start_info *si = pv_xen_start;
    unsigned long pfn = loader_end + 1; /* the boot stack is one page */
    unsigned long p2m_end = si->mfn_list + si->nr_pages * sizeof(long);

    pfn = max(pfn, image_pfn((unsigned long)si) + 1);
    if (si->mfn_list >= pv_kernel.virt_base)
        pfn = max(pfn, image_pfn(p2m_end + PAGE_SIZE - 1));
    if (si->mod_len && !(si->flags & SIF_MOD_START_PFN) &&
        si->mod_start >= pv_kernel.virt_base)
        pfn = max(pfn, image_pfn(si->mod_start + si->mod_len + PAGE_SIZE - 1));
    return pfn;
}

static unsigned long count_mapped(void)
{
    unsigned long pfn = loader_end;

    mapped_end = pfn; /* the tables themselves are mapped, which is enough */
    while (pfn < pv_xen_nr_pages) {
        unsigned long va = image_va(pfn), table = pv_xen_l4;
        int shift;

        for (shift = 39; shift >= PAGE_SHIFT; shift -= 9) {
            uint64_t entry =
                early_table(table)[va >> shift & (ENTRIES - 1)];

            if (!(entry & PTE_P))
                return pfn;
            table = pv_mfn_to_pfn((entry & PTE_ADDRESS) >> PAGE_SHIFT);
        }
        pfn++;
    }
    return pfn;
}

unsigned long pv_grow_direct_map(void)
{
    unsigned long end = pv_xen_nr_pages;

    loader_first = image_pfn(pv_xen_start->pt_base);
    loader_end = loader_first + pv_xen_start->nr_pt_frames;
    pv_xen_l4 = loader_first;
    mapped_end = count_mapped();

    if (pv_kernel.direct_limit && end > pv_kernel.direct_limit >> PAGE_SHIFT)
        end = pv_kernel.direct_limit >> PAGE_SHIFT;
    pool_first = pool_next = first_unused();
    pool_end = pool_first + end / ENTRIES + end / (ENTRIES * ENTRIES) + 5;
    if (pool_first >= mapped_end || pool_end > end)
        pv_fatal("no memory for the tables of the direct map");

    for (unsigned long pfn = 0; pfn < end;)
        pfn = map_one_table(pfn, end);
    mapped_end = 0; /* from here on the direct map is what counts */
    return pool_end;
}
