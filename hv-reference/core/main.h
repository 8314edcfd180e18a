/* SPDX-License-Identifier: MIT */
/*
 * What concerns all domains at once: their timers, and their end (main.c).
 */
#ifndef HV_MAIN_H
#define HV_MAIN_H

#include "core/types.h"

struct vcpu;

/* The earliest deadline of any vCPU's timers; NEVER: none. */
uint64_t all_vcpus_deadline(void);
void all_vcpus_run_timers(uint64_t now);

/*
 * Say how each domain ended that has, take back what it had, and when none is
 * left end the machine with the first one's exit value.
 */
void bury_ended_domains(void);

#endif
