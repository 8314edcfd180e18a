// SPDX-License-Identifier: MIT
/* Wren: a small kernel for the bare machine. Its boot is this list. */
#include "console.h"
#include "cpu.h"
#include "demo.h"
#include "page.h"
#include "pic.h"
#include "platform.h"
#include "power.h"
#include "pvh.h"
#include "thread.h"
#include "timer.h"
#include "vm.h"

void kmain(uint64_t start_info);

static void memory_init(const struct pvh_start_info *info)
{
    const struct pvh_memory *map = phys_to_virt(info->memory_map);

    if (info->magic != PVH_MAGIC || info->version < 1)
        panic("the loader is no PVH loader with a memory map");
    for (uint32_t i = 0; i < info->memory_map_entries; i++)
        if (map[i].type == PVH_MEMORY_RAM)
            page_add_range(map[i].address, map[i].address + map[i].size);
}

void kmain(uint64_t start_info)
{
    console_init();
    memory_init(phys_to_virt(start_info));
    kprintf("platform: wren on %s, %lu kB of memory free\n",
            cpu_vendor().text, page_free_count() * 4);

    vm_init();
    cpu_init();
    pic_init();
    timer_init();
    thread_init();
    irq_enable();

    platform_begin();
    kprintf("--- wren: begin ---\n");
    demo();
    kprintf("--- wren: end ---\n");
    platform_end();
    power_off();
}
