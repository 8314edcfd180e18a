// SPDX-License-Identifier: MIT
/*
 * Fair shares: each vCPU has a virtual time that goes while it runs, faster
 * for a domain of small weight and for one with many runnable vCPUs; who has
 * the least is next. So domains that want to run get CPU time by their
 * weights, however many vCPUs they have.
 *
 * A domain with a cap has a budget for each period; when it is used up its
 * vCPUs are paused until the next one (sched_cap.c).
 */
#include "core/run_queue.h"

#include "core/domain.h"
#include "core/time.h"
#include "core/vcpu.h"

#define SLICE     (10 * MILLISECONDS)
#define LEAST_RUN (1 * MILLISECONDS) /* before one who slept takes over */

static struct vcpu *first; /* by virtual time */
static uint64_t least;     /* that of the last one that was taken */

void run_queue_add(struct vcpu *v)
{
    struct vcpu **at = &first;

    while (*at && (*at)->vtime <= v->vtime)
        at = &(*at)->next;
    v->next = *at;
    *at = v;
    v->queued = true;
}

void run_queue_remove(struct vcpu *v)
{
    struct vcpu **at = &first;

    if (!v->queued)
        return;
    while (*at != v)
        at = &(*at)->next;
    *at = v->next;
    v->next = NULL;
    v->queued = false;
}

struct vcpu *run_queue_take(void)
{
    struct vcpu *v = first;

    if (v)
        run_queue_remove(v);
    return v;
}

bool run_queue_waits(void)
{
    return read_once(first) != NULL;
}

bool run_queue_is_before(const struct vcpu *v)
{
    return first && first->vtime < v->vtime;
}

void run_queue_charge(struct vcpu *v, uint64_t now)
{
    const struct domain *d = v->domain;
    uint64_t ran = now - v->charged;

    v->charged = now;
    v->vtime += ran * DEFAULT_WEIGHT * max_of(d->runnable, 1u) / d->weight;
}

void run_queue_wake(struct vcpu *v)
{
    uint64_t earliest = least > SLICE ? least - SLICE : 0;

    v->vtime = max_of(v->vtime, earliest);
}

void run_queue_begin_slice(struct vcpu *v, uint64_t now)
{
    v->slice_start = now;
    v->slice_end = now + SLICE;
    least = max_of(least, v->vtime);
    run_queue_wake(v); /* alone on its CPU it may have fallen far behind */
}

void run_queue_shorten(struct vcpu *v, const struct vcpu *waits, uint64_t now)
{
    if (waits->vtime < v->vtime)
        v->slice_end = min_of(v->slice_end,
                              max_of(now, v->slice_start + LEAST_RUN));
}
