// SPDX-License-Identifier: MIT
/* What wren and the library tell each other; the whole of it. */
#include "../console.h"
#include "../page.h"
#include "../types.h"

#include <pvops.h>

void kmain(uint64_t start_info);
void start_on_xen(void *start_info);

static void *direct(unsigned long pa)
{
    return phys_to_virt(pa);
}

static unsigned long physical(const void *va)
{
    return virt_to_phys(va);
}

static void stop(const char *why)
{
    panic("%s", why);
}

const struct pv_kernel pv_this_kernel = {
    .phys_to_virt = direct,
    .virt_to_phys = physical,
    .page_alloc = page_alloc,
    .page_free = page_free,
    .panic = stop,
    .virt_base = KERNBASE,
    .image_start = 0x100000,
    .image_end = (unsigned long)kernel_end - KERNBASE,
    .direct_limit = MAX_PHYS,
};

/* Wren reads a PVH loader's information; so it is given that. */
void start_on_xen(void *start_info)
{
    kmain(pv_pvh_start_info(pv_start_xen(start_info, &pv_this_kernel)));
}
