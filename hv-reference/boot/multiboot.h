/* SPDX-License-Identifier: MIT */
/*
 * Multiboot 1: what of the loader's information is used. Facts from the GNU
 * Multiboot Specification 0.6.96.
 */
#ifndef HV_MULTIBOOT_H
#define HV_MULTIBOOT_H

#include <stdint.h>

#define MULTIBOOT_LOADED 0x2badb002u /* in eax at entry */

#define MULTIBOOT_HAS_CMDLINE (1u << 2)
#define MULTIBOOT_HAS_MODULES (1u << 3)
#define MULTIBOOT_HAS_MMAP    (1u << 6)

struct multiboot_info {
    uint32_t flags;
    uint32_t mem_lower, mem_upper;
    uint32_t boot_device;
    uint32_t cmdline;
    uint32_t modules, modules_at;
    uint32_t symbols[4];
    uint32_t mmap_bytes, mmap_at;
};

struct multiboot_module {
    uint32_t start, end, cmdline, reserved;
};

struct multiboot_mmap {
    uint32_t size; /* of what follows this field */
    uint64_t start, bytes;
    uint32_t type;
} __attribute__((packed));
#define MULTIBOOT_RAM 1u

struct boot_info;
/* Fill BOOT from the information at physical address INFO. */
void multiboot_read(struct boot_info *boot, uint32_t magic, uint32_t info);

#endif
