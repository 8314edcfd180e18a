// SPDX-License-Identifier: MIT
/*
 * pvclock, the wall clock, the vCPUs' timers and their runstates.
 *
 * Guests read pvclock without a call: an odd version says that it is being
 * written. Only the CPU that is about to run a vCPU writes its clock.
 */
#include "core/time.h"

#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/xen.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/events/event.h"
#include "core/guest_access.h"
#include "core/hw.h"
#include "core/scheduler/sched.h"
#include "core/vcpu.h"

void update_wallclock(struct domain *d)
{
    struct shared_info *shared = d->shared;
    uint64_t seconds = hw_wallclock_at_boot();
    uint32_t version = read_once(shared->wc_version);

    write_once(shared->wc_version, version | 1);
    compiler_barrier();
    shared->wc_sec = (uint32_t)seconds;
    shared->wc_sec_hi = (uint32_t)(seconds >> 32);
    shared->wc_nsec = 0;
    compiler_barrier();
    write_once(shared->wc_version, (version | 1) + 1);
}

static void fill_time(struct vcpu_time_info *to, uint32_t version)
{
    struct tsc_scale scale;

    hw_tsc_scale(&scale);
    write_once(to->version, version | 1);
    compiler_barrier();
    to->tsc_timestamp = scale.tsc;
    to->system_time = scale.system_time;
    to->tsc_to_system_mul = scale.mul;
    to->tsc_shift = scale.shift;
    to->flags = 0;
    compiler_barrier();
    write_once(to->version, (version | 1) + 1);
}

/* A guest that unmapped its own area just does not see the update. */
static void keep_for_kernel(struct vcpu *v, gva_t to, const void *from,
                            size_t bytes)
{
    (void)copy_to_kernel(v, to, from, bytes);
}

void update_vcpu_time(struct vcpu *v)
{
    struct vcpu_time_info *time = &v->hot.info->time;

    fill_time(time, read_once(time->version));
    if (v->time_area.a) {
        struct vcpu_time_info copy = *time;

        keep_for_kernel(v, v->time_area, &copy, sizeof(copy));
    }
}

/* The periodic timer goes only while its vCPU runs. */
static bool ticks(const struct vcpu *v)
{
    return v->period && v->runstate.state == RUNSTATE_running;
}

/* A domain's watchdogs go with its first vCPU. */
static uint64_t watchdogs_deadline(const struct vcpu *v)
{
    uint64_t deadline = NEVER;
    unsigned int i;

    for (i = 0; v->id == 0 && i < ARRAY_SIZE(v->domain->watchdog); i++) {
        if (v->domain->watchdog[i])
            deadline = min_of(deadline, v->domain->watchdog[i]);
    }
    return deadline;
}

uint64_t vcpu_next_deadline(const struct vcpu *v)
{
    uint64_t timer = read_once(v->timer);
    uint64_t deadline = timer ? timer : NEVER;

    if (ticks(v))
        deadline = min_of(deadline, v->next_tick);
    if (v->paused & VCPU_PAUSED_POLLING && v->poll_until)
        deadline = min_of(deadline, v->poll_until);
    if (v->paused & VCPU_PAUSED_EARLY)
        deadline = min_of(deadline, v->domain->begin);
    return min_of(deadline, watchdogs_deadline(v));
}

static void watchdogs_run(struct vcpu *v, uint64_t now)
{
    if (watchdogs_deadline(v) <= now)
        domain_shutdown(v->domain, SHUTDOWN_watchdog);
}

void vcpu_run_timers(struct vcpu *v, uint64_t now)
{
    uint64_t timer;

    watchdogs_run(v, now);
    /* V may run on another CPU now, and set a new one: that stays. */
    timer = __atomic_load_n(&v->timer, __ATOMIC_RELAXED);
    if (timer && timer <= now &&
        __atomic_compare_exchange_n(&v->timer, &timer, 0, false,
                                    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        raise_virq(v, VIRQ_TIMER);
    if (ticks(v) && v->next_tick <= now) {
        v->next_tick = now + v->period;
        raise_virq(v, VIRQ_TIMER);
    }
    if (v->paused & VCPU_PAUSED_POLLING && v->poll_until &&
        v->poll_until <= now)
        vcpu_unpause(v, VCPU_PAUSED_POLLING);
    if (v->paused & VCPU_PAUSED_EARLY && v->domain->begin <= now)
        vcpu_unpause(v, VCPU_PAUSED_EARLY);
}

void publish_runstate(struct vcpu *v)
{
    struct vcpu_runstate_info copy;
    gva_t area = v->runstate_area;
    gva_t entry_time =
        GVA(area.a + offsetof(struct vcpu_runstate_info, state_entry_time));

    if (!area.a)
        return;
    copy_runstate(v, &copy);
    v->runstate_shown = copy.state;
    if (v->domain->vm_assist & (1u << VMASST_TYPE_runstate_update_flag)) {
        copy.state_entry_time |= XEN_RUNSTATE_UPDATE;
        keep_for_kernel(v, entry_time, &copy.state_entry_time,
                        sizeof(copy.state_entry_time));
        keep_for_kernel(v, area, &copy, sizeof(copy));
        copy.state_entry_time &= ~XEN_RUNSTATE_UPDATE;
        keep_for_kernel(v, entry_time, &copy.state_entry_time,
                        sizeof(copy.state_entry_time));
        return;
    }
    keep_for_kernel(v, area, &copy, sizeof(copy));
}

void set_runstate(struct vcpu *v, int state, uint64_t now)
{
    struct vcpu_runstate_info *r = &v->runstate;

    r->time[r->state] += now - r->state_entry_time;
    r->state = state;
    r->state_entry_time = now;
}
