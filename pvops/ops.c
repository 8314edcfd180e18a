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

/* sites.S: of each operation that has sites where those go that are not
 * patched, and what they call in a PV guest. */
extern const char *pv_site_targets[];
extern const char *const pv_site_guest[];

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

struct pv_kernel pv_kernel;
struct pv_boot_info pv_boot_info = { .command_line = "" };

void pv_choose_xen(void)
{
    pv_ops = pv_xenpv_ops;
#define PV_ASM(name, macro, how, replaces, doc) pv_##name = pv_xenpv_##name;
#include "ops.def"
    for (unsigned i = 0; i < SITES; i++)
        pv_site_targets[i] = calls[i] = pv_site_guest[i];
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
#define DS_PREFIXES 0x3e3e3e3e
#define CALL_LENGTH 7 /* of an indirect call and a nop */

static void write_offset(char *at, long offset)
{
    int value = (int)offset;

    __builtin_memcpy(at, &value, sizeof(value));
}

static void patch_call(char *at, const char *target)
{
    write_offset(at, DS_PREFIXES);
    at[CALL_LENGTH - 5] = (char)0xe8;
    write_offset(at + CALL_LENGTH - 4, target - (at + CALL_LENGTH));
}

/*
 * The instruction was assembled where its record is. Only one with an operand
 * in memory begins with REX.W, and opcode and ModRM follow; if ModRM says
 * "relative to the next instruction", the distance behind it, which was right
 * there, becomes the one from here.
 */
static void patch_bare(char *at, const struct pv_site *site)
{
    const char *bare = (const char *)site->bare;
    unsigned bytes = site->bare_length, spare = site->length - bytes;
    int distance;

    write_offset(at, DS_PREFIXES); /* no site is shorter */
    if (spare > 4)
        write_offset(at + spare - 4, DS_PREFIXES);
    at += spare;
    for (unsigned i = 0; i < bytes; i++)
        ((volatile char *)at)[i] = bare[i];
    if ((bare[0] & 0xf8) == 0x48 && (bare[2] & 0xc7) == 0x05) {
        __builtin_memcpy(&distance, bare + 3, sizeof(distance));
        write_offset(at + 3, distance + (bare - at));
    }
}

unsigned pv_patch_sites(const struct pv_site *start,
                        const struct pv_site *end)
{
    for (const struct pv_site *site = start; site < end; site++) {
        const char **target =
            (const char **)((char *)&site->which + site->which);
        const char *call = calls[target - pv_site_targets];

        if (call)
            patch_call((char *)&site->call + site->call, call);
        else
            patch_bare((char *)&site->where + site->where, site);
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
