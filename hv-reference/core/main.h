/* SPDX-License-Identifier: MIT */
/*
 * What concerns all domains at once, and is above core: their start and timers
 * (../main.c), and their end (../ends.c).
 */
#ifndef HV_MAIN_H
#define HV_MAIN_H

#include "core/types.h"

struct guest_config;

/*
 * Build a domain and let its first vCPU run, though not before the system time
 * BEGIN. 0, or a value of exits.def with a sentence in *WHY. CONFIG is kept: the
 * domain may have to be built again.
 */
unsigned int start_domain(const struct guest_config *config, uint64_t begin,
                          const char **why);

/* Domains that power off are made anew, so many times in all. */
void repeat_domains(uint64_t times);
bool domains_repeat(void);

/* How many domains the machine was started with. */
unsigned int nr_domains_configured(void);

/* The earliest deadline of the vCPUs whose home is CPU; NEVER: none. */
uint64_t all_vcpus_deadline(unsigned int cpu);
void all_vcpus_run_timers(unsigned int cpu, uint64_t now);

/*
 * Say how each domain ended that has, do with it what its configuration says,
 * and when none is left end the machine.
 */
void bury_ended_domains(void);

#endif
