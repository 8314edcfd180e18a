/* SPDX-License-Identifier: MIT */
/*
 * Time as guests see it: pvclock, wall clock, and each vCPU's timers.
 */
#ifndef HV_TIME_H
#define HV_TIME_H

#include "core/types.h"

struct domain;
struct vcpu;

#define NEVER        (~0UL)
#define MILLISECONDS 1000000UL /* in ns, the unit of system time */

/* Write D's wall clock: the seconds since 1970 at system time 0. */
void update_wallclock(struct domain *d);
/* Refresh V's pvclock: when it starts to run, or its vcpu_info moves. */
void update_vcpu_time(struct vcpu *v);

/* The earliest deadline of V's timers; NEVER: none. */
uint64_t vcpu_next_deadline(const struct vcpu *v);
/* Raise what is due of V's timers at system time NOW. */
void vcpu_run_timers(struct vcpu *v, uint64_t now);

/* The runstate changes at NOW: account the time since, tell the guest. */
void set_runstate(struct vcpu *v, int state, uint64_t now);
/* Copy V's runstate to its area; V is current, or leaves its CPU. */
void publish_runstate(struct vcpu *v);

#endif
