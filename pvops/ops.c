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

/* sites.S: of each PV_HOT operation where its unpatched sites go, the bare
 * instruction, and what a guest calls. */
extern const struct pv_site_code {
    const char *native, *native_end, *xenpv;
} pv_site_code[];
extern const char *pv_site_targets[];
extern const unsigned pv_site_count;

#define SITE_LENGTH 7

struct pv_kernel pv_kernel;
struct pv_boot_info pv_boot_info = { .command_line = "" };

void pv_choose_xen(void)
{
    pv_ops = pv_xenpv_ops;
#define PV_ASM(name, macro, how, replaces, doc) pv_##name = pv_xenpv_##name;
#include "ops.def"
    for (unsigned i = 0; i < pv_site_count; i++)
        pv_site_targets[i] = pv_site_code[i].xenpv;
    pv_boot_info.world = PV_WORLD_XEN_PV;
}

/* What is left of a site is filled by prefixes that mean nothing in 64-bit
 * code, in front of the instruction: no instruction more is executed. */
#define DS_PREFIX 0x3e

static void patch(char *at, const struct pv_site_code *code)
{
    unsigned long length = (unsigned long)(code->native_end - code->native);
    int distance = (int)(code->xenpv - (at + SITE_LENGTH));
    char *call = at + SITE_LENGTH - 5;

    pv_memset(at, DS_PREFIX, SITE_LENGTH);
    if (pv_boot_info.world == PV_WORLD_NATIVE) {
        pv_memcpy(at + SITE_LENGTH - length, code->native, length);
    } else {
        *call = (char)0xe8;
        pv_memcpy(call + 1, &distance, sizeof(distance));
    }
}

unsigned pv_patch_sites(const struct pv_site *start,
                        const struct pv_site *end)
{
    for (const struct pv_site *site = start; site < end; site++) {
        char *at = (char *)&site->where + site->where;
        const char **target =
            (const char **)((char *)&site->which + site->which);

        patch(at, &pv_site_code[target - pv_site_targets]);
    }
    pv_native_cpuid(0, 0); /* no instruction fetched before this is used */
    return (unsigned)(end - start);
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
