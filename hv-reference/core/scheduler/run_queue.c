// SPDX-License-Identifier: MIT
/*
 * Fair shares: each vCPU has a virtual time that goes while it runs, faster
 * for a domain of small weight and for one with many runnable vCPUs; who has
 * the least is next. So domains that want to run get CPU time by their
 * weights, however many vCPUs they have.
 *
 * A vCPU may have a set of CPUs that it runs on. It takes its turns there by
 * the same virtual time, and others make room by going elsewhere.
 *
 * A domain with a cap has a budget for each period; when it is used up its
 * vCPUs wait, whatever their virtual time, until the next period begins.
 */
#include "core/scheduler/run_queue.h"

#include "core/cpu.h"
#include "core/domain.h"
#include "core/time.h"
#include "core/vcpu.h"

#define SLICE     (10 * MILLISECONDS)
#define LEAST_RUN (1 * MILLISECONDS) /* before one who slept takes over */
#define PERIOD    (30 * MILLISECONDS) /* of a cap */
#define MOST_LAG  (100 * MILLISECONDS) /* behind others, of one that runs on */

static struct vcpu *first; /* by virtual time */
static uint64_t least;     /* that of the last one that was taken; */
static uint64_t least_on[MAX_CPUS]; /* and by each CPU */

/* --- caps --- */

static uint64_t budget_of(const struct domain *d)
{
    return d->cap * (PERIOD / 100);
}

bool run_queue_may_run(struct domain *d, uint64_t now)
{
    uint64_t budget = budget_of(d), periods;

    if (!d->cap)
        return true;
    if (now >= d->cap_until) {
        /* What it had too much of is missing now. */
        periods = (now - d->cap_until) / PERIOD + 1;
        d->cap_used -= min_of(d->cap_used, periods * budget);
        d->cap_until += periods * PERIOD;
    }
    return d->cap_used < budget;
}

/* --- who is next --- */

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

/* The first that may run on CPU; *LOOK is lowered to when one that may not yet
 * may. */
static struct vcpu *next_in_turn(unsigned int cpu, uint64_t now,
                                 uint64_t *look)
{
    struct vcpu *v;

    for (v = first; v; v = v->next) {
        if (!(v->cpus >> cpu & 1))
            continue;
        if (run_queue_may_run(v->domain, now))
            break;
        *look = min_of(*look, v->domain->cap_until);
    }
    return v;
}

struct vcpu *run_queue_take(unsigned int cpu, uint64_t now, uint64_t *look)
{
    struct vcpu *v = next_in_turn(cpu, now, look);

    if (v)
        run_queue_remove(v);
    return v;
}

bool run_queue_is_before(unsigned int cpu, const struct vcpu *v, uint64_t now)
{
    uint64_t look = NEVER;
    const struct vcpu *next = next_in_turn(cpu, now, &look);

    return next && next->vtime < v->vtime;
}

uint64_t run_queue_look_again(unsigned int cpu, const struct vcpu *v,
                              uint64_t now)
{
    uint64_t look = NEVER;

    if ((next_in_turn(cpu, now, &look) && v) || (v && v->domain->cap))
        look = min_of(look, v->slice_end);
    return look;
}

void run_queue_charge(struct vcpu *v, uint64_t now)
{
    struct domain *d = v->domain;
    uint64_t ran = now - v->charged;

    v->charged = now;
    v->vtime += ran * DEFAULT_WEIGHT * max_of(d->runnable, 1u) / d->weight;
    if (d->cap)
        d->cap_used += ran;
}

/* Where the virtual time of those is with whom V shares its CPUs. */
static uint64_t least_beside(const struct vcpu *v)
{
    uint64_t most = 0, left;

    if (v->cpus == ANY_CPU)
        return least;
    for (left = v->cpus; left; left &= left - 1)
        most = max_of(most, least_on[__builtin_ctzl(left)]);
    return most;
}

/* V is no more than LAG behind those others. */
static void catch_up(struct vcpu *v, uint64_t lag)
{
    uint64_t earliest = least_beside(v);

    v->vtime = max_of(v->vtime, earliest - min_of(earliest, lag));
}

void run_queue_wake(struct vcpu *v)
{
    catch_up(v, SLICE);
}

void run_queue_begin_slice(struct vcpu *v, uint64_t now)
{
    const struct domain *d = v->domain;
    uint64_t slice = SLICE, budget = budget_of(d);

    if (d->cap)
        slice = min_of(slice, (budget - min_of(budget, d->cap_used)) /
                                  max_of(d->runnable, 1u));
    v->slice_start = now;
    v->slice_end = now + slice;
    least = max_of(least, v->vtime);
    least_on[v->home] = max_of(least_on[v->home], v->vtime);
    /* One whose share is more than the CPU that it has falls behind, so that it
     * keeps it; but not so far that later none would get it for long. What a
     * cap kept from a domain is not saved up. */
    catch_up(v, d->cap ? SLICE : MOST_LAG);
}

void run_queue_shorten(struct vcpu *v, const struct vcpu *waits, uint64_t now)
{
    if (waits->vtime < v->vtime)
        v->slice_end = min_of(v->slice_end,
                              max_of(now, v->slice_start + LEAST_RUN));
}
