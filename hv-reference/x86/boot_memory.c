// SPDX-License-Identifier: MIT
/*
 * RAM before there is a frame table: a list of free ranges, from which page
 * tables, the frame table and the M2P are cut. What is left goes to the
 * allocator, once.
 *
 * Rule: nothing that a loader put into memory (image, modules) is ever handed
 * out from here.
 */
#include "boot/boot_info.h"
#include "core/memory/frame.h"
#include "core/hw.h"
#include "core/lib.h"
#include "x86/paging.h"

#define MAX_FREE           (BOOT_MAX_RAM + BOOT_MAX_MODULES + 4)

static struct range {
    uint64_t start, end;
} free_range[MAX_FREE];
static unsigned int free_ranges;

static void add_range(uint64_t start, uint64_t end)
{
    if (start >= end)
        return;
    if (free_ranges == MAX_FREE)
        panic("boot memory is in more than %d pieces", MAX_FREE);
    free_range[free_ranges].start = start;
    free_range[free_ranges].end = end;
    free_ranges++;
}

void boot_memory_reserve(uint64_t start, uint64_t end)
{
    start &= PAGE_MASK;
    end = round_up(end, PAGE_SIZE);
    for (unsigned int i = 0; i < free_ranges; i++) {
        struct range *r = &free_range[i];
        uint64_t old_end = r->end;

        if (end <= r->start || start >= r->end)
            continue;
        r->end = max_of(start, r->start);
        add_range(min_of(end, old_end), old_end);
    }
}

void boot_memory_init(const struct boot_info *boot)
{
    for (unsigned int i = 0; i < boot->ranges; i++)
        add_range(boot->ram[i].start, boot->ram[i].end);
    boot_memory_reserve(IMAGE_LOAD_ADDR, image_to_pa(image_end));
    for (unsigned int i = 0; i < boot->modules; i++)
        boot_memory_reserve(boot->module[i].start,
                            boot->module[i].start + boot->module[i].size);
}

/* From the top of the largest range that the boot direct map reaches. */
mfn_t boot_frames(uint64_t n)
{
    struct range *best = NULL;
    uint64_t most = 0, pa, top;

    for (unsigned int i = 0; i < free_ranges; i++) {
        struct range *r = &free_range[i];

        top = min_of(r->end, BOOT_DIRECTMAP_END);
        if (top > r->start && top - r->start > most) {
            most = top - r->start;
            best = r;
        }
    }
    if (most < n * PAGE_SIZE)
        panic("no memory for %lu frames of the hypervisor's own", n);

    top = min_of(best->end, BOOT_DIRECTMAP_END);
    pa = top - n * PAGE_SIZE;
    add_range(top, best->end);
    best->end = pa;
    memset(directmap(pa), 0, n * PAGE_SIZE);
    return maddr_to_mfn(MADDR(pa));
}

void boot_memory_release(void)
{
    for (unsigned int i = 0; i < free_ranges; i++)
        if (free_range[i].start < free_range[i].end)
            frames_add(MFN(free_range[i].start >> PAGE_SHIFT),
                       MFN(free_range[i].end >> PAGE_SHIFT));
    free_ranges = 0;
}
