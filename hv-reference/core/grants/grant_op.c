// SPDX-License-Identifier: MIT
/*
 * grant_table_op: a sub-operation on an array of requests, one after the
 * other; each request has a status of its own, and the hypercall fails only if
 * the array cannot be read or written.
 */
#include <xen/xen.h>

#include "core/cpu.h"
#include "core/grants/grants.h"
#include "core/guest_access.h"
#include "core/hypercall.h"

static const struct {
    int (*one)(gva_t at);
    int (*many)(gva_t at, unsigned int n); /* up to UNMAP_BATCH */
    size_t size;                           /* of a request */
    bool single; /* the array must have one element */
} operations[] = {
#define ONE(name, function, struct_name)                                       \
    [GNTTABOP_##name] = {.one = function, .size = sizeof(struct struct_name)}
#define SINGLE(name, function, struct_name)                                    \
    [GNTTABOP_##name] = {                                                      \
        .one = function, .size = sizeof(struct struct_name), .single = true}
#define MANY(name, function, struct_name)                                      \
    [GNTTABOP_##name] = {.many = function, .size = sizeof(struct struct_name)}
    ONE(map_grant_ref, grant_map_ref, gnttab_map_grant_ref),
    MANY(unmap_grant_ref, grant_unmap_refs, gnttab_unmap_grant_ref),
    SINGLE(setup_table, grant_setup_table, gnttab_setup_table),
    ONE(transfer, grant_transfer, gnttab_transfer),
    ONE(copy, grant_copy, gnttab_copy),
    SINGLE(query_size, grant_query_size, gnttab_query_size),
    MANY(unmap_and_replace, grant_unmap_and_replace, gnttab_unmap_and_replace),
    SINGLE(get_status_frames, grant_get_status_frames,
           gnttab_get_status_frames),
    ONE(swap_grant_ref, grant_swap_ref, gnttab_swap_grant_ref),
    ONE(cache_flush, grant_cache_flush, gnttab_cache_flush),
};

HYPERCALL(grant_table_op)
{
    uint32_t cmd = (uint32_t)a1, count = (uint32_t)a3, n;
    gva_t at = GVA(a2);
    size_t size;
    int rc = 0;

    if ((int32_t)count < 0)
        return refuse(RULE_BAD_ARGUMENT, -EINVAL, count, INT32_MAX);
    /* These two take one request, whatever the count. */
    if (cmd == GNTTABOP_set_version)
        return grant_set_version(at);
    if (cmd == GNTTABOP_get_version)
        return grant_get_version(at);
    if (cmd >= ARRAY_SIZE(operations) || !operations[cmd].size)
        return refuse(RULE_NO_SUCH_COMMAND, -ENOSYS, cmd, 0);
    if (operations[cmd].single && count != 1)
        return refuse(RULE_BAD_ARGUMENT, -EINVAL, count, 1);
    size = operations[cmd].size;
    if (!guest_range_ok(at, count * size))
        return refuse(RULE_BAD_POINTER, -EFAULT, at.a, 0);

    while (count && !rc) {
        n = operations[cmd].many ? min_of(count, (uint32_t)UNMAP_BATCH) : 1;
        rc = operations[cmd].many ? operations[cmd].many(at, n)
                                  : operations[cmd].one(at);
        at.a += n * size;
        count -= n;
        if (!rc && count && preempt_pending())
            return continue_hypercall(__HYPERVISOR_grant_table_op, 3,
                                      (uint64_t)cmd, at.a, (uint64_t)count);
    }
    return rc;
}
