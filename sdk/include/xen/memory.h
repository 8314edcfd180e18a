/* SPDX-License-Identifier: MIT */
/*
 * memory_op(cmd, arg): which frames a domain has, and what memory looks like.
 *
 * Bits of cmd from 6 up are used by the hypervisor to continue a long call; a
 * guest passes the plain number. Calls that work on many extents return how
 * many they finished, which may be fewer than asked.
 */
#ifndef __XEN_PUBLIC_MEMORY_H__
#define __XEN_PUBLIC_MEMORY_H__

#include "xen.h"
#include "physdev.h"

#define XENMEM_increase_reservation     0  /* xen_memory_reservation */
#define XENMEM_decrease_reservation     1  /* xen_memory_reservation */
#define XENMEM_maximum_ram_page         2  /* no argument; returns an mfn */
#define XENMEM_current_reservation      3  /* xen_memory_domain; in pages */
#define XENMEM_maximum_reservation      4  /* xen_memory_domain; in pages */
#define XENMEM_machphys_mfn_list        5  /* xen_machphys_mfn_list */
#define XENMEM_populate_physmap         6  /* xen_memory_reservation */
#define XENMEM_add_to_physmap           7  /* translated guests */
#define XENMEM_memory_map               9  /* xen_memory_map; an e820 */
#define XENMEM_machine_memory_map       10 /* xen_memory_map; domain 0 */
#define XENMEM_exchange                 11 /* xen_memory_exchange */
#define XENMEM_machphys_mapping         12 /* xen_machphys_mapping */
#define XENMEM_set_memory_map           13 /* xen_foreign_memory_map */
#define XENMEM_maximum_gpfn             14 /* xen_memory_domain */
#define XENMEM_remove_from_physmap      15 /* translated guests */
#define XENMEM_set_pod_target           16
#define XENMEM_get_pod_target           17
#define XENMEM_add_to_physmap_batch     23
#define XENMEM_claim_pages              24
#define XENMEM_machphys_compat_mfn_list 25
#define XENMEM_get_vnumainfo            26 /* xen_vnuma_topology_info */
#define XENMEM_acquire_resource         28 /* tools */
#if __XEN_INTERFACE_VERSION__ < 0x00040400
#define XENMEM_add_to_physmap_range XENMEM_add_to_physmap_batch
#endif

/* xen_memory_reservation.mem_flags: address bits in the low byte (0 is any),
 * node + 1 in the next, then switches. */
#if __XEN_INTERFACE_VERSION__ >= 0x00030209
#define XENMEMF_address_bits(x)     (x)
#define XENMEMF_get_address_bits(x) ((x)&0xffu)
#define XENMEMF_node(x)             (((x) + 1) << 8)
#define XENMEMF_get_node(x)         ((((x) >> 8) - 1) & 0xffu)
#define XENMEMF_populate_on_demand  (1 << 16)
#define XENMEMF_exact_node_request  (1 << 17)
#define XENMEMF_exact_node(n)       (XENMEMF_node(n) | XENMEMF_exact_node_request)
#define XENMEMF_vnode               (1 << 18)
#endif

/* xen_add_to_physmap.space: what idx counts */
#define XENMAPSPACE_shared_info  0
#define XENMAPSPACE_grant_table  1
#define XENMAPSPACE_gmfn         2
#define XENMAPSPACE_gmfn_range   3
#define XENMAPSPACE_gmfn_foreign 4
#define XENMAPSPACE_dev_mmio     5

/* In idx with space grant_table: a status frame. */
#define XENMAPIDX_grant_table_status 0x80000000

/* xen_mem_acquire_resource.type, .id and .frame */
#define XENMEM_resource_ioreq_server                0
#define XENMEM_resource_grant_table                 1
#define XENMEM_resource_vmtrace_buf                 2
#define XENMEM_resource_grant_table_id_shared       0
#define XENMEM_resource_grant_table_id_status       1
#define XENMEM_resource_ioreq_server_frame_bufioreq 0
#define XENMEM_resource_ioreq_server_frame_ioreq(n) (1 + (n))

#ifndef __ASSEMBLY__

/*
 * increase:  OUT extent_start, the mfns of new frames.
 * decrease:  IN extent_start, mfns to give back; they must have no use.
 * populate:  IN extent_start, pfns; OUT the mfns that now stand behind them,
 *            and their M2P entries are set.
 */
struct xen_memory_reservation {
    XEN_GUEST_HANDLE(xen_pfn_t) extent_start;
    xen_ulong_t nr_extents;
    unsigned int extent_order; /* an extent is 1 << order frames */
#if __XEN_INTERFACE_VERSION__ >= 0x00030209
    unsigned int mem_flags; /* XENMEMF_... */
#else
    unsigned int address_bits;
#endif
    domid_t domid;
};
typedef struct xen_memory_reservation xen_memory_reservation_t;
DEFINE_XEN_GUEST_HANDLE(xen_memory_reservation_t);

/* Gives in's frames back for out's, of the same total size: the way to memory
 * that is contiguous. nr_exchanged, in extents of in, must be 0 at the call. */
struct xen_memory_exchange {
    struct xen_memory_reservation in;
    struct xen_memory_reservation out;
    xen_ulong_t nr_exchanged; /* OUT, on failure too */
};
typedef struct xen_memory_exchange xen_memory_exchange_t;
DEFINE_XEN_GUEST_HANDLE(xen_memory_exchange_t);

struct xen_memory_domain {
    domid_t domid;
};

/* The frames that the M2P table itself lies in, one for each 2 MiB. */
struct xen_machphys_mfn_list {
    unsigned int max_extents;
    XEN_GUEST_HANDLE(xen_pfn_t) extent_start;
    unsigned int nr_extents; /* OUT */
};
typedef struct xen_machphys_mfn_list xen_machphys_mfn_list_t;
DEFINE_XEN_GUEST_HANDLE(xen_machphys_mfn_list_t);

/* All OUT. */
struct xen_machphys_mapping {
    xen_ulong_t v_start, v_end; /* virtual bounds of the M2P */
    xen_ulong_t max_mfn;        /* greatest index in it */
};
typedef struct xen_machphys_mapping xen_machphys_mapping_t;
DEFINE_XEN_GUEST_HANDLE(xen_machphys_mapping_t);

struct xen_add_to_physmap {
    domid_t domid;
    uint16_t size;      /* pages, for gmfn_range alone */
    unsigned int space; /* XENMAPSPACE_... */
    xen_ulong_t idx;
    xen_pfn_t gpfn; /* where it shall appear */
};
typedef struct xen_add_to_physmap xen_add_to_physmap_t;
DEFINE_XEN_GUEST_HANDLE(xen_add_to_physmap_t);

struct xen_add_to_physmap_batch {
    domid_t domid;
    uint16_t space;
    uint16_t size; /* of the three arrays */
#if __XEN_INTERFACE_VERSION__ < 0x00040700
    domid_t foreign_domid;
#else
    union xen_add_to_physmap_batch_extra {
        domid_t foreign_domid; /* with gmfn_foreign */
        uint16_t res0;         /* 0 otherwise */
    } u;
#endif
    XEN_GUEST_HANDLE(xen_ulong_t) idxs;
    XEN_GUEST_HANDLE(xen_pfn_t) gpfns;
    XEN_GUEST_HANDLE(int) errs; /* OUT: one result each */
};
typedef struct xen_add_to_physmap_batch xen_add_to_physmap_batch_t;
DEFINE_XEN_GUEST_HANDLE(xen_add_to_physmap_batch_t);

#if __XEN_INTERFACE_VERSION__ < 0x00040400
#define xen_add_to_physmap_range xen_add_to_physmap_batch
typedef struct xen_add_to_physmap_batch xen_add_to_physmap_range_t;
DEFINE_XEN_GUEST_HANDLE(xen_add_to_physmap_range_t);
#endif

struct xen_remove_from_physmap {
    domid_t domid;
    xen_pfn_t gpfn;
};
typedef struct xen_remove_from_physmap xen_remove_from_physmap_t;
DEFINE_XEN_GUEST_HANDLE(xen_remove_from_physmap_t);

/* An array of e820 entries: address 8 bytes, size 8, type 4, packed. A domU
 * that nobody set one for gets -ENOSYS. */
struct xen_memory_map {
    unsigned int nr_entries; /* IN: room; OUT: entries written */
    XEN_GUEST_HANDLE(void) buffer;
};
typedef struct xen_memory_map xen_memory_map_t;
DEFINE_XEN_GUEST_HANDLE(xen_memory_map_t);

struct xen_foreign_memory_map {
    domid_t domid;
    struct xen_memory_map map;
};
typedef struct xen_foreign_memory_map xen_foreign_memory_map_t;
DEFINE_XEN_GUEST_HANDLE(xen_foreign_memory_map_t);

struct xen_pod_target {
    uint64_t target_pages; /* IN */
    uint64_t tot_pages;    /* OUT, and the two below */
    uint64_t pod_cache_pages;
    uint64_t pod_entries;
    domid_t domid; /* IN */
};
typedef struct xen_pod_target xen_pod_target_t;

struct xen_mem_acquire_resource {
    domid_t domid;
    uint16_t type;
    uint32_t id;
    uint32_t nr_frames; /* 0 with a null list asks for the size */
    uint32_t pad;
    uint64_t frame;                         /* the first one wanted */
    XEN_GUEST_HANDLE(xen_pfn_t) frame_list; /* OUT for a PV caller */
};
typedef struct xen_mem_acquire_resource xen_mem_acquire_resource_t;
DEFINE_XEN_GUEST_HANDLE(xen_mem_acquire_resource_t);

struct xen_vmemrange {
    uint64_t start, end; /* pseudo-physical, end exclusive */
    unsigned int flags;  /* 0 */
    unsigned int nid;    /* virtual node */
};
typedef struct xen_vmemrange xen_vmemrange_t;
DEFINE_XEN_GUEST_HANDLE(xen_vmemrange_t);

/* The counts say how much room there is, and come back as what there is. */
struct xen_vnuma_topology_info {
    domid_t domid;
    uint16_t pad;
    unsigned int nr_vnodes;
    unsigned int nr_vcpus;
    unsigned int nr_vmemranges;
    union {
        XEN_GUEST_HANDLE(uint) h;
        uint64_t pad;
    } vdistance; /* nr_vnodes by nr_vnodes */
    union {
        XEN_GUEST_HANDLE(uint) h;
        uint64_t pad;
    } vcpu_to_vnode;
    union {
        XEN_GUEST_HANDLE(xen_vmemrange_t) h;
        uint64_t pad;
    } vmemrange;
};
typedef struct xen_vnuma_topology_info xen_vnuma_topology_info_t;
DEFINE_XEN_GUEST_HANDLE(xen_vnuma_topology_info_t);

#endif /* !__ASSEMBLY__ */

#endif
