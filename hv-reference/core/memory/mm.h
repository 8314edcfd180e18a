/* SPDX-License-Identifier: MIT */
/*
 * Page tables of PV guests: direct paging. The guest writes entries with
 * machine frames; the hypervisor checks each one before it becomes live.
 */
#ifndef HV_MM_H
#define HV_MM_H

#include "core/memory/frame.h"
#include "core/types.h"

struct vcpu;
struct domain;
struct guest_regs;

/* --- walk.c: what the processor would do --- */

struct walk {
    uint64_t entry[5]; /* entry[4] .. entry[1]: as far as present */
    mfn_t table[5];    /* table[4] .. table[1] that hold them */
    int level;         /* the level of the last entry read: 1 if all present */
};
/* Walk VA from top-level table L4. True if all four levels are present. */
bool walk_tables(mfn_t l4, uint64_t va, struct walk *walk);

/* --- the guest's page tables as the vCPU's root --- */

/*
 * Make L4 the root of V's kernel (or user) mode: takes a reference and a use
 * as L4, gives back that of the old root. 0 or -errno after refuse().
 * user with MFN 0 drops the user root.
 */
int set_kernel_root(struct vcpu *v, mfn_t l4);
int set_user_root(struct vcpu *v, mfn_t l4);
void drop_roots(struct vcpu *v);

/* Validate and pin a table of LEVEL (the builder pins the first L4). */
int pin_table(struct domain *d, mfn_t mfn, unsigned int level);
int unpin_table(struct domain *d, mfn_t mfn);

/* --- faults (fault.c) --- */

/*
 * A page fault of a guest at ADDRESS: true if the hypervisor has dealt with
 * it (stale translation, lazily mapped LDT page, emulated page-table write),
 * so that the guest just goes on.
 */
bool fix_guest_fault(struct guest_regs *regs, uint64_t address,
                     uint32_t error_code);

/*
 * A page fault of the hypervisor, at an instruction that may meet one because
 * it uses a guest's address or selector: true if it would go through now (a
 * stale translation, a page of the LDT read for the first time). No lock is
 * held.
 */
bool fix_hypervisor_fault(uint64_t address, uint32_t error_code);

/* Give back all memory of a dying domain. 0, or -EINTR: call again. */
int relinquish_memory(struct domain *d);

/* The predicates of invariants.md over the whole table; panics on the first. */
void check_invariants(void);
/* The same after each Nth hypercall, N being check_each (checking builds). */
void check_after_hypercall(void);
extern unsigned long check_each;

#endif
