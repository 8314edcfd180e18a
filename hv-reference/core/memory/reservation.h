/* SPDX-License-Identifier: MIT */
/*
 * memory_op's operations on lists of extents (reservation.c, exchange.c).
 */
#ifndef HV_RESERVATION_H
#define HV_RESERVATION_H

#include <xen/memory.h>

#include "core/types.h"

/* A domU's extents are at most 2^9 frames: 2 MiB. */
#define MAX_EXTENT_ORDER 9

/* In memory_op's command: how many extents earlier calls have done. */
#define MEMOP_EXTENT_SHIFT 6
#define MEMOP_CMD_MASK     ((1u << MEMOP_EXTENT_SHIFT) - 1)

/* increase, decrease, populate. Returns how many extents are done. */
long change_reservation(unsigned int cmd, uint64_t start, gva_t arg);
long exchange_memory(gva_t arg);
/* memory_map.c */
long tell_memory_map(gva_t arg);
long set_memory_map(gva_t arg);

/* The first frame that memory of RESERVATION may not have. 0: nonsense. */
uint64_t reservation_limit(const struct xen_memory_reservation *r);

#endif
