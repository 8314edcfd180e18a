/* SPDX-License-Identifier: MIT */
/*
 * Ordering of memory between a guest and whoever shares a page with it, under
 * the names that xen/io/ring.h expects.
 *
 * x86 keeps stores in order among themselves, and loads; only a load may pass
 * an earlier store. So two of the three need to hold back the compiler alone.
 */
#ifndef PVSDK_BARRIER_H
#define PVSDK_BARRIER_H

#define xen_barrier() __asm__ volatile("" ::: "memory")

#define xen_rmb() xen_barrier()
#define xen_wmb() xen_barrier()
#define xen_mb()  __asm__ volatile("lock; addl $0, (%%rsp)" ::: "memory", "cc")

/* One load or store of x, at this place, not torn and not repeated. */
#define xen_read_once(x)     (*(const volatile __typeof__(x) *)&(x))
#define xen_write_once(x, v) (*(volatile __typeof__(x) *)&(x) = (v))

#endif
