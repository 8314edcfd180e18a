// SPDX-License-Identifier: MIT
/*
 * What the three hypercalls on page tables share: lists of requests that can
 * be preempted between any two, whose memory is meant, and which CPUs must
 * flush.
 */
#include "core/memory/mmu.h"

#include <xen/xen.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/errno.h"
#include "core/guest_access.h"
#include "core/hypercall.h"
#include "core/memory/tables.h"
#include "core/vcpu.h"

/* A domain that owns no frame: DOMID_IO stands for device memory. */
static const struct domain device_memory = {.id = DOMID_IO};
/* The hypervisor's own memory, which no entry may refer to. */
static const struct domain own_memory = {.id = DOMID_XEN};

bool batch_begin(struct batch *batch, unsigned int nr, const uint64_t args[4],
                 size_t request_bytes, long *result)
{
    struct vcpu *v = current;
    int rc = 0;

    *batch = (struct batch){
        .nr = nr,
        .list = GVA(args[0]),
        .count = (unsigned int)args[1],
        .done_at = GVA(args[2]),
        .domain = args[3],
    };
    if (v->unfinished) {
        spin_lock(&v->domain->memory_lock);
        rc = undo_unfinished(v);
        spin_unlock(&v->domain->memory_lock);
    }
    if (rc) {
        *result = continue_hypercall(nr, 4, args[0], args[1], args[2], args[3]);
        return false;
    }
    if (batch->count == BATCH_GOES_ON && !args[0]) {
        *result = (int)args[3]; /* see batch_end() */
        return false;
    }
    if (batch->count & BATCH_GOES_ON) {
        batch->count &= ~BATCH_GOES_ON;
        if (batch->done_at.a && get_guest(batch->done, batch->done_at))
            batch->done = 0;
    }
    if (!guest_range_ok(batch->list, batch->count * request_bytes)) {
        *result = refuse(RULE_BAD_POINTER, -EFAULT, args[0], 0);
        return false;
    }
    return true;
}

void batch_done(struct batch *batch, unsigned int count, size_t request_bytes)
{
    batch->count -= count;
    batch->done += count;
    batch->list.a += count * request_bytes;
}

long batch_end(struct batch *batch, long rc)
{
    /* As on Xen, nobody hears of it if the count cannot be written. */
    if (batch->done_at.a && put_guest(batch->done_at, batch->done))
        batch->done_at = GUEST_NULL;
    if (rc == -EINTR)
        return continue_hypercall(batch->nr, 4, batch->list.a,
                                  (uint64_t)(batch->count | BATCH_GOES_ON),
                                  batch->done_at.a, batch->domain);
    /* All is done but for a table: one more call ends with this result. */
    if (current->unfinished)
        return continue_hypercall(batch->nr, 4, 0UL, (uint64_t)BATCH_GOES_ON,
                                  0UL, (uint64_t)rc);
    return rc;
}

bool is_own_memory(const struct domain *owner)
{
    return owner == &own_memory;
}

int memory_owner(uint16_t domid, const struct domain **owner)
{
    *owner = current->domain;
    if (domid == DOMID_SELF)
        return 0;
    *owner = &device_memory;
    if (domid == DOMID_IO)
        return 0;
    *owner = &own_memory;
    if (domid == DOMID_XEN)
        return 0;
    /* Xen's rule: a guest means itself by DOMID_SELF only. */
    if (domid == current->domain->id)
        return refuse(RULE_NO_SUCH_DOMAIN, -ESRCH, domid, 0);
    return refuse_domain(domid);
}

/*
 * The CPU on which V is, as a mask; 0: none. One that is just about to take V
 * loads its page tables after it says so: it sees what was written before.
 */
static uint64_t cpu_of_vcpu(const struct vcpu *v)
{
    int cpu = v ? __atomic_load_n(&v->cpu, __ATOMIC_RELAXED) : -1;

    return cpu < 0 ? 0 : 1UL << cpu;
}

uint64_t domain_cpus(const struct domain *d)
{
    uint64_t cpus = 0;
    unsigned int i;

    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    for (i = 0; i < d->vcpus; i++)
        cpus |= cpu_of_vcpu(d->vcpu[i]);
    return cpus;
}

int cpus_of_vcpus(const struct domain *d, gva_t mask, uint64_t *cpus)
{
    uint64_t vcpus;
    unsigned int i;

    *cpus = 0;
    if (get_guest(vcpus, mask))
        return refuse(RULE_BAD_POINTER, -EFAULT, mask.a, 0);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    for (i = 0; i < d->vcpus; i++) {
        if (vcpus & (1UL << i))
            *cpus |= cpu_of_vcpu(d->vcpu[i]);
    }
    return 0;
}
