// SPDX-License-Identifier: MIT
/* Spinlocks of the bare machine: tickets, so that who came first is served
 * first. Nobody gives a processor up, for nobody else would run on it. */
#include "../internal.h"

void pv_native_spin_lock(struct pv_spinlock *lock)
{
    unsigned ticket = __atomic_fetch_add(&lock->next, 1, __ATOMIC_SEQ_CST);

    while (__atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE) != ticket)
        pv_pause();
}

int pv_native_spin_trylock(struct pv_spinlock *lock)
{
    unsigned owner = __atomic_load_n(&lock->owner, __ATOMIC_SEQ_CST);

    return __atomic_compare_exchange_n(&lock->next, &owner, owner + 1, 0,
                                       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

void pv_native_spin_unlock(struct pv_spinlock *lock)
{
    __atomic_store_n(&lock->owner, lock->owner + 1, __ATOMIC_RELEASE);
}
