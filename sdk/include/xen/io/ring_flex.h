/* SPDX-License-Identifier: MIT */
/*
 * Byte rings of any size: half of 2^order pages for each direction, as the 9P
 * and sound protocols use them. Included by ring.h; include that.
 *
 * Indices count up for ever; masked ones have been taken modulo ring_size.
 */
#ifndef __XEN_PUBLIC_IO_RING_FLEX_H__
#define __XEN_PUBLIC_IO_RING_FLEX_H__

#ifndef XEN_PAGE_SHIFT
#define XEN_PAGE_SHIFT 12
#endif
#define XEN_FLEX_RING_SIZE(order) (1UL << ((order) + XEN_PAGE_SHIFT - 1))

#define DEFINE_XEN_FLEX_RING(name)                                             \
    static inline RING_IDX name##_mask(RING_IDX idx, RING_IDX ring_size)       \
    {                                                                          \
        return idx & (ring_size - 1);                                          \
    }                                                                          \
                                                                               \
    static inline unsigned char *name##_get_ring_ptr(                          \
        unsigned char *buf, RING_IDX idx, RING_IDX ring_size)                  \
    {                                                                          \
        return buf + name##_mask(idx, ring_size);                              \
    }                                                                          \
                                                                               \
    /* Copies size bytes out, in two parts when they pass the end. */          \
    static inline void name##_read_packet(                                     \
        void *opaque, const unsigned char *buf, size_t size,                   \
        RING_IDX masked_prod, RING_IDX *masked_cons, RING_IDX ring_size)       \
    {                                                                          \
        size_t first = ring_size - *masked_cons;                               \
                                                                               \
        (void)masked_prod;                                                     \
        if (first > size)                                                      \
            first = size;                                                      \
        memcpy(opaque, buf + *masked_cons, first);                             \
        memcpy((unsigned char *)opaque + first, buf, size - first);            \
        *masked_cons = name##_mask(*masked_cons + size, ring_size);            \
    }                                                                          \
                                                                               \
    /* Copies size bytes in; the caller knows that there is room. */           \
    static inline void name##_write_packet(                                    \
        unsigned char *buf, const void *opaque, size_t size,                   \
        RING_IDX *masked_prod, RING_IDX masked_cons, RING_IDX ring_size)       \
    {                                                                          \
        size_t first = ring_size - *masked_prod;                               \
                                                                               \
        (void)masked_cons;                                                     \
        if (first > size)                                                      \
            first = size;                                                      \
        memcpy(buf + *masked_prod, opaque, first);                             \
        memcpy(buf, (const unsigned char *)opaque + first, size - first);      \
        *masked_prod = name##_mask(*masked_prod + size, ring_size);            \
    }                                                                          \
                                                                               \
    /* Bytes in the ring; equal masked indices with prod != cons: full. */     \
    static inline RING_IDX name##_queued(RING_IDX prod, RING_IDX cons,         \
                                         RING_IDX ring_size)                   \
    {                                                                          \
        RING_IDX bytes;                                                        \
                                                                               \
        if (prod == cons)                                                      \
            return 0;                                                          \
        bytes = name##_mask(prod - cons, ring_size);                           \
        return bytes ? bytes : ring_size;                                      \
    }                                                                          \
                                                                               \
    struct name##_data {                                                       \
        unsigned char *in;                                                     \
        unsigned char *out;                                                    \
    }

#define DEFINE_XEN_FLEX_RING_AND_INTF(name)                                    \
    struct name##_data_intf {                                                  \
        RING_IDX in_cons, in_prod;                                             \
        uint8_t pad1[56];                                                      \
        RING_IDX out_cons, out_prod;                                           \
        uint8_t pad2[56];                                                      \
        RING_IDX ring_order;                                                   \
        grant_ref_t ref[XEN_FLEX_ARRAY_DIM];                                   \
    };                                                                         \
    DEFINE_XEN_FLEX_RING(name)

#endif
