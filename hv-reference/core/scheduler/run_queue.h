/* SPDX-License-Identifier: MIT */
/*
 * The runnable vCPUs that wait for a CPU, and whose turn it is (run_queue.c).
 * All of it is called with the scheduler's lock held (sched.c).
 */
#ifndef HV_RUN_QUEUE_H
#define HV_RUN_QUEUE_H

#include "core/types.h"

struct domain;
struct vcpu;

#define DEFAULT_WEIGHT 256u
#define MAX_WEIGHT     65535u

/* V is runnable and no CPU holds it: it waits. */
void run_queue_add(struct vcpu *v);
/* V does not wait any more, if it did. */
void run_queue_remove(struct vcpu *v);
/*
 * The one whose turn it is on CPU leaves the queue; NULL: nobody may run there.
 * *LOOK is lowered to when a domain gets a new budget.
 */
struct vcpu *run_queue_take(unsigned int cpu, uint64_t now, uint64_t *look);
/* Does somebody wait for CPU who is before V? */
bool run_queue_is_before(unsigned int cpu, const struct vcpu *v, uint64_t now);
/* Has D something left of what its cap allows? */
bool run_queue_may_run(struct domain *d, uint64_t now);
/* When CPU, which runs V (NULL: nobody), has to choose again; NEVER. */
uint64_t run_queue_look_again(unsigned int cpu, const struct vcpu *v,
                              uint64_t now);

/* V, which runs, has run until NOW. */
void run_queue_charge(struct vcpu *v, uint64_t now);
/* V was asleep: it has saved up no more than one turn. */
void run_queue_wake(struct vcpu *v);
/* V's turn begins. */
void run_queue_begin_slice(struct vcpu *v, uint64_t now);
/* WAITS is before V, which runs: V's turn ends soon. */
void run_queue_shorten(struct vcpu *v, const struct vcpu *waits, uint64_t now);

#endif
