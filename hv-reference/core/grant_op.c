// SPDX-License-Identifier: MIT
/*
 * grant_table_op: a sub-operation on an array of requests, one after the
 * other; each request has a status of its own, and the hypercall fails only if
 * the array cannot be read or written.
 */
#include <xen/xen.h>

#include "core/cpu.h"
#include "core/grants.h"
#include "core/guest_access.h"
#include "core/hypercall.h"

static const struct {
    int (*one)(gva_t at);
    size_t size; /* of a request */
    bool single; /* the array must have one element */
} operations[] = {
    [GNTTABOP_setup_table] = {grant_setup_table,
                              sizeof(struct gnttab_setup_table), true},
    [GNTTABOP_query_size] = {grant_query_size, sizeof(struct gnttab_query_size),
                             true},
    [GNTTABOP_get_status_frames] = {grant_get_status_frames,
                                    sizeof(struct gnttab_get_status_frames),
                                    true},
    [GNTTABOP_swap_grant_ref] = {grant_swap_ref,
                                 sizeof(struct gnttab_swap_grant_ref), false},
};

HYPERCALL(grant_table_op)
{
    uint32_t cmd = (uint32_t)a1, count = (uint32_t)a3;
    gva_t at = GVA(a2);
    bool first = true;
    size_t size;

    if ((int32_t)count < 0)
        return refuse(RULE_BAD_ARGUMENT, -EINVAL, count, INT32_MAX);
    /* These two take one request, whatever the count. */
    if (cmd == GNTTABOP_set_version)
        return grant_set_version(at);
    if (cmd == GNTTABOP_get_version)
        return grant_get_version(at);
    if (cmd >= ARRAY_SIZE(operations) || !operations[cmd].one)
        return refuse(RULE_NO_SUCH_COMMAND, -ENOSYS, cmd, 0);
    if (operations[cmd].single && count != 1)
        return refuse(RULE_BAD_ARGUMENT, -EINVAL, count, 1);
    size = operations[cmd].size;
    if (!guest_range_ok(at, count * size))
        return refuse(RULE_BAD_POINTER, -EFAULT, at.a, 0);

    for (; count; count--, at.a += size, first = false) {
        int rc;

        if (!first && preempt_pending())
            return continue_hypercall(__HYPERVISOR_grant_table_op, 3,
                                      (uint64_t)cmd, at.a, (uint64_t)count);
        rc = operations[cmd].one(at);
        if (rc)
            return rc;
    }
    return 0;
}
