// SPDX-License-Identifier: MIT
/*
 * Taking turns: the runnable vCPUs wait in one queue, each runs for a slice.
 *
 * A wakeup is not lost: whoever makes a vCPU runnable queues it and sets
 * CPU_WORK_RESCHED, and a CPU looks at its work with interrupts off, in the
 * last instructions before it enters a guest or waits.
 */
#include "core/sched.h"

#include <xen/sched.h>
#include <xen/vcpu.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/event.h"
#include "core/hw.h"
#include "core/lock.h"
#include "core/main.h"
#include "core/time.h"
#include "core/vcpu.h"
#include "services/services.h"

#define SLICE (10 * MILLISECONDS)

static struct {
    spinlock_t lock;
    struct vcpu *first, *last;
} queue;

bool vcpu_runnable(const struct vcpu *v)
{
    return v->paused == 0;
}

static void enqueue(struct vcpu *v)
{
    spin_lock(&queue.lock);
    if (!v->queued) {
        v->queued = true;
        v->next = NULL;
        if (queue.first)
            queue.last->next = v;
        else
            queue.first = v;
        queue.last = v;
    }
    spin_unlock(&queue.lock);
}

/* The first in the queue that can still run; it leaves the queue. */
static struct vcpu *dequeue(void)
{
    struct vcpu *v;

    spin_lock(&queue.lock);
    do {
        v = queue.first;
        if (v) {
            queue.first = v->next;
            v->queued = false;
        }
    } while (v && !vcpu_runnable(v));
    spin_unlock(&queue.lock);
    return v;
}

void sched_forget(struct vcpu *v)
{
    struct vcpu **at, *last = NULL;

    spin_lock(&queue.lock);
    for (at = &queue.first; *at;) {
        if (*at == v) {
            *at = v->next;
        } else {
            last = *at;
            at = &(*at)->next;
        }
    }
    queue.last = last;
    v->queued = false;
    spin_unlock(&queue.lock);
}

static void ask_reschedule(void)
{
    this_cpu()->work |= CPU_WORK_RESCHED;
}

void vcpu_pause(struct vcpu *v, unsigned int why)
{
    bool ran = vcpu_runnable(v);

    v->paused |= why;
    if (!ran)
        return;
    set_runstate(v,
                 why & (VCPU_PAUSED_BLOCKED | VCPU_PAUSED_POLLING)
                     ? RUNSTATE_blocked
                     : RUNSTATE_offline,
                 hw_now());
    if (v->cpu >= 0)
        ask_reschedule();
}

void vcpu_unpause(struct vcpu *v, unsigned int why)
{
    if (!(v->paused & why))
        return;
    v->paused &= ~why;
    if (!vcpu_runnable(v))
        return;
    set_runstate(v, RUNSTATE_runnable, hw_now());
    if (v->cpu < 0)
        enqueue(v);
    ask_reschedule();
}

void vcpu_yield(struct vcpu *v)
{
    v->slice_end = 0;
    ask_reschedule();
}

/* Interrupt this CPU for V's timers and, if others wait, its slice's end. */
static void arm_timer(struct cpu *cpu, const struct vcpu *v)
{
    uint64_t deadline = all_vcpus_deadline();

    if (v && queue.first)
        deadline = min_of(deadline, v->slice_end);
    if (deadline != cpu->timer) {
        cpu->timer = deadline;
        hw_set_timer(deadline);
    }
}

void vcpu_timer_changed(struct vcpu *v)
{
    struct cpu *cpu = this_cpu();
    uint64_t deadline = vcpu_next_deadline(v);

    if (deadline < cpu->timer) {
        cpu->timer = deadline;
        hw_set_timer(deadline);
    }
}

void timer_interrupt(void)
{
    this_cpu()->timer = NEVER;
    this_cpu()->work |= CPU_WORK_TIMER;
}

void serial_interrupt(void)
{
    this_cpu()->work |= CPU_WORK_SERVICES;
}

/* Do what has come up; it may make vCPUs runnable, and more work. */
static void do_work(struct cpu *cpu)
{
    while (cpu->work) {
        uint32_t work = cpu->work;

        cpu->work = 0;
        if (work & CPU_WORK_TIMER)
            all_vcpus_run_timers(hw_now());
        if (work & CPU_WORK_SERVICES)
            services_run();
    }
    bury_ended_domains();
}

/* Who is next on CPU: the present one, until its slice is over. */
static struct vcpu *pick(struct cpu *cpu, uint64_t now)
{
    struct vcpu *prev = cpu->vcpu;
    struct vcpu *next;

    if (prev && vcpu_runnable(prev)) {
        if (now < prev->slice_end || !queue.first)
            return prev;
        set_runstate(prev, RUNSTATE_runnable, now);
        enqueue(prev);
    }
    next = dequeue();
    if (next)
        next->slice_end = now + SLICE;
    return next;
}

/* NEXT runs now: its clock, and its runstate as its kernel sees it. */
static void start_running(struct vcpu *v, uint64_t now)
{
    if (v->runstate.state == RUNSTATE_running)
        return;
    set_runstate(v, RUNSTATE_running, now);
    publish_runstate(v);
    update_vcpu_time(v);
    if (v->period && v->next_tick <= now) {
        v->next_tick = now + v->period;
        raise_virq(v, VIRQ_TIMER);
    }
}

void leave_to_guest(void)
{
    struct cpu *cpu = this_cpu();
    struct vcpu *next;

    for (;;) {
        uint64_t now;

        do_work(cpu);
        now = hw_now();
        next = pick(cpu, now);
        /* While nobody runs the CPU keeps the state of who ran last. */
        if (next && next != cpu->vcpu)
            context_switch(cpu->vcpu, next);
        if (next)
            start_running(next, now);
        arm_timer(cpu, next);
        if (cpu->work)
            continue;
        if (next)
            return;
        hw_idle();
    }
}
