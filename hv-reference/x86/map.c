// SPDX-License-Identifier: MIT
/*
 * The hypervisor's own address space: slots 256 to 271, the same in the page
 * tables of every guest (core/layout.h), and the windows of slot 260 that
 * differ from domain to domain.
 *
 * Rule: nothing of the hypervisor is writable and executable at once, nothing
 * is reachable from ring 3 but the M2P (read-only), and once these tables are
 * loaded no identity map exists. What is mapped is exactly RAM, the image and
 * the local APIC: an address without memory behind it faults.
 */
#include "boot/boot_info.h"
#include "core/domain.h"
#include "core/memory/frame.h"
#include "core/hw.h"
#include "core/lib.h"
#include "core/vcpu.h"
#include "x86/asm.h"
#include "x86/cpu_area.h"
#include "x86/features.h"
#include "x86/paging.h"

#define FRAME_BYTES 32 /* of the frame table, for one frame of RAM */
#define M2P_BYTES   8

static mfn_t hv_l4;

mfn_t idle_l4(void)
{
    return hv_l4;
}

static unsigned int table_index(uint64_t va, unsigned int level)
{
    return va >> (PAGE_SHIFT + 9 * (level - 1)) & 511;
}

/* The table that ENTRY points to; made when there is none. */
static uint64_t *next_table(uint64_t *entry, uint64_t flags)
{
    if (!(*entry & PTE_P))
        *entry = mfn_to_maddr(boot_frames(1)).a | PTE_P | PTE_RW | PTE_A;
    *entry |= flags & PTE_US;
    return directmap(*entry & PTE_ADDRESS);
}

static bool fits(uint64_t va, uint64_t pa, uint64_t bytes, uint64_t size)
{
    return ((va | pa) & (size - 1)) == 0 && bytes >= size;
}

/* One entry, of the largest page that fits; returns the page's size. */
static uint64_t map_one(uint64_t va, uint64_t pa, uint64_t bytes,
                        uint64_t flags)
{
    uint64_t *table = map_frame(hv_l4);
    uint64_t size = 1ul << 39;

    for (unsigned int level = 4;; level--, size >>= 9) {
        uint64_t *entry = &table[table_index(va, level)];

        if (level == 1) {
            *entry = pa | flags;
            return size;
        }
        if ((level == 2 || (level == 3 && features.page_1g)) &&
            !(*entry & PTE_P) && fits(va, pa, bytes, size)) {
            *entry = pa | flags | PTE_PSE;
            return size;
        }
        table = next_table(entry, flags);
    }
}

void map_range(uint64_t va, uint64_t pa, uint64_t bytes, uint64_t flags)
{
    flags &= ~(features.nx ? 0 : PTE_NX);
    while (bytes) {
        uint64_t size = map_one(va, pa, bytes, flags);

        va += size;
        pa += size;
        bytes -= size;
    }
}

/* The image's pages were mapped by head.S, all alike: give each its rights. */
static void protect_image(void)
{
    for (char *p = image_start; p < image_end; p += PAGE_SIZE) {
        uint64_t flags = p < image_text_end     ? MAP_TEXT
                         : p < image_rodata_end ? MAP_RODATA
                                                : MAP_DATA;

        if (!features.nx)
            flags &= ~PTE_NX;
        image_l1[(p - image_start) >> PAGE_SHIFT] = image_to_pa(p) | flags;
    }
    ((uint64_t *)map_frame(hv_l4))[SLOT_IMAGE] =
        image_to_pa(image_l3) | PTE_P | PTE_RW | PTE_A;
}

/* An array with an element for each machine frame. */
struct frame_array {
    uint64_t va;
    unsigned int bytes; /* of an element */
    int fill;           /* the first content of each byte */
    uint64_t guest_va;  /* where guests may read it; 0: nowhere */
    mfn_t blank;        /* a page of .fill, for frames that do not exist */
};

/* Pages [at, end) of A have no RAM behind them: they read as .fill. */
static void back_hole(const struct frame_array *a, uint64_t at, uint64_t end)
{
    for (; at < end; at += PAGE_SIZE)
        map_range(a->va + at, mfn_to_maddr(a->blank).a, PAGE_SIZE, MAP_RODATA);
}

static void back_ram(const struct frame_array *a, uint64_t at, uint64_t end)
{
    while (at < end) {
        uint64_t n = min_of((end - at) >> PAGE_SHIFT, 512ul);
        uint64_t pa = mfn_to_maddr(boot_frames(n)).a;

        memset(directmap(pa), a->fill, n * PAGE_SIZE);
        map_range(a->va + at, pa, n * PAGE_SIZE, MAP_DATA);
        if (a->guest_va)
            map_range(a->guest_va + at, pa, n * PAGE_SIZE,
                      (MAP_RODATA | PTE_US) & ~PTE_G);
        at += n * PAGE_SIZE;
    }
}

/*
 * Memory for A's elements of RAM, page by page (ranges may share one); a guest
 * that reads where there is none faults.
 */
static void back_array(const struct boot_info *boot, struct frame_array *a)
{
    uint64_t done = 0;

    a->blank = boot_frames(1);
    memset(map_frame(a->blank), a->fill, PAGE_SIZE);
    for (unsigned int i = 0; i < boot->ranges; i++) {
        uint64_t first = boot->ram[i].start >> PAGE_SHIFT;
        uint64_t last = boot->ram[i].end >> PAGE_SHIFT;
        uint64_t start = max_of(first * a->bytes & PAGE_MASK, done);
        uint64_t end = round_up(last * a->bytes, PAGE_SIZE);

        back_hole(a, done, start);
        back_ram(a, start, end);
        done = max_of(done, end);
    }
}

/* Ranges by address: back_array() needs them so. */
static void check_sorted(const struct boot_info *boot)
{
    for (unsigned int i = 1; i < boot->ranges; i++)
        if (boot->ram[i].start < boot->ram[i - 1].end)
            panic("the memory map is not in order at %#lx",
                  boot->ram[i].start);
}

void map_init(const struct boot_info *boot)
{
    struct frame_array frames = {FRAMETABLE_START, FRAME_BYTES, 0, 0, {0}};
    struct frame_array m2p = {M2P_RW_START, M2P_BYTES, 0xff, M2P_START, {0}};

    check_sorted(boot);
    hv_l4 = boot_frames(1);
    protect_image();
    for (unsigned int i = 0; i < boot->ranges; i++)
        map_range(DIRECTMAP_START + boot->ram[i].start, boot->ram[i].start,
                  boot->ram[i].end - boot->ram[i].start, MAP_DATA);
    write_cr3(mfn_to_maddr(hv_l4).a);

    back_array(boot, &frames);
    back_array(boot, &m2p);
}

/* --- what the core asks (core/hw.h) --- */

/* Modules lie in RAM, which the direct map covers. */
const void *hw_map_module(const struct boot_module *module)
{
    return directmap(module->start);
}

mfn_t hw_virt_to_mfn(const void *virt)
{
    uint64_t va = (uint64_t)virt;

    if (va >= DIRECTMAP_START && va < DIRECTMAP_END)
        return MFN((va - DIRECTMAP_START) >> PAGE_SHIFT);
    if (va >= IMAGE_START && va < (uint64_t)image_end)
        return MFN(image_to_pa(virt) >> PAGE_SHIFT);
    panic("no frame is known behind %#lx", va);
}

mfn_t hw_m2p_frame(uint64_t offset)
{
    uint64_t va = M2P_RW_START + offset, *table = map_frame(hv_l4), entry;
    unsigned int level = 4;

    for (;; level--) {
        entry = table[table_index(va, level)];
        if (level == 1 || entry & PTE_PSE)
            break;
        table = directmap(entry & PTE_ADDRESS);
    }
    va &= (PAGE_SIZE << 9 * (level - 1)) - 1;
    return MFN(((entry & PTE_ADDRESS) + va) >> PAGE_SHIFT);
}

void hw_fill_hypervisor_slots(uint64_t *l4, const struct domain *d)
{
    const uint64_t *own = map_frame(hv_l4);

    memcpy(&l4[HV_FIRST_SLOT], &own[HV_FIRST_SLOT],
           (HV_LAST_SLOT - HV_FIRST_SLOT + 1) * sizeof(*l4));
    l4[SLOT_PERDOMAIN] = mfn_to_maddr(d->perdomain_l3).a | PTE_P | PTE_RW |
                         PTE_A;
}
