// SPDX-License-Identifier: MIT
/*
 * The two backends' tables, and which one is in force. Native is: a kernel
 * that boots on the bare machine need call nothing.
 */
#include "internal.h"

#define PV_OP(group, name, returns, params, args, replaces, doc)              \
    .name = pv_native_##name,
struct pv_ops pv_ops = {
#include "ops.def"
};

#define PV_OP(group, name, returns, params, args, replaces, doc)              \
    .name = pv_xenpv_##name,
static const struct pv_ops pv_xenpv_ops = {
#include "ops.def"
};

#define PV_ASM(name, macro, how, replaces, doc)                               \
    void (*pv_##name)(void) = pv_native_##name;
#include "ops.def"

struct pv_kernel pv_kernel;
struct pv_boot_info pv_boot_info = { .command_line = "" };

void pv_choose_xen(void)
{
    pv_ops = pv_xenpv_ops;
#define PV_ASM(name, macro, how, replaces, doc) pv_##name = pv_xenpv_##name;
#include "ops.def"
    pv_boot_info.world = PV_WORLD_XEN_PV;
}

void pv_boot_region(unsigned long start, unsigned long end, bool usable)
{
    struct pv_boot_info *info = &pv_boot_info;

    if (start >= end)
        return;
    if (info->nr_regions == PV_MAX_REGIONS) {
        pv_report("memory at %x is left out: the loader's map has more than "
                  "%d regions", start, (long)PV_MAX_REGIONS);
        return;
    }
    info->regions[info->nr_regions++] =
        (struct pv_region){ start, end - start, usable };
    if (end > info->memory_top)
        info->memory_top = end;
}
