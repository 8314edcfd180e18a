// SPDX-License-Identifier: MIT
/* What wren and the library tell each other; the whole of it. */
#include "../console.h"
#include "../page.h"
#include "../types.h"
#include "../vm.h"

#include <pvops.h>

#define DEVICE_VA 0xffffffffe0000000ul
#define PTE_UNCACHED 0x10ul

static void stop(const char *why)
{
    panic("%s", why);
}

/* Device registers and the firmware's tables, above the map of all memory. */
static void *map_device(unsigned long pa, unsigned long size)
{
    static uint64_t next = DEVICE_VA;
    uint64_t va = next + pa % PAGE_SIZE;

    for (uint64_t at = pa & -PAGE_SIZE; at < pa + size; at += PAGE_SIZE) {
        vm_map(vm_kernel(), next, at, PTE_W | PTE_NX | PTE_UNCACHED);
        next += PAGE_SIZE;
    }
    return (void *)va;
}

const struct pv_kernel pv_this_kernel = {
    .page_alloc = page_alloc,
    .page_free = page_free,
    .panic = stop,
    .map_device = map_device,
    .low_page = 0x8000, /* wren uses nothing below its image */
    .virt_base = KERNBASE,
    .image_start = 0x100000,
    .image_end = (unsigned long)kernel_end - KERNBASE,
    .direct_limit = MAX_PHYS,
};
