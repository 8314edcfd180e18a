// SPDX-License-Identifier: MIT
/* The few names that every file of wren uses. */
#ifndef WREN_TYPES_H
#define WREN_TYPES_H

#include "layout.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline void *phys_to_virt(uint64_t pa)
{
    return (void *)(pa + KERNBASE);
}

static inline uint64_t virt_to_phys(const void *va)
{
    return (uint64_t)va - KERNBASE;
}

/* The linker script's names for the image's parts. */
extern char text_start[], text_end[], rodata_end[], kernel_end[];

#endif
