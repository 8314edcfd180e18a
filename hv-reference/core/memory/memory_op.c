// SPDX-License-Identifier: MIT
/*
 * memory_op: how much memory a domain has, which, and where the tables about
 * it are.
 */
#include <xen/memory.h>
#include <xen/xen.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/memory/frame_table.h"
#include "core/guest_access.h"
#include "core/hw.h"
#include "core/hypercall.h"
#include "core/memory/reservation.h"
#include "core/vcpu.h"

/* Numbers that no guest's header has; Xen answers them all the same. */
#define GET_SHARING_FREED_PAGES  18
#define GET_SHARING_SHARED_PAGES 19

#define M2P_PART_BYTES (2UL << 20)

/* May the guest name domain DOMID? Itself only. */
static int check_self(domid_t domid)
{
    if (domid == DOMID_SELF || domid == current->domain->id)
        return 0;
    return refuse_domain(domid);
}

static long tell_reservation(unsigned int cmd, gva_t arg)
{
    const struct domain *d = current->domain;
    struct xen_memory_domain domain;
    int rc;

    if (get_guest(domain, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    rc = check_self(domain.domid);
    if (rc)
        return rc;
    if (cmd == XENMEM_current_reservation)
        return (long)d->pages;
    if (cmd == XENMEM_maximum_reservation)
        return (long)d->max_pages;
    /* The guest itself says how many pseudo-physical frames it counts. */
    return (long)(max_of(read_once(d->shared->arch.max_pfn), 1ul) - 1);
}

static long tell_m2p(gva_t arg)
{
    const struct xen_machphys_mapping m2p = {
        .v_start = M2P_START,
        .v_end = M2P_START + M2P_GUEST_BYTES,
        .max_mfn = M2P_GUEST_BYTES / sizeof(uint64_t) - 1,
    };

    if (put_guest(arg, m2p))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    return 0;
}

/* The frames of the M2P itself, the first of each 2 MiB: no secret, and no
 * guest can map them but where they are. */
static long tell_m2p_frames(gva_t arg)
{
    uint64_t count = (frame_limit * sizeof(uint64_t) - 1) / M2P_PART_BYTES + 1;
    struct xen_machphys_mfn_list list;
    unsigned int i;

    if (get_guest(list, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    list.nr_extents = (unsigned int)min_of(count, (uint64_t)list.max_extents);
    for (i = 0; i < list.nr_extents; i++) {
        gva_t at = guest_element(GVA((uint64_t)list.extent_start.p), i,
                                 sizeof(xen_pfn_t));
        xen_pfn_t frame = hw_m2p_frame(i * M2P_PART_BYTES).n;

        if (put_guest(at, frame))
            return refuse(RULE_BAD_POINTER, -EFAULT, at.a, 0);
    }
    return put_guest(arg, list) ? refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0)
                                : 0;
}

/* Operations of translated guests, which a PV guest is not. */
static long refuse_physmap(unsigned int cmd, gva_t arg)
{
    domid_t domid; /* the first member of all their arguments */
    int rc;

    if (get_guest(domid, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    rc = check_self(domid); /* one that is, is no such guest either */
    return rc == -ESRCH ? rc : refuse(RULE_NOT_TRANSLATED, -EACCES, cmd, 0);
}

static long tell_vnuma(gva_t arg)
{
    struct xen_vnuma_topology_info info;
    int rc;

    if (get_guest(info, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    if (info.pad)
        return refuse(RULE_BAD_ARGUMENT, -EINVAL, info.pad, 0);
    rc = check_self(info.domid);
    return rc ? rc
              : refuse(RULE_NOT_OFFERED, -EOPNOTSUPP, XENMEM_get_vnumainfo, 0);
}

/* Populate-on-demand: of guests with translated memory alone. */
static long refuse_pod(unsigned int cmd, gva_t arg)
{
    struct xen_pod_target target;
    int rc;

    if (get_guest(target, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    rc = check_self(target.domid);
    return rc == -ESRCH ? rc : refuse(RULE_NOT_TRANSLATED, -EINVAL, cmd, 0);
}

/* Staking a claim to memory, for a domain that is being built. */
static long refuse_claim(gva_t arg)
{
    struct xen_memory_reservation claim;

    if (get_guest(claim, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    if (claim.extent_start.p || claim.extent_order || claim.mem_flags)
        return refuse(RULE_BAD_ARGUMENT, -EINVAL, claim.nr_extents, 0);
    if (claim.domid != current->domain->id &&
        refuse_domain(claim.domid) == -ESRCH)
        return refuse(RULE_NO_SUCH_DOMAIN, -EINVAL, claim.domid, 0);
    return refuse(RULE_NOT_PRIVILEGED, -EPERM, XENMEM_claim_pages, 0);
}

/* Another domain's resources, for its device model. */
static long refuse_resource(gva_t arg)
{
    struct xen_mem_acquire_resource resource;

    if (get_guest(resource, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    if (resource.pad || resource.frame >> 32 ||
        (resource.frame + resource.nr_frames) >> 32)
        return refuse(RULE_BAD_ARGUMENT, -EINVAL, resource.frame, UINT32_MAX);
    if (resource.domid == current->domain->id)
        return refuse(RULE_NOT_PRIVILEGED, -EPERM, XENMEM_acquire_resource, 0);
    if (resource.domid == DOMID_SELF)
        return refuse(RULE_NO_SUCH_DOMAIN, -ESRCH, resource.domid, 0);
    return refuse_domain(resource.domid);
}

/* Operations that Xen knows by the whole word, extents and all. */
static long whole_word_op(unsigned int cmd, gva_t arg)
{
    switch (cmd) {
    case XENMEM_machphys_mapping:
        return tell_m2p(arg);
    case XENMEM_machphys_mfn_list:
        return tell_m2p_frames(arg);
    case XENMEM_memory_map:
        return tell_memory_map(arg);
    case XENMEM_set_memory_map:
        return set_memory_map(arg);
    case GET_SHARING_FREED_PAGES:
    case GET_SHARING_SHARED_PAGES:
        return 0; /* no frame is shared by merging */
    case XENMEM_machine_memory_map:
        return refuse(RULE_NOT_PRIVILEGED, -EPERM, cmd, 0);
    case XENMEM_set_pod_target:
    case XENMEM_get_pod_target:
        return refuse_pod(cmd, arg);
    case XENMEM_machphys_compat_mfn_list:
        return refuse(RULE_NOT_OFFERED, -EOPNOTSUPP, cmd, 0);
    }
    return refuse(RULE_NO_SUCH_COMMAND, -ENOSYS, cmd, 0);
}

static long simple_op(unsigned int cmd, gva_t arg)
{
    switch (cmd) {
    case XENMEM_exchange:
        return exchange_memory(arg);
    case XENMEM_maximum_ram_page:
        return (long)frame_limit;
    case XENMEM_current_reservation:
    case XENMEM_maximum_reservation:
    case XENMEM_maximum_gpfn:
        return tell_reservation(cmd, arg);
    case XENMEM_remove_from_physmap:
        return refuse_physmap(cmd, arg);
    case XENMEM_get_vnumainfo:
        return tell_vnuma(arg);
    case XENMEM_claim_pages:
        return refuse_claim(arg);
    }
    return whole_word_op(cmd, arg);
}

/* Operations that begin at an extent are those above and these. */
static bool knows_extents(unsigned int cmd)
{
    return cmd == XENMEM_exchange || cmd == XENMEM_maximum_ram_page ||
           cmd == XENMEM_current_reservation ||
           cmd == XENMEM_maximum_reservation || cmd == XENMEM_maximum_gpfn ||
           cmd == XENMEM_remove_from_physmap || cmd == XENMEM_get_vnumainfo ||
           cmd == XENMEM_claim_pages;
}

HYPERCALL(memory_op)
{
    unsigned int cmd = (unsigned int)(a1 & MEMOP_CMD_MASK);
    uint64_t start = a1 >> MEMOP_EXTENT_SHIFT;
    gva_t arg = GVA(a2);

    switch (cmd) {
    case XENMEM_increase_reservation:
    case XENMEM_decrease_reservation:
    case XENMEM_populate_physmap:
        return change_reservation(cmd, start, arg);
    case XENMEM_add_to_physmap:
    case XENMEM_add_to_physmap_batch:
        if (start > UINT16_MAX)
            return refuse(RULE_BAD_ARGUMENT, -EDOM, start, UINT16_MAX);
        return refuse_physmap(cmd, arg);
    case XENMEM_acquire_resource:
        return refuse_resource(arg);
    }
    if (start && knows_extents(cmd))
        return refuse(RULE_BAD_ARGUMENT, -EINVAL, start, 0);
    if (start)
        return refuse(RULE_NO_SUCH_COMMAND, -ENOSYS, a1, 0);
    return simple_op(cmd, arg);
}
