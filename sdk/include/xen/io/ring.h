/* SPDX-License-Identifier: MIT */
/*
 * Rings of requests and responses in one shared page (or a few).
 *
 * The frontend produces requests and consumes responses; the backend the other
 * way round. A response takes the slot of a request that was consumed, so that
 * one array serves both. Indices count up for ever; slots are idx modulo the
 * number of slots, a power of two. What is private to an end (..._prod_pvt,
 * ..._cons) lies outside the shared page, and no end relies on reading back
 * what it wrote there.
 *
 * Notification: an end says with req_event or rsp_event at which index it
 * wants an event. PUSH..._AND_CHECK_NOTIFY tells the producer whether that
 * index was passed; FINAL_CHECK... lets a consumer sleep without losing one.
 *
 * The user of these macros provides offsetof and memset, and xen_mb(),
 * xen_rmb(), xen_wmb() (pvsdk/barrier.h does).
 */
#ifndef __XEN_PUBLIC_IO_RING_H__
#define __XEN_PUBLIC_IO_RING_H__

#include "../xen-compat.h"

#if __XEN_INTERFACE_VERSION__ < 0x00030208
#define xen_mb()  mb()
#define xen_rmb() rmb()
#define xen_wmb() wmb()
#endif

#ifndef __ASSEMBLY__

typedef unsigned int RING_IDX;

/* The greatest power of two that is at most x; x is a constant below 2^32. */
#define __RD2(_x)  (((_x)&0x00000002) ? 0x2 : ((_x)&0x1))
#define __RD4(_x)  (((_x)&0x0000000c) ? __RD2((_x) >> 2) << 2 : __RD2(_x))
#define __RD8(_x)  (((_x)&0x000000f0) ? __RD4((_x) >> 4) << 4 : __RD4(_x))
#define __RD16(_x) (((_x)&0x0000ff00) ? __RD8((_x) >> 8) << 8 : __RD8(_x))
#define __RD32(_x) (((_x)&0xffff0000) ? __RD16((_x) >> 16) << 16 : __RD16(_x))

/* Slots in _sz bytes: by type name (a constant), or by pointer to the ring. */
#define __CONST_RING_SIZE(_s, _sz)                                             \
    (__RD32(((_sz)-offsetof(struct _s##_sring, ring)) /                        \
            sizeof(((struct _s##_sring *)0)->ring[0])))
#define __RING_SIZE(_s, _sz)                                                   \
    (__RD32(((_sz) - (long)(_s)->ring + (long)(_s)) / sizeof((_s)->ring[0])))

/* Declares the shared page, and each end's private part, of ring NAME. */
#define DEFINE_RING_TYPES(__name, __req_t, __rsp_t)                            \
    union __name##_sring_entry {                                               \
        __req_t req;                                                           \
        __rsp_t rsp;                                                           \
    };                                                                         \
    struct __name##_sring {                                                    \
        RING_IDX req_prod, req_event;                                          \
        RING_IDX rsp_prod, rsp_event;                                          \
        union {                                                                \
            struct {                                                           \
                uint8_t smartpoll_active;                                      \
            } netif;                                                           \
            struct {                                                           \
                uint8_t msg;                                                   \
            } tapif_user;                                                      \
            uint8_t pvt_pad[4];                                                \
        } pvt;                                                                 \
        uint8_t __pad[44];                                                     \
        union __name##_sring_entry ring[1]; /* as many as fit */               \
    };                                                                         \
    struct __name##_front_ring {                                               \
        RING_IDX req_prod_pvt;                                                 \
        RING_IDX rsp_cons;                                                     \
        unsigned int nr_ents;                                                  \
        struct __name##_sring *sring;                                          \
    };                                                                         \
    struct __name##_back_ring {                                                \
        RING_IDX rsp_prod_pvt;                                                 \
        RING_IDX req_cons;                                                     \
        unsigned int nr_ents;                                                  \
        struct __name##_sring *sring;                                          \
    };                                                                         \
    typedef struct __name##_sring __name##_sring_t;                            \
    typedef struct __name##_front_ring __name##_front_ring_t;                  \
    typedef struct __name##_back_ring __name##_back_ring_t

/* The frontend prepares the shared page once, before it grants it. */
#define SHARED_RING_INIT(_s)                                                   \
    do {                                                                       \
        (_s)->req_prod = (_s)->rsp_prod = 0;                                   \
        (_s)->req_event = (_s)->rsp_event = 1;                                 \
        (void)memset((_s)->pvt.pvt_pad, 0, sizeof((_s)->pvt.pvt_pad));         \
        (void)memset((_s)->__pad, 0, sizeof((_s)->__pad));                     \
    } while (0)

/* Private parts; ATTACH with an index takes a ring up that is in use. */
#define FRONT_RING_ATTACH(_r, _s, _i, __size)                                  \
    do {                                                                       \
        (_r)->req_prod_pvt = (_i);                                             \
        (_r)->rsp_cons = (_i);                                                 \
        (_r)->nr_ents = __RING_SIZE(_s, __size);                               \
        (_r)->sring = (_s);                                                    \
    } while (0)
#define FRONT_RING_INIT(_r, _s, __size) FRONT_RING_ATTACH(_r, _s, 0, __size)
#define XEN_FRONT_RING_INIT(r, s, size)                                        \
    do {                                                                       \
        SHARED_RING_INIT(s);                                                   \
        FRONT_RING_INIT(r, s, size);                                           \
    } while (0)
#define BACK_RING_ATTACH(_r, _s, _i, __size)                                   \
    do {                                                                       \
        (_r)->rsp_prod_pvt = (_i);                                             \
        (_r)->req_cons = (_i);                                                 \
        (_r)->nr_ents = __RING_SIZE(_s, __size);                               \
        (_r)->sring = (_s);                                                    \
    } while (0)
#define BACK_RING_INIT(_r, _s, __size) BACK_RING_ATTACH(_r, _s, 0, __size)

#define RING_SIZE(_r) ((_r)->nr_ents)

/* How many more requests the frontend can produce. */
#define RING_FREE_REQUESTS(_r)                                                 \
    (RING_SIZE(_r) - ((_r)->req_prod_pvt - (_r)->rsp_cons))
#define RING_FULL(_r) (RING_FREE_REQUESTS(_r) == 0)

/* What waits to be consumed. The backend never takes more requests than it has
 * slots to answer in, whatever req_prod says. */
#define XEN_RING_NR_UNCONSUMED_RESPONSES(_r)                                   \
    ((_r)->sring->rsp_prod - (_r)->rsp_cons)
#define XEN_RING_NR_UNCONSUMED_REQUESTS(_r)                                    \
    (__extension__({                                                           \
        unsigned int __req = (_r)->sring->req_prod - (_r)->req_cons;           \
        unsigned int __room =                                                  \
            RING_SIZE(_r) - ((_r)->req_cons - (_r)->rsp_prod_pvt);             \
        __req < __room ? __req : __room;                                       \
    }))
#ifdef XEN_RING_HAS_UNCONSUMED_IS_BOOL
#define RING_HAS_UNCONSUMED_RESPONSES(_r)                                      \
    (!!XEN_RING_NR_UNCONSUMED_RESPONSES(_r))
#define RING_HAS_UNCONSUMED_REQUESTS(_r) (!!XEN_RING_NR_UNCONSUMED_REQUESTS(_r))
#else
#define RING_HAS_UNCONSUMED_RESPONSES(_r) XEN_RING_NR_UNCONSUMED_RESPONSES(_r)
#define RING_HAS_UNCONSUMED_REQUESTS(_r)  XEN_RING_NR_UNCONSUMED_REQUESTS(_r)
#endif

/* The slot itself, which the other end may be writing. */
#define RING_GET_REQUEST(_r, _idx)                                             \
    (&((_r)->sring->ring[((_idx) & (RING_SIZE(_r) - 1))].req))
#define RING_GET_RESPONSE(_r, _idx)                                            \
    (&((_r)->sring->ring[((_idx) & (RING_SIZE(_r) - 1))].rsp))

/* A copy of the slot, taken once: check and use the copy. */
#define RING_COPY_(type, r, idx, dest)                                         \
    do {                                                                       \
        *(dest) = *(volatile __typeof__(dest))RING_GET_##type(r, idx);         \
    } while (0)
#define RING_COPY_REQUEST(r, idx, req)  RING_COPY_(REQUEST, r, idx, req)
#define RING_COPY_RESPONSE(r, idx, rsp) RING_COPY_(RESPONSE, r, idx, rsp)

/* An index that the other end cannot have reached: it is broken or hostile. */
#define RING_REQUEST_CONS_OVERFLOW(_r, _cons)                                  \
    (((_cons) - (_r)->rsp_prod_pvt) >= RING_SIZE(_r))
#define RING_REQUEST_PROD_OVERFLOW(_r, _prod)                                  \
    (((_prod) - (_r)->rsp_prod_pvt) > RING_SIZE(_r))
#define RING_RESPONSE_PROD_OVERFLOW(_r, _prod)                                 \
    (((_prod) - (_r)->rsp_cons) > RING_SIZE(_r))

/* Contents first, then the index by which the other end finds them. */
#define RING_PUSH_REQUESTS(_r)                                                 \
    do {                                                                       \
        xen_wmb();                                                             \
        (_r)->sring->req_prod = (_r)->req_prod_pvt;                            \
    } while (0)
#define RING_PUSH_RESPONSES(_r)                                                \
    do {                                                                       \
        xen_wmb();                                                             \
        (_r)->sring->rsp_prod = (_r)->rsp_prod_pvt;                            \
    } while (0)

#define RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(_r, _notify)                       \
    do {                                                                       \
        RING_IDX __old = (_r)->sring->req_prod;                                \
        RING_IDX __new = (_r)->req_prod_pvt;                                   \
        xen_wmb();                                                             \
        (_r)->sring->req_prod = __new;                                         \
        xen_mb(); /* the index is out before req_event is read */              \
        (_notify) = ((RING_IDX)(__new - (_r)->sring->req_event) <              \
                     (RING_IDX)(__new - __old));                               \
    } while (0)
#define RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(_r, _notify)                      \
    do {                                                                       \
        RING_IDX __old = (_r)->sring->rsp_prod;                                \
        RING_IDX __new = (_r)->rsp_prod_pvt;                                   \
        xen_wmb();                                                             \
        (_r)->sring->rsp_prod = __new;                                         \
        xen_mb(); /* the index is out before rsp_event is read */              \
        (_notify) = ((RING_IDX)(__new - (_r)->sring->rsp_event) <              \
                     (RING_IDX)(__new - __old));                               \
    } while (0)

/* Before sleeping: ask for an event at the next one, then look once more. */
#define RING_FINAL_CHECK_FOR_REQUESTS(_r, _work_to_do)                         \
    do {                                                                       \
        (_work_to_do) = RING_HAS_UNCONSUMED_REQUESTS(_r);                      \
        if (_work_to_do)                                                       \
            break;                                                             \
        (_r)->sring->req_event = (_r)->req_cons + 1;                           \
        xen_mb();                                                              \
        (_work_to_do) = RING_HAS_UNCONSUMED_REQUESTS(_r);                      \
    } while (0)
#define RING_FINAL_CHECK_FOR_RESPONSES(_r, _work_to_do)                        \
    do {                                                                       \
        (_work_to_do) = RING_HAS_UNCONSUMED_RESPONSES(_r);                     \
        if (_work_to_do)                                                       \
            break;                                                             \
        (_r)->sring->rsp_event = (_r)->rsp_cons + 1;                           \
        xen_mb();                                                              \
        (_work_to_do) = RING_HAS_UNCONSUMED_RESPONSES(_r);                     \
    } while (0)

#include "ring_flex.h"

#endif /* !__ASSEMBLY__ */

#endif
