// SPDX-License-Identifier: MIT
/*
 * What the library's own files share. The rule: every symbol is hidden, so
 * that code reaches data relative to itself wherever a kernel is linked.
 * The build says -fvisibility=hidden; the header says it again for pvops.h.
 */
#ifndef PVOPS_INTERNAL_H
#define PVOPS_INTERNAL_H

#include "include/pvops.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_SIZE 4096ul
#define PAGE_SHIFT 12

#pragma GCC visibility push(hidden)

/* Every operation of each backend, declared. */
#define PV_OP(group, name, returns, params, args, replaces, doc)              \
    returns pv_native_##name params;                                             \
    returns pv_xenpv_##name params;
#define PV_ASM(name, macro, how, replaces, doc)                               \
    void pv_native_##name(void);                                                 \
    void pv_xenpv_##name(void);                                                  \
    extern void (*pv_##name)(void);
#include "ops.def"

/* memory.c; what the compiler calls memset and memcpy is renamed to these. */
void *pv_memset(void *to, int byte, size_t count);
void *pv_memcpy(void *to, const void *from, size_t count);

/* kernel.c: the hooks, defaults filled in; a page of zeros, or null. */
void pv_take_kernel(const struct pv_kernel *kernel);
void *pv_new_page(void);

/* ops.c */
extern struct pv_kernel pv_kernel;
extern struct pv_boot_info pv_boot_info;
void pv_choose_xen(void);
void pv_choose_xen_pvh(void);
void pv_boot_region(unsigned long start, unsigned long end, bool usable);

static inline void pv_pause(void)
{
    __asm__ volatile("pause" : : : "memory");
}

/* xenpvh/start.c: if the machine is Xen's, its backend is chosen and works. */
bool pv_start_on_xen_pvh(void);

/* report.c: %s %d %x, the last two of 64 bits. */
void pv_report(const char *format, ...);
void pv_fatal(const char *why) __attribute__((noreturn));

#endif
