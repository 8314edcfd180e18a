// SPDX-License-Identifier: MIT
/* A PVH guest's CPUs: the library knows of the first alone. */
#include "xenpvh.h"

#include <xen/errno.h>

unsigned pv_xenpvh_cpu_count(void)
{
    return 1;
}

unsigned pv_xenpvh_cpu_id(void)
{
    return 0;
}

int pv_xenpvh_cpu_start(unsigned cpu, void (*entry)(void *data), void *stack,
                        void *data)
{
    (void)entry;
    (void)stack;
    (void)data;
    return cpu ? -XEN_ENOENT : -XEN_EBUSY;
}
