/* SPDX-License-Identifier: MIT */
/*
 * Grants: how a domain lets another one use a frame of its own.
 *
 * The table is a page (or more) of entries that the granting domain writes and
 * the hypervisor reads and marks; a grant reference is an index into it. To
 * grant in version 1: write frame and domid, a write barrier, then flags. To
 * revoke: compare-and-exchange flags to 0 while GTF_reading and GTF_writing are
 * clear; while they are set, the other side still maps the frame.
 *
 * grant_table_op(cmd, array, count) works through an array; each element has
 * its own status (GNTST_...), the call itself returns 0 if it could read them.
 */
#ifndef __XEN_PUBLIC_GRANT_TABLE_H__
#define __XEN_PUBLIC_GRANT_TABLE_H__

#include "xen.h"

#define GNTTABOP_map_grant_ref     0
#define GNTTABOP_unmap_grant_ref   1
#define GNTTABOP_setup_table       2
#define GNTTABOP_dump_table        3
#define GNTTABOP_transfer          4
#define GNTTABOP_copy              5
#define GNTTABOP_query_size        6
#define GNTTABOP_unmap_and_replace 7
#if __XEN_INTERFACE_VERSION__ >= 0x0003020a
#define GNTTABOP_set_version       8
#define GNTTABOP_get_status_frames 9
#define GNTTABOP_get_version       10
#define GNTTABOP_swap_grant_ref    11
#define GNTTABOP_cache_flush       12
#endif

/* Entries that the domain builder fills for console and xenstore. */
#define GNTTAB_NR_RESERVED_ENTRIES 8
#define GNTTAB_RESERVED_CONSOLE    0
#define GNTTAB_RESERVED_XENSTORE   1

/* An entry's flags: two bits of type, */
#define GTF_invalid             (xen_mk_uint(0) << 0)
#define GTF_permit_access       (xen_mk_uint(1) << 0)
#define GTF_accept_transfer     (xen_mk_uint(2) << 0)
#define GTF_transitive          (xen_mk_uint(3) << 0)
#define GTF_type_mask           (xen_mk_uint(3) << 0)
/* with permit_access: readonly and sub_page are the granting domain's to set,
 * reading and writing the hypervisor's; */
#define _GTF_readonly           2
#define GTF_readonly            (xen_mk_uint(1) << _GTF_readonly)
#define _GTF_reading            3
#define GTF_reading             (xen_mk_uint(1) << _GTF_reading)
#define _GTF_writing            4
#define GTF_writing             (xen_mk_uint(1) << _GTF_writing)
#define _GTF_PWT                5
#define GTF_PWT                 (xen_mk_uint(1) << _GTF_PWT)
#define _GTF_PCD                6
#define GTF_PCD                 (xen_mk_uint(1) << _GTF_PCD)
#define _GTF_PAT                7
#define GTF_PAT                 (xen_mk_uint(1) << _GTF_PAT)
#define _GTF_sub_page           8
#define GTF_sub_page            (xen_mk_uint(1) << _GTF_sub_page)
/* with accept_transfer: both the hypervisor's; frame is valid after completed.
 */
#define _GTF_transfer_committed 2
#define GTF_transfer_committed  (xen_mk_uint(1) << _GTF_transfer_committed)
#define _GTF_transfer_completed 3
#define GTF_transfer_completed  (xen_mk_uint(1) << _GTF_transfer_completed)

/* gnttab_copy.flags: the side is a grant reference, not a frame */
#define _GNTCOPY_source_gref 0
#define GNTCOPY_source_gref  (1 << _GNTCOPY_source_gref)
#define _GNTCOPY_dest_gref   1
#define GNTCOPY_dest_gref    (1 << _GNTCOPY_dest_gref)

#if __XEN_INTERFACE_VERSION__ >= 0x0003020a
/* gnttab_cache_flush.op */
#define GNTTAB_CACHE_CLEAN       (xen_mk_uint(1) << 0)
#define GNTTAB_CACHE_INVAL       (xen_mk_uint(1) << 1)
#define GNTTAB_CACHE_SOURCE_GREF (xen_mk_uint(1) << 31)
#endif

/* Flags of map and unmap: for a device, for the CPU, read-only, for user mode,
 * host_addr is the machine address of a page-table entry; then the bits to put
 * into the entry's available ones. */
#define _GNTMAP_device_map      0
#define GNTMAP_device_map       (1 << _GNTMAP_device_map)
#define _GNTMAP_host_map        1
#define GNTMAP_host_map         (1 << _GNTMAP_host_map)
#define _GNTMAP_readonly        2
#define GNTMAP_readonly         (1 << _GNTMAP_readonly)
#define _GNTMAP_application_map 3
#define GNTMAP_application_map  (1 << _GNTMAP_application_map)
#define _GNTMAP_contains_pte    4
#define GNTMAP_contains_pte     (1 << _GNTMAP_contains_pte)
#define _GNTMAP_guest_avail0    16
#define GNTMAP_guest_avail_mask xen_mk_uint(0xffff0000)

/* An element's status. */
#define GNTST_okay              (0)
#define GNTST_general_error     (-1)
#define GNTST_bad_domain        (-2)
#define GNTST_bad_gntref        (-3)
#define GNTST_bad_handle        (-4)
#define GNTST_bad_virt_addr     (-5)
#define GNTST_bad_dev_addr      (-6)
#define GNTST_no_device_space   (-7)
#define GNTST_permission_denied (-8)
#define GNTST_bad_page          (-9)
#define GNTST_bad_copy_arg      (-10)
#define GNTST_address_too_big   (-11)
#define GNTST_eagain            (-12)
#define GNTST_no_space          (-13)

/* A text for each status, at index -status. */
#define GNTTABOP_error_msgs                                                    \
    {                                                                          \
        "no error", "general error", "no such domain",                         \
            "no such grant reference", "no such mapping",                      \
            "bad virtual address", "bad bus address",                          \
            "no room in the I/O MMU", "not permitted", "bad frame",            \
            "copy leaves its page", "frame number too large", "try again",     \
            "no room",                                                         \
    }

#ifndef __ASSEMBLY__

    typedef uint32_t grant_ref_t;
typedef uint32_t grant_handle_t; /* names a mapping; for unmap */

#if __XEN_INTERFACE_VERSION__ < 0x0003020a
#define grant_entry_v1   grant_entry
#define grant_entry_v1_t grant_entry_t
#endif

struct grant_entry_v1 {
    uint16_t flags; /* GTF_...; written last */
    domid_t domid;  /* who may use it */
    uint32_t frame; /* the frame; OUT with accept_transfer */
};
typedef struct grant_entry_v1 grant_entry_v1_t;

#if __XEN_INTERFACE_VERSION__ >= 0x0003020a
struct grant_entry_header {
    uint16_t flags;
    domid_t domid;
};
typedef struct grant_entry_header grant_entry_header_t;

/* In version 2 reading and writing live in a status page of their own. */
union grant_entry_v2 {
    grant_entry_header_t hdr;
    struct {
        grant_entry_header_t hdr;
        uint32_t pad0;
        uint64_t frame;
    } full_page;
    struct { /* with GTF_sub_page; for copies */
        grant_entry_header_t hdr;
        uint16_t page_off;
        uint16_t length; /* bytes */
        uint64_t frame;
    } sub_page;
    struct { /* with GTF_transitive */
        grant_entry_header_t hdr;
        domid_t trans_domid;
        uint16_t pad0;
        grant_ref_t gref; /* of trans_domid */
    } transitive;
    uint32_t __spacer[4];
};
typedef union grant_entry_v2 grant_entry_v2_t;

typedef uint16_t grant_status_t;
#endif

struct gnttab_map_grant_ref {
    uint64_t host_addr; /* virtual, or of an entry: see flags */
    uint32_t flags;     /* GNTMAP_... */
    grant_ref_t ref;
    domid_t dom;           /* whose */
    int16_t status;        /* OUT */
    grant_handle_t handle; /* OUT */
    uint64_t dev_bus_addr; /* OUT */
};
typedef struct gnttab_map_grant_ref gnttab_map_grant_ref_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_map_grant_ref_t);

/* An address of 0 leaves that side alone. */
struct gnttab_unmap_grant_ref {
    uint64_t host_addr;
    uint64_t dev_bus_addr;
    grant_handle_t handle;
    int16_t status; /* OUT */
};
typedef struct gnttab_unmap_grant_ref gnttab_unmap_grant_ref_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_unmap_grant_ref_t);

/* Grows the table to nr_frames at least and tells where it is. */
struct gnttab_setup_table {
    domid_t dom;
    uint32_t nr_frames;
    int16_t status; /* OUT */
#if __XEN_INTERFACE_VERSION__ < 0x00040300
    XEN_GUEST_HANDLE(ulong) frame_list;
#else
    XEN_GUEST_HANDLE(xen_pfn_t) frame_list; /* OUT: nr_frames mfns */
#endif
};
typedef struct gnttab_setup_table gnttab_setup_table_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_setup_table_t);

struct gnttab_dump_table {
    domid_t dom;
    int16_t status; /* OUT */
};
typedef struct gnttab_dump_table gnttab_dump_table_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_dump_table_t);

/* Gives a frame away for good, to an entry with accept_transfer. */
struct gnttab_transfer {
    xen_pfn_t mfn;
    domid_t domid;
    grant_ref_t ref;
    int16_t status; /* OUT */
};
typedef struct gnttab_transfer gnttab_transfer_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_transfer_t);

struct gnttab_copy {
    struct gnttab_copy_ptr {
        union {
            grant_ref_t ref;
            xen_pfn_t gmfn;
        } u;
        domid_t domid;
        uint16_t offset;
    } source, dest;
    uint16_t len;   /* bytes; neither side leaves its page */
    uint16_t flags; /* GNTCOPY_... */
    int16_t status; /* OUT */
};
typedef struct gnttab_copy gnttab_copy_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_copy_t);

struct gnttab_query_size {
    domid_t dom;
    uint32_t nr_frames;     /* OUT */
    uint32_t max_nr_frames; /* OUT */
    int16_t status;         /* OUT */
};
typedef struct gnttab_query_size gnttab_query_size_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_query_size_t);

/* Unmaps, and moves the entry of new_addr to host_addr. */
struct gnttab_unmap_and_replace {
    uint64_t host_addr;
    uint64_t new_addr;
    grant_handle_t handle;
    int16_t status; /* OUT */
};
typedef struct gnttab_unmap_and_replace gnttab_unmap_and_replace_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_unmap_and_replace_t);

#if __XEN_INTERFACE_VERSION__ >= 0x0003020a
/* Before the first grant; IN: 1 or 2, OUT: what it was. */
struct gnttab_set_version {
    uint32_t version;
};
typedef struct gnttab_set_version gnttab_set_version_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_set_version_t);

struct gnttab_get_status_frames {
    uint32_t nr_frames;
    domid_t dom;
    int16_t status;                        /* OUT */
    XEN_GUEST_HANDLE(uint64_t) frame_list; /* OUT */
};
typedef struct gnttab_get_status_frames gnttab_get_status_frames_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_get_status_frames_t);

struct gnttab_get_version {
    domid_t dom;
    uint16_t pad;
    uint32_t version; /* OUT */
};
typedef struct gnttab_get_version gnttab_get_version_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_get_version_t);

struct gnttab_swap_grant_ref {
    grant_ref_t ref_a;
    grant_ref_t ref_b;
    int16_t status; /* OUT */
};
typedef struct gnttab_swap_grant_ref gnttab_swap_grant_ref_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_swap_grant_ref_t);

struct gnttab_cache_flush {
    union {
        uint64_t dev_bus_addr;
        grant_ref_t ref;
    } a;
    uint16_t offset;
    uint16_t length; /* 0: nothing is done */
    uint32_t op;     /* GNTTAB_CACHE_... */
};
typedef struct gnttab_cache_flush gnttab_cache_flush_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_cache_flush_t);
#endif

#endif /* !__ASSEMBLY__ */

#endif
