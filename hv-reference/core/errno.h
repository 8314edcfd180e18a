/* SPDX-License-Identifier: MIT */
/*
 * The errnos of hypercalls by their plain names: EINVAL … as the rows of
 * <xen/errno.h> give them. A host that already has them has the same numbers.
 */
#ifndef HV_ERRNO_H
#define HV_ERRNO_H

#ifndef EINVAL

enum hv_errno {
    EINTR = 4, /* preempted: never seen by a guest */
#define XEN_ERRNO(name, value) name = (value),
#include <xen/errno.h>
};

#endif

#endif
