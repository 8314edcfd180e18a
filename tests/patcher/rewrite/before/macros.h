/* SPDX-License-Identifier: MIT */
#ifndef MACROS_H
#define MACROS_H

#include "types.h"

#define CLI() asm volatile("cli" ::: "memory")
#define SAVE(flags)                                  \
    do {                                             \
        asm volatile("pushfq; popq %0; cli"          \
                     : "=r"(flags) :: "memory");     \
    } while (0)
#define RDTSC(low, high) \
    asm volatile("rdtsc" : "=a"(low), "=d"(high))
#define LOAD(insn, x) asm volatile(insn " %0" :: "m"(x))
#define READ_CR0() ({ u64 v; asm volatile("mov %%cr0, %0" : "=r"(v)); v; })

#endif
