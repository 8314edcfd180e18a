// SPDX-License-Identifier: MIT
/*
 * vcpu_op: what a guest asks of one of its vCPUs. (Bringing up a second one:
 * vcpu_up.c.)
 */
#include <xen/sched.h>
#include <xen/vcpu.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/events/event.h"
#include "core/memory/frame.h"
#include "core/guest_access.h"
#include "core/hw.h"
#include "core/hypercall.h"
#include "core/lib.h"
#include "core/processor/traps.h"
#include "core/scheduler/sched.h"
#include "core/time.h"
#include "core/vcpu.h"

#define LONGEST_PERIOD (~0UL >> 2) /* Xen's: 146 years */

/*
 * Move V's vcpu_info to where the guest wants it. The guest may have missed
 * events meanwhile, so everything is marked pending once.
 */
static long move_info(struct vcpu *v,
                      const struct vcpu_register_vcpu_info *to)
{
    const struct vcpu_register_vcpu_info where = *to;
    struct vcpu_info *info;
    struct frame *frame;

    if (where.offset > PAGE_SIZE - sizeof(*info) ||
        where.offset % _Alignof(struct vcpu_info))
        return refuse(RULE_INFO_MISPLACED, -ENXIO, where.offset, 0);
    if (v->info_window)
        return refuse(RULE_INFO_REGISTERED, -EINVAL, v->id, v->info_frame.n);
    if (v != current && !(v->paused & VCPU_PAUSED_DOWN))
        return refuse(RULE_VCPU_RUNS_ALREADY, -EINVAL, v->id, 0);
    if (!mfn_valid(MFN(where.mfn)))
        return refuse(RULE_NOT_ITS_FRAME, -EINVAL, where.mfn, 0);
    frame = frame_of(MFN(where.mfn));
    if (get_frame_type(frame, v->domain, FRAME_WRITABLE))
        return -EINVAL;

    v->info_frame = MFN(where.mfn);
    v->info_window = map_frame(v->info_frame);
    info = (struct vcpu_info *)((char *)v->info_window + where.offset);
    memcpy(info, v->hot.info, sizeof(*info));
    __atomic_store_n(&v->hot.info, info, __ATOMIC_RELEASE);
    write_once(info->evtchn_pending_sel, ~0UL);
    vcpu_mark_pending(v);
    return 0;
}

static long register_info(struct vcpu *v, gva_t arg)
{
    struct vcpu_register_vcpu_info where;
    long rc;

    if (get_guest(where, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    spin_lock(&v->domain->lock);
    rc = move_info(v, &where);
    spin_unlock(&v->domain->lock);
    if (!rc && v == current)
        update_vcpu_time(v);
    return rc;
}

/*
 * Another domain's signal may be on its way to the old place. Who signals does
 * not wait for a lock meanwhile, so that CPUs that have answered a request to
 * flush have seen the new place, or are through with the old one.
 */
void vcpu_drop_info(struct vcpu *v)
{
    if (!v->info_window)
        return;
    write_once(v->hot.info, &v->domain->shared->vcpu_info[v->id]);
    hw_flush_tlb_mask(~0UL);
    unmap_frame(v->info_window);
    put_frame_type(frame_of(v->info_frame));
    v->info_window = NULL;
    v->info_frame = MFN_NONE;
}

static long set_periodic(struct vcpu *v, gva_t arg)
{
    struct vcpu_set_periodic_timer set;

    if (get_guest(set, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    if (set.period_ns < MILLISECONDS || set.period_ns > LONGEST_PERIOD)
        return refuse(RULE_PERIOD_TOO_SHORT, -EINVAL, set.period_ns,
                      MILLISECONDS);
    v->period = set.period_ns;
    v->next_tick = hw_now() + set.period_ns;
    vcpu_timer_changed(v);
    return 0;
}

/* VCPU_SSHOTTMR_future changes nothing: Xen 4.17 too fires a passed deadline. */
static long set_singleshot(struct vcpu *v, gva_t arg)
{
    struct vcpu_set_singleshot_timer set;
    uint64_t now = hw_now();

    if (v != current)
        return refuse(RULE_OTHER_VCPUS_TIMER, -EINVAL, v->id, current->id);
    if (get_guest(set, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    v->timer = max_of(set.timeout_abs_ns, 1UL);
    if (set.timeout_abs_ns <= now) {
        v->timer = 0;
        raise_virq(v, VIRQ_TIMER);
    }
    vcpu_timer_changed(v);
    return 0;
}

/* An address where SIZE bytes are kept up to date. */
static long register_area(gva_t arg, gva_t *area, size_t size)
{
    uint64_t where;

    if (get_guest(where, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    if (!guest_range_ok(GVA(where), size))
        return refuse(RULE_BAD_POINTER, -EFAULT, where, 0);
    *area = GVA(where);
    return 0;
}

static struct vcpu_runstate_info runstate_now(const struct vcpu *v)
{
    struct vcpu_runstate_info copy;

    copy_runstate(v, &copy);
    copy.time[copy.state] += hw_now() - copy.state_entry_time;
    return copy;
}

/* The first copy is there at once, where the caller has it mapped. */
static long register_runstate(struct vcpu *v, gva_t arg)
{
    struct vcpu_runstate_info first;
    long rc = register_area(arg, &v->runstate_area, sizeof(first));

    if (!rc && v == current) {
        publish_runstate(v);
    } else if (!rc && v->runstate_area.a) {
        first = runstate_now(v);
        v->runstate_shown = first.state;
        (void)put_guest(v->runstate_area, first);
    }
    return rc;
}

static long register_time(struct vcpu *v, gva_t arg)
{
    struct vcpu_time_info first = v->hot.info->time;
    long rc = register_area(arg, &v->time_area, sizeof(first));

    if (!rc && v == current)
        update_vcpu_time(v);
    else if (!rc && v->time_area.a)
        (void)put_guest(v->time_area, first);
    return rc;
}

static long get_runstate(const struct vcpu *v, gva_t arg)
{
    struct vcpu_runstate_info copy = runstate_now(v);

    if (put_guest(arg, copy))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    return 0;
}

/* Two that go down at once: the later one is the last. */
static bool take_down_unless_last(struct vcpu *v)
{
    struct domain *d = v->domain;
    unsigned int i;
    bool others = false;

    spin_lock(&d->lock);
    for (i = 0; i < d->vcpus; i++) {
        const struct vcpu *other = d->vcpu[i];

        others |= other && other != v && !(other->paused & VCPU_PAUSED_DOWN);
    }
    if (others)
        vcpu_pause(v, VCPU_PAUSED_DOWN);
    spin_unlock(&d->lock);
    return others;
}

static long take_down(struct vcpu *v)
{

    if (!take_down_unless_last(v))
        domain_shutdown(v->domain, SHUTDOWN_poweroff);
    return 0;
}

HYPERCALL(vcpu_op)
{
    const struct domain *d = current->domain;
    struct vcpu *v;
    gva_t arg = GVA(a3);

    if (a2 >= MAX_VCPUS || !d->vcpu[a2])
        return refuse(RULE_NO_SUCH_VCPU, -ENOENT, a2, d->vcpus);
    v = d->vcpu[a2];
    switch ((int)a1) {
    case VCPUOP_initialise:
        return vcpu_initialise(v, arg);
    case VCPUOP_up:
        if (!__atomic_load_n(&v->initialised, __ATOMIC_ACQUIRE))
            return refuse(RULE_VCPU_NOT_READY, -EINVAL, v->id, 0);
        vcpu_unpause(v, VCPU_PAUSED_DOWN);
        return 0;
    case VCPUOP_down:
        return take_down(v);
    case VCPUOP_is_up:
        return !(v->paused & VCPU_PAUSED_DOWN);
    case VCPUOP_get_runstate_info:
        return get_runstate(v, arg);
    case VCPUOP_register_runstate_memory_area:
        return register_runstate(v, arg);
    case VCPUOP_register_vcpu_time_memory_area:
        return register_time(v, arg);
    case VCPUOP_set_periodic_timer:
        return set_periodic(v, arg);
    case VCPUOP_stop_periodic_timer:
        v->period = 0;
        return 0;
    case VCPUOP_set_singleshot_timer:
        return set_singleshot(v, arg);
    case VCPUOP_stop_singleshot_timer:
        if (v != current)
            return refuse(RULE_OTHER_VCPUS_TIMER, -EINVAL, v->id, current->id);
        v->timer = 0;
        return 0;
    case VCPUOP_register_vcpu_info:
        return register_info(v, arg);
    case VCPUOP_send_nmi:
        if (arg.a)
            return refuse(RULE_BAD_ARGUMENT, -EINVAL, arg.a, 0);
        vcpu_send_nmi(v);
        return 0;
    case VCPUOP_get_physid:
        return refuse(RULE_NOT_PRIVILEGED, -EINVAL, a1, 0);
    }
    return refuse(RULE_NO_SUCH_COMMAND, -ENOSYS, a1, 0);
}
