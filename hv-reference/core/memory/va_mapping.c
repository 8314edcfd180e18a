// SPDX-License-Identifier: MIT
/*
 * update_va_mapping: set the L1 entry of one address in the running page
 * tables, and flush. The busiest memory hypercall of small updates: one walk,
 * one check, one write.
 */
#include <xen/xen.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/hypercall.h"
#include "core/memory/mmu.h"
#include "core/memory/tables.h"
#include "core/vcpu.h"

struct frame *find_l1(const struct vcpu *v, uint64_t va)
{
    uint64_t entry = v->hot.kernel_cr3 | PTE_P;
    struct frame *frame;
    int level;

    for (level = 4; level > 1; level--) {
        const uint64_t *window = map_frame(pte_mfn(entry));

        entry = read_once(window[pt_index(va, level)]);
        unmap_frame(window);
        if (!(entry & PTE_P))
            return NULL;
    }
    frame = frame_of(pte_mfn(entry));
    /* In a linear mapping this is a table of a higher level. */
    return frame_type(frame) == FRAME_L1 ? frame : NULL;
}

/* What the guest asked to be flushed once the entry is written. */
static int flush_as_asked(const struct domain *d, uint64_t va, uint64_t flags)
{
    uint64_t kind = flags & UVMF_FLUSHTYPE_MASK;
    uint64_t where = flags & ~UVMF_FLUSHTYPE_MASK, cpus;
    int rc = 0;

    if (kind != UVMF_TLB_FLUSH && kind != UVMF_INVLPG)
        return 0;
    if (where == UVMF_LOCAL) {
        if (kind == UVMF_TLB_FLUSH)
            hw_flush_tlb_local();
        else
            hw_flush_page_local(va);
        return 0;
    }
    if (where == UVMF_ALL)
        cpus = domain_cpus(d);
    else
        rc = cpus_of_vcpus(d, GVA(where), &cpus);
    if (kind == UVMF_TLB_FLUSH)
        hw_flush_tlb_mask(cpus);
    else
        hw_flush_page_mask(cpus, va);
    return rc;
}

static long update_mapping(uint64_t va, uint64_t entry, uint64_t flags,
                           const struct domain *owner)
{
    struct vcpu *v = current;
    struct domain *d = v->domain;
    struct frame *table = NULL;
    int rc;

    spin_lock(&d->memory_lock);
    if (is_guest_va(va))
        table = find_l1(v, va);
    if (table)
        rc = update_entry(table, pt_index(va, 1), entry, owner, false);
    else
        rc = refuse(RULE_NO_L1_ENTRY, -EINVAL, va, 0);
    spin_unlock(&d->memory_lock);
    return rc ? rc : flush_as_asked(d, va, flags);
}

HYPERCALL(update_va_mapping)
{
    return update_mapping(a1, a2, a3, current->domain);
}

HYPERCALL(update_va_mapping_otherdomain)
{
    const struct domain *owner;
    int rc = memory_owner((uint16_t)a4, &owner);

    if (!rc && owner != current->domain)
        rc = refuse(RULE_NOT_PRIVILEGED, -EPERM, (uint16_t)a4, 0);
    return rc ? rc : update_mapping(a1, a2, a3, owner);
}
