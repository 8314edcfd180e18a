/* SPDX-License-Identifier: MIT */
/*
 * What a physical CPU knows about itself. struct cpu lies at the top of the
 * stack on which the CPU enters the hypervisor, so that it is found from the
 * stack pointer alone: FS and GS belong to guests.
 *
 *   stack base + CPU_STACK_SIZE  ┌────────────────────┐
 *                                │ struct cpu         │
 *                                ├────────────────────┤ <- TSS.rsp0
 *                                │ struct guest_regs  │ pushed at entry
 *                                ├────────────────────┤
 *                                │ C frames           │ ↓
 */
#ifndef HV_CPU_H
#define HV_CPU_H

#include "core/types.h"
#include "explain/refuse.h"

#define MAX_CPUS 64
#define ANY_CPU  (~0ul) /* a set of CPUs: a bit for each */

struct vcpu;
struct guest_regs;
struct multicall_entry;

struct cpu {
    struct vcpu *vcpu;    /* the one whose state this CPU holds */
    unsigned int id;      /* 0 .. number of CPUs - 1 */
    uint32_t work;        /* CPU_WORK_* that wait for the way out: atomic */
    uint64_t timer;       /* next deadline of this CPU, system time (ns) */
    struct multicall_entry *call; /* of the multicall that runs, or NULL */
    bool call_continues; /* its present entry wants to be called again */
    struct refusal refusal; /* what the running hypercall was refused for */
    uint64_t xcr0;          /* what the processor's XCR0 holds */
    uint32_t fixed_vector;  /* the last exception in the hypervisor … */
    uint32_t fixed_error;   /* … that was fixed up */
    uint64_t scratch[4];    /* of the entry stubs */
} __attribute__((aligned(64)));

/* Reasons to enter the slow way out (leave.c) before going to a guest. */
#define CPU_WORK_TIMER    (1u << 0)
#define CPU_WORK_RESCHED  (1u << 1)
#define CPU_WORK_SERVICES (1u << 2) /* console, store have something to do */

/*
 * The short way out looks at .work and at the vCPU's pending and mask bytes,
 * at nothing else: who makes the current vCPU unable to go on (blocks it, ends
 * its domain) must set CPU_WORK_RESCHED.
 */

/*
 * this_cpu(): the one that runs this. guest_regs(): the registers that its
 * current entry pushed.
 */
#ifdef HV_HOST
struct cpu *this_cpu(void);
struct guest_regs *guest_regs(void);
#else
#include "machine/cpu.h"
#endif
#define current (this_cpu()->vcpu)

/* This CPU has WORK (CPU_WORK_*) before it goes to a guest. */
static inline void ask_for_work(uint32_t work)
{
    __atomic_fetch_or(&this_cpu()->work, work, __ATOMIC_RELAXED);
}

#endif
