// SPDX-License-Identifier: MIT
/*
 * Who runs: all CPUs take from one queue of runnable vCPUs, the one that has
 * had least of what is its share first (virtual time: run_queue.c).
 *
 * One lock guards the queue, why each vCPU is paused, and which CPU has it. A
 * vCPU is queued only when all of its state is in memory (.cpu is -1); one that
 * a CPU still holds is run again by that CPU alone.
 *
 * A wakeup is not lost: whoever makes a vCPU runnable queues it, or kicks the
 * CPU that holds it, and a CPU looks at its work with interrupts off, in the
 * last instructions before it enters a guest or waits.
 */
#include "core/scheduler/sched.h"

#include <xen/sched.h>
#include <xen/vcpu.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/events/event.h"
#include "core/hw.h"
#include "core/main.h"
#include "core/scheduler/run_queue.h"
#include "core/time.h"
#include "core/vcpu.h"
#include "services/services.h"

static spinlock_t lock = SPINLOCK(LOCK_SCHEDULER); /* run_queue.c's, too */
static uint64_t idle;   /* a bit for each CPU that waits for an interrupt */
static struct vcpu *running[MAX_CPUS];
static unsigned int cpus; /* that have run a guest: 0 to cpus - 1, or fewer */

bool vcpu_runnable(const struct vcpu *v)
{
    return read_once(v->paused) == 0;
}

/* --- pausing, and going on --- */

/* Account for the time in the present state before another one begins. */
static void change_state(struct vcpu *v, int state, uint64_t now)
{
    if (v->runstate.state == RUNSTATE_running)
        run_queue_charge(v, now);
    set_runstate(v, state, now);
    if (state == RUNSTATE_running)
        v->charged = now;
}

/*
 * V waits in the queue: wake a CPU for it. If all of its CPUs have something to
 * do, the one whose guest has had most looks whether its turn is over.
 */
static void find_cpu(const struct vcpu *v, uint64_t now)
{
    uint64_t free = idle & v->cpus;
    unsigned int cpu = v->home, i;

    if (free) {
        if (!(free & 1UL << cpu))
            cpu = (unsigned int)__builtin_ctzl(free);
        idle &= ~(1UL << cpu);
    } else {
        for (i = 0; i < cpus; i++) {
            if (running[i] && v->cpus >> i & 1 &&
                (!running[cpu] || running[i]->vtime > running[cpu]->vtime))
                cpu = i;
        }
        if (running[cpu])
            run_queue_shorten(running[cpu], v, now);
    }
    hw_kick_cpu(cpu, CPU_WORK_RESCHED);
}

static void enqueue(struct vcpu *v, uint64_t now)
{
    run_queue_add(v);
    find_cpu(v, now);
}

void vcpu_pause(struct vcpu *v, unsigned int why)
{
    spin_lock(&lock);
    if (vcpu_runnable(v)) {
        v->domain->runnable--;
        change_state(v,
                     why & (VCPU_PAUSED_BLOCKED | VCPU_PAUSED_POLLING)
                         ? RUNSTATE_blocked
                         : RUNSTATE_offline,
                     hw_now());
        run_queue_remove(v);
    }
    write_once(v->paused, v->paused | why);
    /* Also one that waits with V's state: V may have to be dropped. */
    if (v->cpu >= 0)
        hw_kick_cpu((unsigned int)v->cpu, CPU_WORK_RESCHED);
    spin_unlock(&lock);
    /* Whoever pauses itself looks for a reason not to only now. */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void unpause_locked(struct vcpu *v, unsigned int why)
{
    uint64_t now;

    if (!(v->paused & why))
        return;
    write_once(v->paused, v->paused & ~why);
    if (v->paused)
        return;
    now = hw_now();
    v->domain->runnable++;
    change_state(v, RUNSTATE_runnable, now);
    run_queue_wake(v);
    if (v->cpu < 0)
        enqueue(v, now);
    else
        hw_kick_cpu((unsigned int)v->cpu, CPU_WORK_RESCHED);
}

void vcpu_unpause(struct vcpu *v, unsigned int why)
{
    if (!(read_once(v->paused) & why))
        return;
    spin_lock(&lock);
    unpause_locked(v, why);
    spin_unlock(&lock);
}

void vcpu_wake(struct vcpu *v)
{
    const unsigned int waits = VCPU_PAUSED_BLOCKED | VCPU_PAUSED_POLLING;
    int cpu;

    if (read_once(v->paused) & waits) {
        vcpu_unpause(v, waits);
        return;
    }
    /* A guest that runs on another CPU notices only when it is interrupted. */
    cpu = __atomic_load_n(&v->cpu, __ATOMIC_SEQ_CST);
    if (cpu >= 0 && cpu != (int)this_cpu()->id &&
        !read_once(v->hot.info->evtchn_upcall_mask))
        hw_kick_cpu((unsigned int)cpu, 0);
}

void vcpu_reschedule(struct vcpu *v)
{
    int cpu = __atomic_load_n(&v->cpu, __ATOMIC_SEQ_CST);

    if (cpu >= 0)
        hw_kick_cpu((unsigned int)cpu, CPU_WORK_RESCHED);
}

void sched_forget(struct vcpu *v)
{
    spin_lock(&lock);
    run_queue_remove(v);
    spin_unlock(&lock);
}

void vcpu_yield(struct vcpu *v)
{
    v->yields = true;
    ask_for_work(CPU_WORK_RESCHED);
}

void copy_runstate(const struct vcpu *v, struct vcpu_runstate_info *to)
{
    spin_lock(&lock);
    *to = v->runstate;
    spin_unlock(&lock);
}

/* --- timers --- */

/*
 * Interrupt this CPU for the timers of the vCPUs that were last here, and at
 * LOOK, when it has to choose again.
 */
static void arm_timer(struct cpu *cpu, uint64_t look)
{
    uint64_t deadline = min_of(all_vcpus_deadline(cpu->id), look);

    if (deadline != cpu->timer) {
        cpu->timer = deadline;
        hw_set_timer(deadline);
    }
}

void vcpu_timer_changed(struct vcpu *v)
{
    struct cpu *cpu = this_cpu();
    uint64_t deadline;

    if (v->home != cpu->id) {
        hw_kick_cpu(v->home, CPU_WORK_RESCHED); /* arms its timer anew */
        return;
    }
    deadline = vcpu_next_deadline(v);
    if (deadline < cpu->timer) {
        cpu->timer = deadline;
        hw_set_timer(deadline);
    }
}

void timer_interrupt(void)
{
    this_cpu()->timer = NEVER;
    ask_for_work(CPU_WORK_TIMER);
}

void serial_interrupt(void)
{
    ask_for_work(CPU_WORK_SERVICES);
}

/* --- the way out --- */

/* Do what has come up; it may make vCPUs runnable, and more work. */
static void do_work(struct cpu *cpu)
{
    while (read_once(cpu->work)) {
        uint32_t work = __atomic_exchange_n(&cpu->work, 0, __ATOMIC_SEQ_CST);

        if (work & CPU_WORK_TIMER)
            all_vcpus_run_timers(cpu->id, hw_now());
        if (work & CPU_WORK_SERVICES)
            services_run();
    }
    bury_ended_domains();
}

/* Does PREV, which could go on, make room for one that waits? */
static bool turn_is_over(struct cpu *cpu, struct vcpu *prev, uint64_t now)
{
    bool yields = prev->yields;

    prev->yields = false;
    return yields || (now >= prev->slice_end &&
                      run_queue_is_before(cpu->id, prev, now));
}

/* PREV, or another one; NULL: nobody. *LOOK: see run_queue_take(). */
static struct vcpu *next_after(struct cpu *cpu, uint64_t now, uint64_t *look)
{
    struct vcpu *prev = cpu->vcpu;
    bool goes_on = prev && vcpu_runnable(prev), may;
    struct vcpu *next = NULL;

    if (goes_on && prev->runstate.state == RUNSTATE_running)
        run_queue_charge(prev, now);
    may = goes_on && run_queue_may_run(prev->domain, now);
    if (!may || turn_is_over(cpu, prev, now))
        next = run_queue_take(cpu->id, now, look);
    if (!next && may)
        return prev;
    if (goes_on) {
        change_state(prev, RUNSTATE_runnable, now);
        if (!next) /* it stays here until its domain has a new budget */
            *look = min_of(*look, prev->domain->cap_until);
    }
    return next;
}

/* What a CPU shall do, and how long at most. */
struct choice {
    struct vcpu *next; /* NULL: wait */
    bool begins;       /* it did not run until now */
    uint64_t look;     /* when to choose again; NEVER */
};

/* Who is chosen has the CPU from here on: others may not take it. */
static struct choice choose(struct cpu *cpu, uint64_t now)
{
    struct vcpu *prev = cpu->vcpu, *next;
    struct choice choice = {.look = NEVER};

    spin_lock(&lock);
    next = choice.next = next_after(cpu, now, &choice.look);
    if (next) {
        next->home = cpu->id;
        __atomic_store_n(&next->cpu, (int)cpu->id, __ATOMIC_SEQ_CST);
        if (next != prev || now >= next->slice_end)
            run_queue_begin_slice(next, now);
        choice.begins = next->runstate.state != RUNSTATE_running;
        if (choice.begins)
            change_state(next, RUNSTATE_running, now);
        idle &= ~(1UL << cpu->id);
    } else {
        idle |= 1UL << cpu->id;
    }
    running[cpu->id] = next;
    cpus = max_of(cpus, cpu->id + 1);
    choice.look = min_of(choice.look,
                         run_queue_look_again(cpu->id, next, now));
    spin_unlock(&lock);
    return choice;
}

/* All of V's state is in memory: another CPU may take it. */
static void left(struct vcpu *v, uint64_t now)
{
    spin_lock(&lock);
    if (vcpu_runnable(v) && v->cpu < 0 && !v->queued)
        enqueue(v, now);
    spin_unlock(&lock);
}

/*
 * From PREV to NEXT. While nobody runs the CPU keeps the state of who ran last,
 * unless that one's domain has ended.
 */
static void switch_to(struct vcpu *prev, struct vcpu *next, uint64_t now)
{
    if (next == prev ||
        (!next && !(read_once(prev->paused) & VCPU_PAUSED_DOMAIN)))
        return;
    context_switch(prev, next);
    if (prev)
        left(prev, now);
}

/*
 * V does not run any more, and its page tables are still there: others of its
 * domain see from its area that it waits, or has been preempted.
 */
static void end_running(struct vcpu *v)
{
    if (v->runstate_area.a && v->runstate.state != v->runstate_shown &&
        !(read_once(v->paused) & VCPU_PAUSED_DOMAIN))
        publish_runstate(v);
}

/* V runs now: its clock, and its runstate as its kernel sees it. */
static void begin_running(struct vcpu *v, uint64_t now)
{
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

    for (;;) {
        struct choice choice;
        uint64_t now;

        do_work(cpu);
        now = hw_now();
        choice = choose(cpu, now);
        if (cpu->vcpu && cpu->vcpu != choice.next)
            end_running(cpu->vcpu);
        switch_to(cpu->vcpu, choice.next, now);
        if (choice.begins)
            begin_running(choice.next, now);
        arm_timer(cpu, choice.look);
        if (read_once(cpu->work))
            continue;
        if (choice.next)
            return;
        hw_idle();
    }
}
