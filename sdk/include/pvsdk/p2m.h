/* SPDX-License-Identifier: MIT */
/*
 * From pseudo-physical frames to machine frames and back.
 *
 * p2m is a list of the guest's own (start_info.mfn_list at first): p2m[pfn] is
 * the machine frame behind pfn, or XEN_NO_FRAME for a hole. The way back is the
 * hypervisor's M2P table. That table has an entry for every frame of the
 * machine, so an answer counts only if p2m leads back to where one started:
 * otherwise the frame is somebody else's, or lent.
 */
#ifndef PVSDK_P2M_H
#define PVSDK_P2M_H

#include <xen/xen.h>
#include <pvsdk/pte.h>

#define XEN_NO_FRAME (~xen_mk_ulong(0))

#ifndef __ASSEMBLY__

static inline xen_pfn_t xen_pfn_to_mfn(const xen_pfn_t *p2m, xen_pfn_t pfn)
{
    return p2m[pfn];
}

/* Only for a frame that is one's own: the M2P's last part is not mapped. */
static inline xen_pfn_t xen_own_mfn_to_pfn(xen_pfn_t mfn)
{
    return machine_to_phys_mapping[mfn];
}

/* Of any frame below max_mfn (XENMEM_machphys_mapping tells it): XEN_NO_FRAME
 * if it is not at its place in p2m. */
static inline xen_pfn_t xen_mfn_to_pfn(const xen_pfn_t *p2m,
                                       unsigned long nr_pages,
                                       xen_pfn_t max_mfn, xen_pfn_t mfn)
{
    xen_pfn_t pfn;

    if (mfn > max_mfn)
        return XEN_NO_FRAME;
    pfn = machine_to_phys_mapping[mfn];
    if (pfn >= nr_pages || p2m[pfn] != mfn)
        return XEN_NO_FRAME;
    return pfn;
}

/* The same for addresses. */
static inline uint64_t xen_phys_to_machine(const xen_pfn_t *p2m, uint64_t phys)
{
    return ((uint64_t)p2m[phys >> XEN_PAGE_BITS] << XEN_PAGE_BITS) |
           (phys & ~XEN_PAGE_MASK);
}

#endif /* !__ASSEMBLY__ */

#endif
