/* SPDX-License-Identifier: MIT */
/*
 * The one door to guest memory. Addresses are checked to lie outside the
 * hypervisor's slots, faults inside a copy are caught, and a handler copies
 * each argument in exactly once: what was checked is what is used.
 *
 * The copies run in the address space of the current vCPU in its present
 * mode. They return the number of bytes NOT copied: 0 is success.
 */
#ifndef HV_GUEST_ACCESS_H
#define HV_GUEST_ACCESS_H

#include "core/types.h"

size_t copy_from_guest(void *to, gva_t from, size_t bytes);
size_t copy_to_guest(gva_t to, const void *from, size_t bytes);

/* May [GVA, GVA + bytes) be a guest's? Canonical and not the hypervisor's. */
static inline bool guest_range_ok(gva_t gva, size_t bytes)
{
    uint64_t last = gva.a + bytes - (bytes != 0);

    if (last < gva.a)
        return false;
    return last < 0x0000800000000000UL || gva.a >= HV_VIRT_END;
}

/* Element INDEX of a guest array of SIZE-byte elements. */
static inline gva_t guest_element(gva_t base, uint64_t index, size_t size)
{
    return GVA(base.a + index * size);
}

#define get_guest(var, gva)      copy_from_guest(&(var), (gva), sizeof(var))
#define put_guest(gva, var)      copy_to_guest((gva), &(var), sizeof(var))

#endif
