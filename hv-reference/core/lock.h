/* SPDX-License-Identifier: MIT */
/*
 * Spin locks, and the order in which they are taken (outermost first):
 *
 *   services  →  domain (vCPUs being made, up and down)  →  memory (one a
 *   domain)  →  grant table  →  event bindings, then those of one domain, then
 *   its FIFO queues  →  domain list  →  scheduler  →  what is said of a domain
 *   →  frame lists  →  heap  →  frame allocator  →  serial line  →  TLB request
 *
 * Of several of a kind the one of the smaller domain id comes first.
 *
 * None is held across a guest copy that can fault. The hypervisor runs with
 * interrupts off, so that a lock needs no interrupt-safe variant; a CPU that
 * waits calls hw_relax(), which serves flush requests of the lock's holder.
 */
#ifndef HV_LOCK_H
#define HV_LOCK_H

#include "core/types.h"

typedef struct {
    uint32_t taken;
} spinlock_t;

void hw_relax(void);

static inline void spin_lock(spinlock_t *lock)
{
    while (__atomic_exchange_n(&lock->taken, 1, __ATOMIC_ACQUIRE)) {
        while (__atomic_load_n(&lock->taken, __ATOMIC_RELAXED))
            hw_relax();
    }
}

static inline void spin_unlock(spinlock_t *lock)
{
    __atomic_store_n(&lock->taken, 0, __ATOMIC_RELEASE);
}

#endif
