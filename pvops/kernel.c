// SPDX-License-Identifier: MIT
/*
 * What the kernel supplies, with what stands for hooks that it leaves out, and
 * the memory that it may use, for a kernel that manages one range of it.
 */
#include "internal.h"

static void *linear_to_virt(unsigned long pa)
{
    return (void *)(pv_kernel.direct_base + pa);
}

/* Of the two maps the address is in the one that begins nearer below it. */
static unsigned long linear_to_phys(const void *va)
{
    unsigned long direct = (unsigned long)va - pv_kernel.direct_base;
    unsigned long image = (unsigned long)va - pv_kernel.virt_base;

    return direct < image ? direct : image;
}

void pv_take_kernel(const struct pv_kernel *kernel)
{
    pv_kernel = *kernel;
    if (!pv_kernel.direct_base)
        pv_kernel.direct_base = pv_kernel.virt_base;
    if (!pv_kernel.phys_to_virt)
        pv_kernel.phys_to_virt = linear_to_virt;
    if (!pv_kernel.virt_to_phys)
        pv_kernel.virt_to_phys = linear_to_phys;
}

void *pv_new_page(void)
{
    void *page = pv_kernel.page_alloc();

    return page ? pv_memset(page, 0, PAGE_SIZE) : NULL;
}

const struct pv_boot_info *pv_booted(void)
{
    return &pv_boot_info;
}

static const struct pv_region *largest(void)
{
    const struct pv_region *best = NULL;

    for (unsigned i = 0; i < pv_boot_info.nr_regions; i++) {
        const struct pv_region *r = &pv_boot_info.regions[i];

        if (r->usable && (!best || r->size > best->size))
            best = r;
    }
    return best;
}

unsigned long pv_memory_start(unsigned long otherwise)
{
    const struct pv_region *r = largest();

    return r ? r->start : otherwise;
}

unsigned long pv_memory_end(unsigned long otherwise)
{
    const struct pv_region *r = largest();

    return r ? r->start + r->size : otherwise;
}
