/* SPDX-License-Identifier: MIT */
/*
 * The console page: two rings of bytes, without a length field. An index counts
 * up for ever and is taken modulo the ring's size on use; prod - cons is how
 * many bytes are in the ring.
 *
 * The producer writes bytes, a write barrier, then prod, then it sends the
 * event. The consumer reads prod, a read barrier, the bytes, a full barrier,
 * then cons, then it sends the event. Neither believes the other's index
 * without checking that prod - cons is at most the ring's size.
 */
#ifndef __XEN_PUBLIC_IO_CONSOLE_H__
#define __XEN_PUBLIC_IO_CONSOLE_H__

#include "../xen-compat.h"

#ifndef __ASSEMBLY__

typedef uint32_t XENCONS_RING_IDX;

#define MASK_XENCONS_IDX(idx, ring) ((idx) & (sizeof(ring) - 1))

struct xencons_interface {
    char in[1024];                       /* to the guest */
    char out[2048];                      /* from the guest */
    XENCONS_RING_IDX in_cons, in_prod;   /* cons: guest, prod: backend */
    XENCONS_RING_IDX out_cons, out_prod; /* cons: backend, prod: guest */
};

#ifdef XEN_WANT_FLEX_CONSOLE_RING
#include "ring.h"
DEFINE_XEN_FLEX_RING(xencons);
#endif

#endif /* !__ASSEMBLY__ */

#endif
