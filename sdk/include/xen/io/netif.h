/* SPDX-License-Identifier: MIT */
/*
 * Network devices: two rings of io/ring.h, named from the frontend's side, and
 * a third one for control.
 *
 * Transmit: a packet is a chain of requests; all but the last have
 * NETTXF_more_data. The first one's size is the packet's, the others' are their
 * own. With NETTXF_extra_info the next slot holds a netif_extra_info instead,
 * which can be followed by more. Receive: the frontend posts grants; responses
 * come in the order of the requests' slots.
 *
 * The frontend (device/vif/ID) publishes tx-ring-ref, rx-ring-ref,
 * event-channel (or event-channel-tx and -rx), request-rx-copy and its
 * feature-...; the backend mac and feature-...
 */
#ifndef __XEN_PUBLIC_IO_NETIF_H__
#define __XEN_PUBLIC_IO_NETIF_H__

#include "ring.h"
#include "../grant_table.h"

/* Slots of one packet that every backend takes. */
#define XEN_NETIF_NR_SLOTS_MIN 18
#define XEN_NETIF_MAX_TX_SIZE  0xFFFF

/* netif_tx_request.flags */
#define _NETTXF_csum_blank     (0) /* the checksum is to be filled in */
#define NETTXF_csum_blank      (xen_mk_uint(1) << _NETTXF_csum_blank)
#define _NETTXF_data_validated (1) /* the data is known to be good */
#define NETTXF_data_validated  (xen_mk_uint(1) << _NETTXF_data_validated)
#define _NETTXF_more_data      (2)
#define NETTXF_more_data       (xen_mk_uint(1) << _NETTXF_more_data)
#define _NETTXF_extra_info     (3)
#define NETTXF_extra_info      (xen_mk_uint(1) << _NETTXF_extra_info)

/* netif_rx_response.flags */
#define _NETRXF_data_validated (0)
#define NETRXF_data_validated  (xen_mk_uint(1) << _NETRXF_data_validated)
#define _NETRXF_csum_blank     (1)
#define NETRXF_csum_blank      (xen_mk_uint(1) << _NETRXF_csum_blank)
#define _NETRXF_more_data      (2)
#define NETRXF_more_data       (xen_mk_uint(1) << _NETRXF_more_data)
#define _NETRXF_extra_info     (3)
#define NETRXF_extra_info      (xen_mk_uint(1) << _NETRXF_extra_info)
#define _NETRXF_gso_prefix     (4)
#define NETRXF_gso_prefix      (xen_mk_uint(1) << _NETRXF_gso_prefix)

/* status of responses; a positive one on receive is the size in bytes */
#define NETIF_RSP_DROPPED -2
#define NETIF_RSP_ERROR   -1
#define NETIF_RSP_OKAY    0
#define NETIF_RSP_NULL    1 /* answers the slot of an extra info */

/* netif_extra_info.type and .flags */
#define XEN_NETIF_EXTRA_TYPE_NONE      (0)
#define XEN_NETIF_EXTRA_TYPE_GSO       (1)
#define XEN_NETIF_EXTRA_TYPE_MCAST_ADD (2)
#define XEN_NETIF_EXTRA_TYPE_MCAST_DEL (3)
#define XEN_NETIF_EXTRA_TYPE_HASH      (4)
#define XEN_NETIF_EXTRA_TYPE_MAX       (5)
#define _XEN_NETIF_EXTRA_FLAG_MORE     (0) /* another one follows */
#define XEN_NETIF_EXTRA_FLAG_MORE      (xen_mk_uint(1) << _XEN_NETIF_EXTRA_FLAG_MORE)

#define XEN_NETIF_GSO_TYPE_NONE  (0)
#define XEN_NETIF_GSO_TYPE_TCPV4 (1)
#define XEN_NETIF_GSO_TYPE_TCPV6 (2)

/* Hashing: bits of types, and the algorithm. */
#define _XEN_NETIF_CTRL_HASH_TYPE_IPV4     0
#define XEN_NETIF_CTRL_HASH_TYPE_IPV4      (1 << _XEN_NETIF_CTRL_HASH_TYPE_IPV4)
#define _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP 1
#define XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP                                      \
    (1 << _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP)
#define _XEN_NETIF_CTRL_HASH_TYPE_IPV6     2
#define XEN_NETIF_CTRL_HASH_TYPE_IPV6      (1 << _XEN_NETIF_CTRL_HASH_TYPE_IPV6)
#define _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP 3
#define XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP                                      \
    (1 << _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP)
#define XEN_NETIF_CTRL_HASH_ALGORITHM_NONE     0
#define XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ 1

/* xen_netif_ctrl_request.type; what data[] carries */
#define XEN_NETIF_CTRL_TYPE_INVALID               0
#define XEN_NETIF_CTRL_TYPE_GET_HASH_FLAGS        1  /* -> hash types */
#define XEN_NETIF_CTRL_TYPE_SET_HASH_FLAGS        2  /* hash types */
#define XEN_NETIF_CTRL_TYPE_SET_HASH_KEY          3  /* grant, bytes */
#define XEN_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE 4  /* -> entries */
#define XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE 5  /* entries */
#define XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING      6  /* grant, count, first */
#define XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM    7  /* algorithm */
#define XEN_NETIF_CTRL_TYPE_GET_GREF_MAPPING_SIZE 8  /* queue -> entries */
#define XEN_NETIF_CTRL_TYPE_ADD_GREF_MAPPING      9  /* queue, grant, count */
#define XEN_NETIF_CTRL_TYPE_DEL_GREF_MAPPING      10 /* queue, grant, count */

/* xen_netif_ctrl_response.status */
#define XEN_NETIF_CTRL_STATUS_SUCCESS           0
#define XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED     1
#define XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER 2
#define XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW   3

/* xen_netif_gref.flags */
#define _XEN_NETIF_CTRLF_GREF_readonly 0
#define XEN_NETIF_CTRLF_GREF_readonly                                          \
    (xen_mk_uint(1) << _XEN_NETIF_CTRLF_GREF_readonly)

#ifndef __ASSEMBLY__

struct netif_tx_request {
    grant_ref_t gref;
    uint16_t offset; /* in the page */
    uint16_t flags;  /* NETTXF_... */
    uint16_t id;     /* the frontend's; comes back */
    uint16_t size;   /* bytes; the first one's is the whole packet's */
};
typedef struct netif_tx_request netif_tx_request_t;

struct netif_tx_response {
    uint16_t id;
    int16_t status; /* NETIF_RSP_... */
};
typedef struct netif_tx_response netif_tx_response_t;

struct netif_rx_request {
    uint16_t id;
    uint16_t pad;
    grant_ref_t gref;
};
typedef struct netif_rx_request netif_rx_request_t;

struct netif_rx_response {
    uint16_t id;
    uint16_t offset; /* where the data begins */
    uint16_t flags;  /* NETRXF_... */
    int16_t status;  /* bytes, or NETIF_RSP_... */
};
typedef struct netif_rx_response netif_rx_response_t;

/* Lies in a slot of either ring. */
struct netif_extra_info {
    uint8_t type;  /* XEN_NETIF_EXTRA_TYPE_... */
    uint8_t flags; /* XEN_NETIF_EXTRA_FLAG_... */
    union {
        struct {
            uint16_t size; /* of each segment's payload */
            uint8_t type;  /* XEN_NETIF_GSO_TYPE_... */
            uint8_t pad;
            uint16_t features; /* 0 */
        } gso;
        struct {
            uint8_t addr[6];
        } mcast;
        struct {
            uint8_t type; /* number of a hash type's bit */
            uint8_t algorithm;
            uint8_t value[4];
        } hash;
        uint16_t pad[3];
    } u;
};
typedef struct netif_extra_info netif_extra_info_t;

struct xen_netif_ctrl_request {
    uint16_t id;
    uint16_t type;
    uint32_t data[3];
};

struct xen_netif_ctrl_response {
    uint16_t id;
    uint16_t type;
    uint32_t status;
    uint32_t data;
};

/* Element of the list for ADD_ and DEL_GREF_MAPPING. */
struct xen_netif_gref {
    grant_ref_t ref;
    uint16_t flags;
    uint16_t status; /* OUT */
};

DEFINE_RING_TYPES(netif_tx, struct netif_tx_request, struct netif_tx_response);
DEFINE_RING_TYPES(netif_rx, struct netif_rx_request, struct netif_rx_response);
DEFINE_RING_TYPES(xen_netif_ctrl, struct xen_netif_ctrl_request,
                  struct xen_netif_ctrl_response);

#ifdef XEN_NETIF_DEFINE_TOEPLITZ
/* Each set bit of buf, from its first byte's highest, adds (exclusive or) the
 * 32 bits of key that begin at the same position. */
static uint32_t xen_netif_toeplitz_hash(const uint8_t *key, unsigned int keylen,
                                        const uint8_t *buf, unsigned int buflen)
{
    uint32_t hash = 0, window = 0;
    unsigned int bit;

    for (bit = 0; bit < 32; bit++)
        window = window << 1 |
                 (bit / 8 < keylen && (key[bit / 8] >> (7 - bit % 8) & 1));
    for (bit = 0; bit < 8 * buflen; bit++) {
        unsigned int next = bit + 32;

        if (buf[bit / 8] >> (7 - bit % 8) & 1)
            hash ^= window;
        window = window << 1 |
                 (next / 8 < keylen && (key[next / 8] >> (7 - next % 8) & 1));
    }
    return hash;
}
#endif

#endif /* !__ASSEMBLY__ */

#endif
