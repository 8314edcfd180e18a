/* SPDX-License-Identifier: MIT */
/*
 * What a boot loader left, in one form: multiboot 1 now; multiboot 2 and UEFI
 * will fill the same struct.
 */
#ifndef HV_BOOT_INFO_H
#define HV_BOOT_INFO_H

#include "core/types.h"

#define BOOT_MAX_MODULES 16
#define BOOT_MAX_RAM     64

struct boot_module {
    uint64_t start, size; /* physical, bytes */
    const char *cmdline;  /* of the module: file name first, as loaders do */
};

struct boot_info {
    const char *cmdline; /* the hypervisor's */
    unsigned int modules, ranges;
    struct boot_module module[BOOT_MAX_MODULES];
    struct {
        uint64_t start, end; /* usable RAM, physical, bytes */
    } ram[BOOT_MAX_RAM];
};

/* x86/ has set itself up and given free RAM to the allocator: build and run. */
_Noreturn void hv_main(const struct boot_info *boot);

#endif
