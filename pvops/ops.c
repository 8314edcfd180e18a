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

/* The operations that have sites, in the order of those arrays. */
enum {
#define PV_OP(group, name, returns, params, args, replaces, doc)
#define PV_HOT(group, name, ...) SITE_##name,
#define PV_HOT_R(group, name, ...) SITE_##name,
#include "ops.def"
    SITES
};

/* What a patched site calls; null: it is the bare instruction. */
static const char *calls[SITES];

#define SITE_LENGTH 7

struct pv_kernel pv_kernel;
struct pv_boot_info pv_boot_info = { .command_line = "" };

void pv_choose_xen(void)
{
    pv_ops = pv_xenpv_ops;
#define PV_ASM(name, macro, how, replaces, doc) pv_##name = pv_xenpv_##name;
#include "ops.def"
    for (unsigned i = 0; i < SITES; i++)
        pv_site_targets[i] = calls[i] = pv_site_code[i].xenpv;
    pv_boot_info.world = PV_WORLD_XEN_PV;
}

/* The bare machine's, but for what xenpvh/ops.def lists. */
#define PVH_OP(name, backend)                                                 \
    extern __typeof__(pv_native_##name) pv_##backend##_##name;
#define PVH_HOT(name, backend)                                                \
    PVH_OP(name, backend)                                                     \
    extern const char pv_##backend##_site_##name[];
#define PVH_ASM(name, backend) PVH_OP(name, backend)
#include "xenpvh/ops.def"

void pv_choose_xen_pvh(void)
{
#define PVH_OP(name, backend) pv_ops.name = pv_##backend##_##name;
#define PVH_HOT(name, backend)                                                \
    PVH_OP(name, backend)                                                     \
    pv_site_targets[SITE_##name] = calls[SITE_##name] =                       \
        pv_##backend##_site_##name;
#define PVH_ASM(name, backend) pv_##name = pv_##backend##_##name;
#include "xenpvh/ops.def"
    pv_boot_info.world = PV_WORLD_XEN_PVH;
}

/* What is left of a site is filled by prefixes that mean nothing in 64-bit
 * code, in front of the instruction: no instruction more is executed. */
#define DS_PREFIX 0x3e

static void patch(char *at, unsigned which)
{
    const struct pv_site_code *code = &pv_site_code[which];
    unsigned long length = (unsigned long)(code->native_end - code->native);
    int distance = (int)(calls[which] - (at + SITE_LENGTH));
    char *call = at + SITE_LENGTH - 5;

    pv_memset(at, DS_PREFIX, SITE_LENGTH);
    if (!calls[which]) {
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

        patch(at, (unsigned)(target - pv_site_targets));
    }
    pv_native_cpuid(0, 0); /* no instruction fetched before this is used */
    return (unsigned)(end - start);
}

int pv_world(void)
{
    return pv_boot_info.world;
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
