/* SPDX-License-Identifier: MIT */
/*
 * Who runs: runnable vCPUs take turns on a CPU (sched.c).
 */
#ifndef HV_SCHED_H
#define HV_SCHED_H

#include "core/types.h"

struct vcpu;
struct domain;

/* WHY: VCPU_PAUSED_* bits. A vCPU runs when none is left. */
void vcpu_pause(struct vcpu *v, unsigned int why);
void vcpu_unpause(struct vcpu *v, unsigned int why);
bool vcpu_runnable(const struct vcpu *v);
/*
 * Something has come for V: an event, an NMI. If it waits (blocked, polling) it
 * goes on; if it runs on another CPU it is interrupted there.
 */
void vcpu_wake(struct vcpu *v);
/* The CPU that holds V, if one does, takes the slow way out. */
void vcpu_reschedule(struct vcpu *v);
/* V is about to go: take it out of the queue. */
void sched_forget(struct vcpu *v);

/* V's runstate, all of it at one moment. */
struct vcpu_runstate_info;
void copy_runstate(const struct vcpu *v, struct vcpu_runstate_info *to);

/* V lets the others go first (SCHEDOP_yield). */
void vcpu_yield(struct vcpu *v);
/* A timer of V's was set or changed: its CPU's deadline may be too late. */
void vcpu_timer_changed(struct vcpu *v);

/*
 * The way out: called with interrupts off whenever this CPU is about to enter
 * a guest and work is due (CPU_WORK_*, or the current vCPU cannot go on).
 * Runs due timers and services, picks the next vCPU and switches to it, idles
 * while there is none, and ends the machine when all domains have ended.
 */
void leave_to_guest(void);

/* The CPU's timer interrupt came (called from x86 with interrupts off). */
void timer_interrupt(void);
/* The serial line has input (likewise). */
void serial_interrupt(void);

#endif
