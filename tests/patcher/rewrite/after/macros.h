/* SPDX-License-Identifier: MIT */
#ifndef MACROS_H
#define MACROS_H

#include "types.h"
#include <pvops.h>

#define CLI() pv_irq_disable()
#define SAVE(flags)                                  \
    do {                                             \
        (flags) = pv_irq_save();     \
    } while (0)
#define RDTSC(low, high) \
    do { unsigned long pv_value = pv_rdtsc(); low = (unsigned)pv_value; high = pv_value >> 32; } while (0)
#define LOAD(insn, x) asm volatile(insn " %0" :: "m"(x))
#define READ_CR0() ({ u64 v; (v) = pv_read_cr0(); v; })

#endif
