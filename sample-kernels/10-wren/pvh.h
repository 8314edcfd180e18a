// SPDX-License-Identifier: MIT
/* What a PVH loader tells a kernel; addresses are physical. */
#ifndef WREN_PVH_H
#define WREN_PVH_H

#include "types.h"

#define PVH_MAGIC 0x336ec578
#define PVH_MEMORY_RAM 1

struct pvh_memory {
    uint64_t address, size;
    uint32_t type, reserved;
};

struct pvh_start_info {
    uint32_t magic, version, flags, nr_modules;
    uint64_t modules, command_line, rsdp;
    uint64_t memory_map; /* struct pvh_memory[], since version 1 */
    uint32_t memory_map_entries, reserved;
};

#endif
