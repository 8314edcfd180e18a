/* SPDX-License-Identifier: MIT */
/*
 * What a PVH guest finds at the physical address in ebx. It starts at the
 * address of ELF note PHYS32_ENTRY, in 32-bit mode, flat, without paging. Not
 * for PV guests, but QEMU boots a 64-bit kernel by this way too.
 *
 * All addresses are physical; 0 stands for "none". Everything is below 4 GiB as
 * a rule, in memory that a map calls RAM: keep off it until it has been read.
 */
#ifndef __XEN_PUBLIC_ARCH_X86_HVM_START_INFO_H__
#define __XEN_PUBLIC_ARCH_X86_HVM_START_INFO_H__

#include "../../xen-compat.h"

#define XEN_HVM_START_MAGIC_VALUE 0x336ec578

/* hvm_memmap_table_entry.type: as e820 has them */
#define XEN_HVM_MEMMAP_TYPE_RAM      1
#define XEN_HVM_MEMMAP_TYPE_RESERVED 2
#define XEN_HVM_MEMMAP_TYPE_ACPI     3
#define XEN_HVM_MEMMAP_TYPE_NVS      4
#define XEN_HVM_MEMMAP_TYPE_UNUSABLE 5
#define XEN_HVM_MEMMAP_TYPE_DISABLED 6
#define XEN_HVM_MEMMAP_TYPE_PMEM     7

#ifndef __ASSEMBLY__

struct hvm_start_info {
    uint32_t magic;         /* XEN_HVM_START_MAGIC_VALUE */
    uint32_t version;       /* 1; with 0 the memory map is not there */
    uint32_t flags;         /* SIF_... */
    uint32_t nr_modules;    /* the first one is the initrd */
    uint64_t modlist_paddr; /* hvm_modlist_entry[nr_modules] */
    uint64_t cmdline_paddr; /* ends with a zero byte */
    uint64_t rsdp_paddr;    /* ACPI's root */
    uint64_t memmap_paddr;  /* hvm_memmap_table_entry[memmap_entries] */
    uint32_t memmap_entries;
    uint32_t reserved; /* 0 */
};

struct hvm_modlist_entry {
    uint64_t paddr;
    uint64_t size; /* bytes */
    uint64_t cmdline_paddr;
    uint64_t reserved;
};

struct hvm_memmap_table_entry {
    uint64_t addr;
    uint64_t size; /* bytes */
    uint32_t type;
    uint32_t reserved; /* 0 */
};

#endif

#endif
