// SPDX-License-Identifier: MIT
/*
 * Boot information to and from the form of a PVH loader. The rule: what is
 * called usable holds nothing that the loader or the kernel put there.
 */
#include "internal.h"
#include "native/apic.h"

#define PVH_MAGIC 0x336ec578
#define PVH_RAM 1
#define PVH_RESERVED 2

struct pvh_info {
    uint32_t magic, version, flags, nr_modules;
    uint64_t modules, command_line, rsdp, memory_map;
    uint32_t memory_map_entries, reserved;
};

struct pvh_module {
    uint64_t address, size, command_line, reserved;
};

struct pvh_memory {
    uint64_t address, size;
    uint32_t type, reserved;
};

static struct {
    struct pvh_info info;
    struct pvh_module modules[PV_MAX_MODULES];
    struct pvh_memory memory[PV_MAX_REGIONS];
} pvh;

unsigned long pv_pvh_start_info(const struct pv_boot_info *info)
{
    pvh.info = (struct pvh_info){
        .magic = PVH_MAGIC,
        .version = 1,
        .nr_modules = info->nr_modules,
        .modules = pv_kernel.virt_to_phys(pvh.modules),
        .command_line = pv_kernel.virt_to_phys(info->command_line),
        .memory_map = pv_kernel.virt_to_phys(pvh.memory),
        .memory_map_entries = info->nr_regions,
    };
    for (unsigned i = 0; i < info->nr_modules; i++) {
        pvh.modules[i].address = info->modules[i].start;
        pvh.modules[i].size = info->modules[i].size;
    }
    for (unsigned i = 0; i < info->nr_regions; i++) {
        pvh.memory[i].address = info->regions[i].start;
        pvh.memory[i].size = info->regions[i].size;
        pvh.memory[i].type = info->regions[i].usable ? PVH_RAM : PVH_RESERVED;
    }
    return pv_kernel.virt_to_phys(&pvh.info);
}

static unsigned long rsdp;

unsigned long pv_boot_rsdp(void)
{
    return rsdp;
}

/* What is taken, by the loader or the image. */
static struct range {
    unsigned long start, end;
} taken[PV_MAX_MODULES + 8];
static unsigned nr_taken;

static void take(unsigned long start, unsigned long size)
{
    taken[nr_taken].start = start & ~(PAGE_SIZE - 1);
    taken[nr_taken++].end = (start + size + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
}

/* Memory from `start` to `end`, but what is taken of it, as regions. */
static void add_memory(unsigned long start, unsigned long end)
{
    while (start < end) {
        unsigned long next = end, resume = end;

        for (unsigned i = 0; i < nr_taken; i++) {
            if (taken[i].end <= start || taken[i].start >= next)
                continue;
            next = taken[i].start > start ? taken[i].start : start;
            resume = taken[i].end;
        }
        pv_boot_region(start, next, true);
        if (resume > end)
            resume = end;
        pv_boot_region(next, resume, false);
        start = resume;
    }
}

const struct pv_boot_info *pv_start_pvh(unsigned long start_info_pa,
                                        const struct pv_kernel *kernel)
{
    const struct pvh_info *info;
    const struct pvh_memory *memory;
    const struct pvh_module *modules;

    pv_take_kernel(kernel);
    if (pv_boot_info.world == PV_WORLD_NATIVE)
        pv_start_on_xen_pvh();
    info = pv_kernel.phys_to_virt(start_info_pa);
    if (info->magic != PVH_MAGIC || info->version < 1)
        pv_fatal("this is not a PVH loader's information with a memory map");
    rsdp = info->rsdp;
    memory = pv_kernel.phys_to_virt(info->memory_map);
    modules = pv_kernel.phys_to_virt(info->modules);

    take(0, 0x1000); /* the BIOS's data */
    if (pv_kernel.low_page)
        take(pv_kernel.low_page, PAGE_SIZE);
    take(start_info_pa, sizeof(*info));
    take(info->memory_map, info->memory_map_entries * sizeof(*memory));
    take(pv_kernel.image_start, pv_kernel.image_end - pv_kernel.image_start);
    if (info->command_line) {
        pv_boot_info.command_line = pv_kernel.phys_to_virt(info->command_line);
        take(info->command_line, PAGE_SIZE);
    }
    for (unsigned i = 0; i < info->nr_modules && i < PV_MAX_MODULES; i++) {
        pv_boot_info.modules[i] = (struct pv_region){ modules[i].address,
                                                      modules[i].size, 0 };
        take(modules[i].address, modules[i].size);
        pv_boot_info.nr_modules = i + 1;
    }
    for (unsigned i = 0; i < info->memory_map_entries; i++) {
        unsigned long start = memory[i].address;

        if (memory[i].type == PVH_RAM)
            add_memory(start, start + memory[i].size);
    }
    return &pv_boot_info;
}

unsigned long pv_start_any(unsigned long start_info_pa,
                           const struct pv_kernel *kernel)
{
    if (pv_boot_info.world == PV_WORLD_NATIVE) {
        pv_take_kernel(kernel);
        if (pv_start_on_xen_pvh())
            start_info_pa =
                pv_pvh_start_info(pv_start_pvh(start_info_pa, kernel));
        else if (kernel->map_device)
            pv_start_pvh(start_info_pa, kernel);
    }
    return start_info_pa;
}
