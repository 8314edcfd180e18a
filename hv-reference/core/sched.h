/* SPDX-License-Identifier: MIT */
/*
 * Who runs: blocked and runnable vCPUs, and their timers (sched.c, time.c).
 */
#ifndef HV_SCHED_H
#define HV_SCHED_H

#include "core/types.h"

struct vcpu;
struct domain;

void vcpu_pause(struct vcpu *v, unsigned int why);   /* VCPU_PAUSED_* */
void vcpu_unpause(struct vcpu *v, unsigned int why);
bool vcpu_runnable(const struct vcpu *v);

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

/* Refresh V's pvclock before it runs. */
void update_vcpu_time(struct vcpu *v);
/* The earliest deadline of V's timers; ~0: none. */
uint64_t vcpu_next_deadline(const struct vcpu *v);

#endif
