/* SPDX-License-Identifier: MIT */
/*
 * The hypervisor's own mappings (map.c) and where its early memory comes from
 * (boot_memory.c).
 */
#ifndef HV_X86_PAGING_H
#define HV_X86_PAGING_H

#include "core/types.h"

struct boot_info;

#define PTE_P   (1ul << 0)
#define PTE_RW  (1ul << 1)
#define PTE_US  (1ul << 2)
#define PTE_PWT (1ul << 3)
#define PTE_PCD (1ul << 4)
#define PTE_A   (1ul << 5)
#define PTE_D   (1ul << 6)
#define PTE_PSE (1ul << 7)
#define PTE_G   (1ul << 8)
#define PTE_NX  (1ul << 63)

#define PTE_ADDRESS 0x000ffffffffff000ul

/* What the hypervisor maps: never writable and executable at once. */
#define MAP_DATA   (PTE_P | PTE_RW | PTE_A | PTE_D | PTE_G | PTE_NX)
#define MAP_RODATA (PTE_P | PTE_A | PTE_G | PTE_NX)
#define MAP_TEXT   (PTE_P | PTE_A | PTE_G)
#define MAP_MMIO   (MAP_DATA | PTE_PCD | PTE_PWT)
/* In a slot that differs from domain to domain: not global. */
#define MAP_DOMAIN_DATA (MAP_DATA & ~PTE_G)

/* --- map.c --- */

/* Build the hypervisor's page tables for the RAM in BOOT, and load them. */
void map_init(const struct boot_info *boot);
/* Map [va, va + bytes) to machine address PA; all three page-aligned. */
void map_range(uint64_t va, uint64_t pa, uint64_t bytes, uint64_t flags);
/* The tables that a CPU holds while it has no guest. */
mfn_t idle_l4(void);
void load_idle_tables(void); /* tlb.c */

#define BOOT_DIRECTMAP_END 0x100000000ul /* what head.S maps */

static inline void *directmap(uint64_t pa)
{
    return (void *)(DIRECTMAP_START + pa);
}

/* --- boot_memory.c: RAM before frames_add() --- */

void boot_memory_init(const struct boot_info *boot);
/* [start, end) is in use: the image, modules. Before the first boot_frames(). */
void boot_memory_reserve(uint64_t start, uint64_t end);
/* N contiguous zeroed frames below 4 GiB; ends the machine if there are none. */
mfn_t boot_frames(uint64_t n);
/* Give the rest to the allocator: boot_frames() is over. */
void boot_memory_release(void);

/* Linker's symbols (hv.lds.S), and tables of head.S that stay in use. */
extern char image_start[], image_text_end[], image_rodata_end[];
extern char image_load_end[], image_end[];
extern uint64_t image_l3[512], image_l2[512], image_l1[1024];

static inline uint64_t image_to_pa(const void *symbol)
{
    return (uint64_t)symbol - IMAGE_START + IMAGE_LOAD_ADDR;
}

#endif
