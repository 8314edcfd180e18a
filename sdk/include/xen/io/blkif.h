/* SPDX-License-Identifier: MIT */
/*
 * Block devices: requests and responses through a ring of io/ring.h.
 *
 * The frontend (device/vbd/ID) publishes ring-ref (or ring-page-order with
 * ring-refN), event-channel and protocol; the backend publishes sectors,
 * sector-size, info (VDISK_...) and features: feature-barrier,
 * feature-flush-cache, feature-discard, feature-persistent,
 * feature-max-indirect-segments, max-ring-page-order.
 *
 * Sector numbers and counts are in units of 512 bytes, whatever sector-size is.
 */
#ifndef __XEN_PUBLIC_IO_BLKIF_H__
#define __XEN_PUBLIC_IO_BLKIF_H__

#include "ring.h"
#include "../grant_table.h"

/* blkif_request.operation */
#define BLKIF_OP_READ            0
#define BLKIF_OP_WRITE           1
#define BLKIF_OP_WRITE_BARRIER   2 /* after all before it, before all after */
#define BLKIF_OP_FLUSH_DISKCACHE 3 /* may carry no segment */
#define BLKIF_OP_RESERVED_1      4
#define BLKIF_OP_DISCARD         5 /* blkif_request_discard */
#define BLKIF_OP_INDIRECT        6 /* blkif_request_indirect */

#define BLKIF_MAX_SEGMENTS_PER_REQUEST       11
#define BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST 8

/* blkif_request_discard.flag: the old contents must be gone for good */
#define BLKIF_DISCARD_SECURE (1 << 0)

/* blkif_response.status */
#define BLKIF_RSP_EOPNOTSUPP -2
#define BLKIF_RSP_ERROR      -1
#define BLKIF_RSP_OKAY       0

/* The "info" node. */
#define VDISK_CDROM     0x1
#define VDISK_REMOVABLE 0x2
#define VDISK_READONLY  0x4

#ifndef __ASSEMBLY__

#ifndef blkif_vdev_t
#define blkif_vdev_t uint16_t
#endif
#define blkif_sector_t uint64_t

/* Sectors 0 to 7 of one granted page, both ends included. */
struct blkif_request_segment {
    grant_ref_t gref;
    uint8_t first_sect, last_sect;
};

struct blkif_request {
    uint8_t operation;            /* BLKIF_OP_... */
    uint8_t nr_segments;          /* 1 to 11 */
    blkif_vdev_t handle;          /* the device */
    uint64_t id;                  /* the frontend's; comes back */
    blkif_sector_t sector_number; /* on the disk */
    struct blkif_request_segment seg[BLKIF_MAX_SEGMENTS_PER_REQUEST];
};
typedef struct blkif_request blkif_request_t;

struct blkif_request_discard {
    uint8_t operation; /* BLKIF_OP_DISCARD */
    uint8_t flag;
    blkif_vdev_t handle;
    uint64_t id;
    blkif_sector_t sector_number;
    uint64_t nr_sectors;
};
typedef struct blkif_request_discard blkif_request_discard_t;

/* Segments lie in granted pages of their own, 512 in each. */
struct blkif_request_indirect {
    uint8_t operation;   /* BLKIF_OP_INDIRECT */
    uint8_t indirect_op; /* BLKIF_OP_READ or WRITE */
    uint16_t nr_segments;
    uint64_t id;
    blkif_sector_t sector_number;
    blkif_vdev_t handle;
    grant_ref_t indirect_grefs[BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST];
};
typedef struct blkif_request_indirect blkif_request_indirect_t;

struct blkif_response {
    uint64_t id;
    uint8_t operation;
    int16_t status; /* BLKIF_RSP_... */
};
typedef struct blkif_response blkif_response_t;

DEFINE_RING_TYPES(blkif, struct blkif_request, struct blkif_response);

#endif /* !__ASSEMBLY__ */

#endif
