// SPDX-License-Identifier: MIT
/*
 * A kernel that is linked and never run: it has types and functions whose
 * names a library could get in the way of, uses every operation, and supplies
 * nothing but the hooks.
 */
typedef unsigned long uint64_t, size_t;
typedef _Bool bool;
#define NULL 0
#define container_of(p, type, member) \
    ((type *)((char *)(p) - __builtin_offsetof(type, member)))

#include <pvops-drivers.h>
#include <pvops.h>

void console_init(void);
void *memcpy(void *to, const void *from, size_t count);
void kmain(void *start_info);

void console_init(void)
{
}

void *memcpy(void *to, const void *from, size_t count)
{
    (void)from;
    (void)count;
    return to;
}

static void *direct(unsigned long pa)
{
    return (void *)pa;
}

static unsigned long physical(const void *va)
{
    return (unsigned long)va;
}

static const struct pv_kernel kernel = { .phys_to_virt = direct,
                                         .virt_to_phys = physical };

void kmain(void *start_info)
{
    const struct pv_boot_info *info = pv_start_xen(start_info, &kernel);
    const void *used[] = {
#define PV_OP(group, name, returns, params, args, replaces, doc) pv_##name,
#include "../../pvops/ops.def"
    };

    console_init();
    for (unsigned i = 0; i < sizeof(used) / sizeof(used[0]); i++)
        pv_console_write(used[i], pv_pvh_start_info(info));
    pv_start_pvh(0, &kernel);
}
