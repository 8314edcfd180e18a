/* SPDX-License-Identifier: MIT */
/*
 * Spin locks, and the order in which they are taken: that of locks.def. Each
 * lock knows its place there, and builds with -DHV_LOCK_ORDER (for tests) look
 * at it whenever one is taken: lock_order.c.
 *
 * Of several of a kind the one of the smaller domain id comes first, with one
 * exception: those of two domains' event channels are taken in either order,
 * by whoever has the lock of the bindings.
 *
 * None is held across a guest copy that can fault. The hypervisor runs with
 * interrupts off, so that a lock needs no interrupt-safe variant; a CPU that
 * waits calls hw_relax(), which serves flush requests of the lock's holder.
 */
#ifndef HV_LOCK_H
#define HV_LOCK_H

#include "core/types.h"

enum lock_kind {
    LOCK_WITHOUT_PLACE,
#define LOCK(name, what) LOCK_##name,
#include "core/locks.def"
#undef LOCK
    LOCK_KINDS
};

typedef struct {
    uint32_t taken;
    uint32_t place; /* in the order */
} spinlock_t;

/* Its kind, then the id of the domain whose it is. */
#define LOCK_PLACE(kind, id) ((uint32_t)(kind) << 16 | (id))
#define SPINLOCK(kind)       {.place = LOCK_PLACE(kind, 0)}

static inline void spin_lock_init(spinlock_t *lock, enum lock_kind kind,
                                  uint16_t domain)
{
    *lock = (spinlock_t){.place = LOCK_PLACE(kind, domain)};
}

#ifdef HV_LOCK_ORDER
/* The places of the locks that a CPU holds, in order. The invariants are tested
 * under one lock of each domain. */
#define MOST_HELD 48
struct held_locks {
    uint32_t place[MOST_HELD];
    unsigned int count;
};

/* This CPU's (x86/cpu_area.c, tests/unit/unit.c). */
struct held_locks *hw_held_locks(void);
/* The order is broken: WHAT is wrong with taking a lock of kind TAKEN; HELD is
 * the innermost one that is held. */
_Noreturn void hw_lock_order_broken(const char *what, const char *taken,
                                    const char *held);

void lock_order_take(uint32_t place);
void lock_order_release(uint32_t place);
#else
static inline void lock_order_take(uint32_t place)
{
    (void)place;
}

static inline void lock_order_release(uint32_t place)
{
    (void)place;
}
#endif

void hw_relax(void);

/* Looked at before it waits: what would wait for ever says why. */
static inline void spin_lock(spinlock_t *lock)
{
    lock_order_take(lock->place);
    while (__atomic_exchange_n(&lock->taken, 1, __ATOMIC_ACQUIRE)) {
        while (__atomic_load_n(&lock->taken, __ATOMIC_RELAXED))
            hw_relax();
    }
}

static inline void spin_unlock(spinlock_t *lock)
{
    lock_order_release(lock->place);
    __atomic_store_n(&lock->taken, 0, __ATOMIC_RELEASE);
}

#endif
