/* SPDX-License-Identifier: MIT */
/*
 * The domain builder: from a kernel image to a domain that can run.
 *
 * Pseudo-physical memory is handed out from frame 0 upwards:
 *
 *   up to the image's p_paddr   RAM that the image does not use
 *   the image                   at its p_paddr
 *   initrd                      unless the kernel has MOD_START_PFN
 *   p2m list                    unless the kernel has INIT_P2M
 *   start_info, xenstore ring, console ring: one page each
 *   page tables                 L4, L3s, L2s, L1s, one after the other
 *   boot stack                  one page
 *   ---- mapped at VIRT_BASE up to here, at least 512 KiB more, to 4 MiB ----
 *   initrd                      with MOD_START_PFN: a frame number, not mapped
 *   p2m list and its tables     with INIT_P2M: mapped there
 *   the rest of RAM
 */
#ifndef HV_BUILD_H
#define HV_BUILD_H

#include <xen/xen.h>

#include "builder/domain_list.h"
#include "builder/elf_image.h"
#include "core/types.h"

struct domain;

struct guest_config {
    char name[32];
    const char *cmdline;
    const void *kernel, *ramdisk;
    uint64_t kernel_size, ramdisk_size; /* bytes; ramdisk 0: none */
    uint64_t memory;                    /* bytes */
    unsigned int vcpus, online;         /* of them, at the beginning */
    uint64_t cpus[MAX_VCPUS];           /* see domain_list.h; 0: any */
    unsigned int weight, cap; /* see domain_list.h; weight 0: the usual one */
    enum on_end on_poweroff, on_reboot, on_crash;
};

/*
 * Build a domain. On success *D is ready to be unpaused and 0 is returned;
 * otherwise a value of exits.def, and *WHY is a sentence.
 */
unsigned int build_domain(domid_t id, const struct guest_config *config,
                          struct domain **d, const char **why);

/* --- between the builder's files --- */

/* A range of addresses and the page tables that it needs of its own. */
struct mapped_range {
    uint64_t start, end;      /* virtual; end is the last byte's address + 1 */
    uint64_t first_table[5];  /* [level]: pseudo-physical, where they lie */
    uint64_t tables[5];       /* [level]: how many */
};

struct building {
    struct domain *domain;
    const struct guest_config *config;
    struct image image;
    uint64_t nr_pages;
    uint64_t *p2m; /* the builder's own list */
    unsigned int p2m_order;

    uint64_t next_pfn; /* pseudo-physical frames are handed out upwards */
    uint64_t ramdisk_pfn, p2m_pfn, p2m_pages, start_info_pfn, store_pfn,
        console_pfn, tables_pfn, stack_pfn;
    uint64_t nr_tables;       /* of the first range */
    struct mapped_range range[2]; /* VIRT_BASE; INIT_P2M */
    unsigned int ranges;
};

/* A window onto pseudo-physical frame PFN. */
void *building_map(struct building *b, uint64_t pfn);
/* Where pseudo-physical frame PFN is mapped for the guest. */
static inline uint64_t building_va(const struct building *b, uint64_t pfn)
{
    return b->image.virt_base + (pfn << PAGE_SHIFT);
}

/* tables.c: how many tables, where, and their contents. */
bool plan_first_range(struct building *b);
bool plan_p2m_range(struct building *b);
void write_tables(struct building *b);

#endif
