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
    const struct memory_map *set;
    struct xen_memory_map map;
    unsigned int count;
    size_t missing;

    if (get_guest(map, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    spin_lock(&d->memory_lock); /* another vCPU may set it */
    set = d->memory_map;
    count = set ? set->count : 1;
    map.nr_entries = min_of(map.nr_entries, count);
    missing = copy_to_guest(GVA((uintptr_t)map.buffer.p),
                            set ? set->entries : &whole,
                            map.nr_entries * sizeof(whole));
    spin_unlock(&d->memory_lock);
    if (!count)
        return refuse(RULE_NO_MEMORY_MAP, -ENOSYS, 0, 0);
    if (missing || put_guest(arg, map))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    return 0;
}

long set_memory_map(gva_t arg)
{
    struct domain *d = current->domain;
    struct xen_foreign_memory_map set;
    struct memory_map *map;
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
    hv_free(d->memory_map);
    d->memory_map = map;
    spin_unlock(&d->memory_lock);
    return 0;
}
