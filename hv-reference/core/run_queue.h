/* SPDX-License-Identifier: MIT */
/*
 * The runnable vCPUs that wait for a CPU, and whose turn it is (run_queue.c).
 * All of it is called with the scheduler's lock held (sched.c), except for
 * run_queue_waits().
 */
#ifndef HV_RUN_QUEUE_H
#define HV_RUN_QUEUE_H

#include "core/types.h"

struct vcpu;

#define DEFAULT_WEIGHT 256u
#define MAX_WEIGHT     65535u

/* V is runnable and no CPU holds it: it waits. */
void run_queue_add(struct vcpu *v);
/* V does not wait any more, if it did. */
void run_queue_remove(struct vcpu *v);
/* The one whose turn it is leaves the queue; NULL: nobody waits. */
struct vcpu *run_queue_take(void);
/* Does somebody wait (as seen from without the lock)? Before V? */
bool run_queue_waits(void);
bool run_queue_is_before(const struct vcpu *v);

/* V, which runs, has run until NOW. */
void run_queue_charge(struct vcpu *v, uint64_t now);
/* V was asleep: it has saved up no more than one turn. */
void run_queue_wake(struct vcpu *v);
/* V's turn begins. */
void run_queue_begin_slice(struct vcpu *v, uint64_t now);
/* WAITS is before V, which runs: V's turn ends soon. */
void run_queue_shorten(struct vcpu *v, const struct vcpu *waits, uint64_t now);

#endif
