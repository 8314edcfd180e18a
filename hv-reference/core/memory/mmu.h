/* SPDX-License-Identifier: MIT */
/*
 * What the three hypercalls on page tables share (mmu.c).
 */
#ifndef HV_MMU_H
#define HV_MMU_H

#include "core/types.h"

struct domain;
struct vcpu;

/*
 * mmu_update and mmuext_op take a list of requests and say how many were done.
 * When preempted they go on as the same hypercall with the rest of the list
 * and this bit in its count.
 */
#define BATCH_GOES_ON 0x80000000u

struct batch {
    unsigned int nr; /* the hypercall's number */
    gva_t list;
    unsigned int count; /* requests still to do */
    unsigned int done;  /* requests done, including earlier calls */
    gva_t done_at;      /* where the guest wants to read that, or 0 */
    uint64_t domain;    /* the fourth argument */
};

/*
 * Begin: false if there is nothing to do but to return *RESULT (a table is
 * still being undone, or this is the last call of one that was).
 */
bool batch_begin(struct batch *batch, unsigned int nr, const uint64_t args[4],
                 size_t request_bytes, long *result);
/* COUNT more are done. */
void batch_done(struct batch *batch, unsigned int count, size_t request_bytes);
/* End with RC (-EINTR: preempted); returns what the hypercall returns. */
long batch_end(struct batch *batch, long rc);

/*
 * Whose frames may entries refer to, if the guest says DOMID: its own
 * (DOMID_SELF), those of no domain at all (DOMID_IO), or the hypervisor's
 * (DOMID_XEN), which is refused for each of them. 0 or -errno.
 */
bool is_own_memory(const struct domain *owner);
int memory_owner(uint16_t domid, const struct domain **owner);

/* The CPUs that may hold translations of D's. */
uint64_t domain_cpus(const struct domain *d);
/* Those of the vCPUs in the guest's bit map at MASK. 0 or -EFAULT. */
int cpus_of_vcpus(const struct domain *d, gva_t mask, uint64_t *cpus);

/* An address that a guest's own translations can be for. */
static inline bool is_guest_va(uint64_t va)
{
    return is_canonical(va) && !is_hypervisor_va(va);
}

#endif
