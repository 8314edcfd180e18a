/* SPDX-License-Identifier: MIT */
/*
 * The machine's further CPUs: found in the firmware's tables, started one by
 * one (cpus.c, boot/trampoline.S).
 */
#ifndef HV_X86_CPUS_H
#define HV_X86_CPUS_H

#include "core/layout.h"

/* The page where they start; memory below 1 MB is never handed out. */
#define TRAMPOLINE 0x8000

#ifndef __ASSEMBLY__
#include "core/types.h"

/*
 * Look for them, while the boot's page tables still show the firmware's
 * memory, and put the trampoline in place.
 */
void cpus_find(void);
/* How many there are, with the first one; at least 1. */
unsigned int cpus_found(void);
/* Start them: they flush when asked, and wait for hw_release_cpus(). */
void cpus_start(void);
/* How many run; they have the numbers from 0. */
unsigned int cpus_started(void);
/* The local APIC's id of CPU. */
uint32_t cpu_apic_id(unsigned int cpu);

/* From trampoline.S, on the CPU's own stack. */
_Noreturn void start_other_cpu(void);

extern uint64_t next_cpu_stack;
extern char trampoline_start[], trampoline_efer[], trampoline_end[];
#endif
#endif
