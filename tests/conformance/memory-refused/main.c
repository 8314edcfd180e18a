// SPDX-License-Identifier: MIT
/*
 * memory_op: what an ordinary guest is refused, each with its own errno, and
 * the little that is told to it.
 *
 * conform: reference dom0 domU
 * requires: MEM-7 MEM-8 MEM-9 MEM-10 MEM-11
 */
#include "conform.h"

#define NOBODY 0x7fe0

static long op(unsigned int command, void *arg)
{
    return hypercall_memory_op(command, arg);
}

/* The three operations of translated guests that name a domain first. */
static void physmap(void)
{
    struct xen_add_to_physmap add = {.domid = DOMID_SELF, .gpfn = 5};
    struct xen_add_to_physmap_batch batch = {.domid = DOMID_SELF};
    struct xen_remove_from_physmap remove = {.domid = DOMID_SELF, .gpfn = 5};

    refused(op(XENMEM_add_to_physmap, &add), XEN_EACCES, "add_to_physmap");
    refused(op(XENMEM_add_to_physmap_batch, &batch), XEN_EACCES, "its batch");
    refused(op(XENMEM_remove_from_physmap, &remove), XEN_EACCES,
            "remove_from_physmap");
    refused(op(XENMEM_add_to_physmap, (void *)1), XEN_EFAULT,
            "an argument that cannot be read");
    add.domid = batch.domid = remove.domid = NOBODY;
    refused(op(XENMEM_add_to_physmap, &add), XEN_ESRCH, "a domain that is not");
    refused(op(XENMEM_add_to_physmap_batch, &batch), XEN_ESRCH, "for the batch");
    refused(op(XENMEM_remove_from_physmap, &remove), XEN_ESRCH, "and removing");
}

static void of_other_guests(void)
{
    struct xen_pod_target pod = {.domid = DOMID_SELF};
    struct xen_memory_reservation claim = {.domid = NOBODY};
    struct xen_mem_acquire_resource resource = {.domid = NOBODY};
    struct xen_vnuma_topology_info vnuma = {.domid = DOMID_SELF};

    for (unsigned int i = XENMEM_set_pod_target; i <= XENMEM_get_pod_target;
         i++) {
        pod.domid = DOMID_SELF;
        refused(op(i, &pod), XEN_EINVAL, "populate-on-demand, %u", i);
        pod.domid = NOBODY;
        refused(op(i, &pod), XEN_ESRCH, "of a domain that is not");
        refused(op(i, (void *)1), XEN_EFAULT, "that cannot be read");
    }
    refused(op(XENMEM_claim_pages, &claim), XEN_EINVAL,
            "a claim for a domain that is not");
    claim.domid = own_domid();
    if (!is_dom0())
        refused(op(XENMEM_claim_pages, &claim), XEN_EPERM, "for oneself");
    claim.extent_order = 1;
    refused(op(XENMEM_claim_pages, &claim), XEN_EINVAL, "of large pages");
    refused(op(XENMEM_claim_pages, (void *)1), XEN_EFAULT,
            "that cannot be read");
    refused(op(XENMEM_acquire_resource, &resource), XEN_ESRCH,
            "a resource of a domain that is not");
    resource.domid = DOMID_SELF;
    refused(op(XENMEM_acquire_resource, &resource), XEN_ESRCH,
            "DOMID_SELF is none");
    resource.domid = own_domid();
    refused(op(XENMEM_acquire_resource, &resource), XEN_EPERM, "one's own");
    resource.frame = 1UL << 32;
    refused(op(XENMEM_acquire_resource, &resource), XEN_EINVAL,
            "a frame beyond 32 bits");
    refused(op(XENMEM_get_vnumainfo, &vnuma), XEN_EOPNOTSUPP,
            "a NUMA topology that nobody has given");
    vnuma.pad = 1;
    refused(op(XENMEM_get_vnumainfo, &vnuma), XEN_EINVAL,
            "with padding that is not 0");
}

/* Nobody has said yet how many frames there are. */
static void told(void)
{
    struct xen_memory_domain self = {DOMID_SELF};
    struct xen_machphys_mapping m;

    check_equal(shared->arch.max_pfn, 0, "max_pfn is 0 at the start");
    check_equal(op(XENMEM_maximum_gpfn, &self), 0, "maximum_gpfn is 0 then");
    shared->arch.max_pfn = 77;
    check_equal(op(XENMEM_maximum_gpfn, &self), 76, "and max_pfn - 1 later");
    works(op(XENMEM_machphys_mapping, &m), "machphys_mapping");
    check_equal(m.v_end, MACH2PHYS_VIRT_END, "the M2P's end");
    if (!is_dom0())
        check_equal(m.max_mfn, MACH2PHYS_NR_ENTRIES - 1,
                    "its last entry, whatever the machine has");
    if (!is_dom0())
        refused(op(XENMEM_machine_memory_map, NULL), XEN_EPERM,
                "the machine's memory map");
    refused(op(XENMEM_machphys_compat_mfn_list, NULL), XEN_EOPNOTSUPP,
            "the M2P of 32-bit guests");
}

static void extents(void)
{
    static const unsigned int knows[] = {
        XENMEM_exchange, XENMEM_maximum_ram_page, XENMEM_current_reservation,
        XENMEM_maximum_reservation, XENMEM_maximum_gpfn,
        XENMEM_remove_from_physmap, XENMEM_claim_pages, XENMEM_get_vnumainfo};
    static const unsigned int does_not[] = {
        XENMEM_machphys_mfn_list, XENMEM_memory_map, XENMEM_machine_memory_map,
        XENMEM_machphys_mapping, XENMEM_set_memory_map, XENMEM_set_pod_target,
        XENMEM_get_pod_target, XENMEM_machphys_compat_mfn_list, 55};
    const unsigned int first = 1 << 6; /* bits of the command */

    for (unsigned int i = 0; i < sizeof(knows) / sizeof(*knows); i++)
        refused(op(knows[i] | first, NULL), XEN_EINVAL,
                "operation %u does not begin at an extent", knows[i]);
    for (unsigned int i = 0; i < sizeof(does_not) / sizeof(*does_not); i++)
        refused(op(does_not[i] | first, NULL), XEN_ENOSYS,
                "nor is there %u at one", does_not[i]);
}

void test(void)
{
    physmap();
    of_other_guests();
    told();
    extents();
}
