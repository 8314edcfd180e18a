// SPDX-License-Identifier: MIT
/*
 * vcpu_op: what a guest asks of one of its vCPUs. (Bringing up a second one:
 * vcpu_up.c.)
 */
#include <xen/sched.h>
#include <xen/vcpu.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/event.h"
#include "core/memory/frame.h"
#include "core/guest_access.h"
#include "core/hw.h"
#include "core/hypercall.h"
#include "core/lib.h"
#include "core/processor/traps.h"
#include "core/sched.h"
#include "core/time.h"
#include "core/vcpu.h"

#define LONGEST_PERIOD (24 * 3600 * 1000 * MILLISECONDS)

/*
 * Move V's vcpu_info to where the guest wants it. The guest may have missed
 * events meanwhile, so everything is marked pending once.
 */
static long register_info(struct vcpu *v, gva_t arg)
{
    struct vcpu_register_vcpu_info where;
    struct vcpu_info *info;
    struct frame *frame;

    if (get_guest(where, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
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
    v->hot.info = info;
    write_once(info->evtchn_pending_sel, ~0UL);
    vcpu_mark_pending(v);
    if (v == current)
        update_vcpu_time(v);
    return 0;
}

void vcpu_drop_info(struct vcpu *v)
{
    if (!v->info_window)
        return;
    unmap_frame(v->info_window);
    put_frame_type(frame_of(v->info_frame));
    v->info_window = NULL;
    v->info_frame = MFN_NONE;
    v->hot.info = &v->domain->shared->vcpu_info[v->id];
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

/* An address where something is kept up to date; the first copy at once. */
static long register_area(struct vcpu *v, gva_t arg, gva_t *area, size_t size)
{
    uint64_t where;

    if (get_guest(where, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    if (!guest_range_ok(GVA(where), size))
        return refuse(RULE_BAD_POINTER, -EFAULT, where, 0);
    *area = GVA(where);
    if (v == current) {
        publish_runstate(v);
        update_vcpu_time(v);
    }
    return 0;
}

static long get_runstate(const struct vcpu *v, gva_t arg)
{
    struct vcpu_runstate_info copy = v->runstate;

    copy.time[copy.state] += hw_now() - copy.state_entry_time;
    if (put_guest(arg, copy))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    return 0;
}

static long take_down(struct vcpu *v)
{
    const struct domain *d = v->domain;
    unsigned int i;

    for (i = 0; i < d->vcpus; i++) {
        const struct vcpu *other = d->vcpu[i];

        if (other && other != v && !(other->paused & VCPU_PAUSED_DOWN)) {
            vcpu_pause(v, VCPU_PAUSED_DOWN);
            return 0;
        }
    }
    domain_shutdown(v->domain, SHUTDOWN_poweroff); /* it was the last */
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
        if (!v->initialised)
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
        return register_area(v, arg, &v->runstate_area,
                             sizeof(struct vcpu_runstate_info));
    case VCPUOP_register_vcpu_time_memory_area:
        return register_area(v, arg, &v->time_area,
                             sizeof(struct vcpu_time_info));
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
