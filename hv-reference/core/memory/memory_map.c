// SPDX-License-Identifier: MIT
/*
 * The memory map (an e820) that a PV guest can ask for: one area, as large as
 * the domain may become, until the guest itself sets another one. Nothing here
 * depends on it: it is the guest's note to itself.
 */
#include <xen/memory.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/guest_access.h"
#include "core/hypercall.h"
#include "core/lib.h"
#include "core/memory/frame_table.h"
#include "core/memory/reservation.h"
#include "core/vcpu.h"
#include "explain/refuse.h"

#define E820_RAM   1
#define MAX_ENTRIES 1024

struct entry {
    uint64_t start, size;
    uint32_t type;
} __attribute__((packed));

struct memory_map {
    unsigned int count;
    struct entry entries[];
};

long tell_memory_map(gva_t arg)
{
    struct domain *d = current->domain;
    const struct entry whole = {0, d->max_pages << PAGE_SHIFT, E820_RAM};
    struct entry *copy = hv_alloc(MAX_ENTRIES * sizeof(whole));
    struct xen_memory_map map;
    unsigned int count;
    long rc = 0;

    if (!copy)
        return refuse(RULE_NO_MEMORY, -ENOMEM, 0, 0);
    spin_lock(&d->memory_lock); /* another vCPU may set it */
    count = d->memory_map ? d->memory_map->count : 1;
    memcpy(copy, d->memory_map ? d->memory_map->entries : &whole,
           count * sizeof(whole));
    spin_unlock(&d->memory_lock);
    if (get_guest(map, arg)) {
        rc = refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    } else if (!count) {
        rc = refuse(RULE_NO_MEMORY_MAP, -ENOSYS, 0, 0);
    } else {
        map.nr_entries = min_of(map.nr_entries, count);
        if (copy_to_guest(GVA((uintptr_t)map.buffer.p), copy,
                          map.nr_entries * sizeof(whole)) ||
            put_guest(arg, map))
            rc = refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    }
    hv_free(copy);
    return rc;
}

long set_memory_map(gva_t arg)
{
    struct domain *d = current->domain;
    struct xen_foreign_memory_map set;
    struct memory_map *map, *old;
    size_t bytes;

    if (get_guest(set, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    if (set.map.nr_entries > MAX_ENTRIES)
        return refuse(RULE_BAD_ARGUMENT, -EINVAL, set.map.nr_entries,
                      MAX_ENTRIES);
    if (set.domid != DOMID_SELF && set.domid != d->id)
        return refuse_domain(set.domid);
    bytes = set.map.nr_entries * sizeof(map->entries[0]);
    map = hv_alloc(sizeof(*map) + bytes);
    if (!map)
        return refuse(RULE_NO_MEMORY, -ENOMEM, 0, 0);
    map->count = set.map.nr_entries;
    if (copy_from_guest(map->entries, GVA((uintptr_t)set.map.buffer.p),
                        bytes)) {
        hv_free(map);
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    }
    spin_lock(&d->memory_lock);
    old = d->memory_map;
    d->memory_map = map;
    spin_unlock(&d->memory_lock);
    hv_free(old);
    return 0;
}
