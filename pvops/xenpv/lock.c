// SPDX-License-Identifier: MIT
/*
 * Spinlocks of a guest: tickets, so that who came first is served first. Who
 * has spun for a while gives its processor up (SCHEDOP_poll) until the holder
 * sends to the port on which it waits, for the holder may be a virtual CPU
 * that does not run.
 *
 * The rule against a lost wake-up: the waiter says for what it waits before it
 * looks at the owner once more, and the holder changes the owner before it
 * looks who waits; both with a full fence between.
 */
#include "xenpv.h"

#include <pvsdk/barrier.h>
#include <xen/sched.h>

#define SPINS 4096

static struct waiting {
    struct pv_spinlock *lock; /* null: for none */
    unsigned ticket, port;    /* the port is masked for good */
} waiting[PV_MAX_CPUS];

void pv_spin_init_cpu(unsigned cpu)
{
    struct evtchn_bind_ipi bind = { .vcpu = cpu };

    if (pv_xen_ok(hypercall_event_channel_op(EVTCHNOP_bind_ipi, &bind),
                  "event_channel_op bind_ipi", cpu, 0, "there is no such CPU"))
        waiting[cpu].port = bind.port;
}

void pv_spin_restored(void)
{
    for (unsigned cpu = 0; cpu < PV_MAX_CPUS; cpu++)
        waiting[cpu].port = 0;
}

static unsigned owner_of(const struct pv_spinlock *lock)
{
    return __atomic_load_n(&lock->owner, __ATOMIC_SEQ_CST);
}

static void wait_for(struct waiting *w, struct pv_spinlock *lock,
                     unsigned ticket)
{
    __atomic_store_n(&w->lock, NULL, __ATOMIC_SEQ_CST);
    w->ticket = ticket;
    __atomic_store_n(&w->lock, lock, __ATOMIC_SEQ_CST);
}

/* With interrupts as the caller has them, for the holder may wait for this
 * CPU's answer to an IPI. A handler that waits for another lock meanwhile puts
 * back what it found, and has the poll end. */
static void wait(struct pv_spinlock *lock, unsigned ticket)
{
    unsigned long flags = pv_ops.irq_save();
    struct waiting *w = &waiting[pv_xen_cpu()], before = *w;
    struct sched_poll poll = { .nr_ports = 1 };

    set_xen_guest_handle(poll.ports, &w->port);
    __atomic_fetch_add(&lock->waiters, 1, __ATOMIC_SEQ_CST);
    for (;;) {
        wait_for(w, lock, ticket);
        pv_event_clear(w->port);
        if (owner_of(lock) == ticket)
            break;
        pv_ops.irq_restore(flags);
        hypercall_sched_op(SCHEDOP_poll, &poll);
        pv_ops.irq_save();
    }
    __atomic_fetch_sub(&lock->waiters, 1, __ATOMIC_SEQ_CST);
    wait_for(w, before.lock, before.ticket);
    if (before.lock)
        pv_event_send(w->port);
    pv_ops.irq_restore(flags);
}

void pv_xenpv_spin_lock(struct pv_spinlock *lock)
{
    unsigned ticket = __atomic_fetch_add(&lock->next, 1, __ATOMIC_SEQ_CST);

    for (unsigned spins = 0; owner_of(lock) != ticket; spins++) {
        if (spins >= SPINS && waiting[pv_xen_cpu()].port) {
            wait(lock, ticket);
            return;
        }
        pv_pause();
    }
}

int pv_xenpv_spin_trylock(struct pv_spinlock *lock)
{
    return pv_native_spin_trylock(lock);
}

void pv_xenpv_spin_unlock(struct pv_spinlock *lock)
{
    unsigned next = lock->owner + 1;

    __atomic_store_n(&lock->owner, next, __ATOMIC_SEQ_CST);
    if (!__atomic_load_n(&lock->waiters, __ATOMIC_SEQ_CST))
        return;
    for (unsigned cpu = 0; cpu < PV_MAX_CPUS; cpu++) {
        const struct waiting *w = &waiting[cpu];

        if (__atomic_load_n(&w->lock, __ATOMIC_SEQ_CST) == lock &&
            w->ticket == next)
            pv_event_send(w->port);
    }
}

unsigned long pv_nested_enter(struct pv_nested *nested)
{
    unsigned long flags = pv_ops.irq_save();
    unsigned me = pv_xen_cpu() + 1;

    pv_xen_look_at_pending(flags);
    if (__atomic_load_n(&nested->holder, __ATOMIC_RELAXED) != me) {
        pv_xenpv_spin_lock(&nested->lock);
        __atomic_store_n(&nested->holder, me, __ATOMIC_RELAXED);
    }
    nested->depth++;
    return flags;
}

void pv_nested_leave(struct pv_nested *nested, unsigned long flags)
{
    if (!--nested->depth) {
        __atomic_store_n(&nested->holder, 0, __ATOMIC_RELAXED);
        pv_xenpv_spin_unlock(&nested->lock);
    }
    pv_ops.irq_restore(flags);
}

struct pv_nested pv_mmu_lock, pv_device_lock;
