// SPDX-License-Identifier: MIT
/*
 * The guest's LDT: an address range of its own, of which pages are checked and
 * mapped into the vCPU's window when the processor first reads them.
 *
 * The rule: what the window shows are frames of type DESC; it is emptied when
 * the LDT or the page tables change, since the address may mean other pages.
 */
#include "core/cpu.h"
#include "core/memory/descriptors.h"
#include "core/domain.h"
#include "core/memory/mm.h"
#include "core/memory/mmu.h"
#include "core/memory/tables.h"
#include "core/vcpu.h"

#define MAX_LDT_ENTRIES 8192

void unmap_ldt(struct vcpu *v)
{
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(v->ldt); i++) {
        mfn_t frame = v->ldt[i];

        if (mfn_eq(frame, MFN_NONE))
            continue;
        v->ldt[i] = MFN_NONE;
        hw_set_ldt_window(v, i, MFN_NONE);
        put_frame_type(frame_of(frame));
    }
}

int set_ldt(struct vcpu *v, uint64_t base, uint64_t entries)
{
    if (!entries)
        base = 0;
    if (entries > MAX_LDT_ENTRIES || (base & ~PAGE_MASK) || !is_guest_va(base))
        return refuse(RULE_BAD_LDT, -EINVAL, base, entries);
    if (v->ldt_base == base && v->ldt_entries == entries)
        return 0;
    unmap_ldt(v);
    if (v == current)
        hw_flush_tlb_local();
    v->ldt_base = base;
    v->ldt_entries = (unsigned int)entries;
    if (v == current)
        hw_load_ldt(v);
    return 0;
}

/* The frame that the guest's kernel maps at VA. MFN_NONE: none. */
static mfn_t mapped_frame(const struct vcpu *v, uint64_t va)
{
    struct walk walk;

    if (!is_guest_va(va) ||
        !walk_tables(maddr_to_mfn(MADDR(v->hot.kernel_cr3)), va, &walk))
        return MFN_NONE;
    return pte_mfn(walk.entry[1]);
}

static bool map_page_locked(struct vcpu *v, uint64_t offset)
{
    unsigned int page = (unsigned int)(offset >> PAGE_SHIFT);
    mfn_t mfn = mapped_frame(v, v->ldt_base + offset);

    if (!mfn_eq(v->ldt[page], MFN_NONE))
        return true; /* there already: the fault was a stale translation */
    if (!mfn_valid(mfn) ||
        get_frame_type(frame_of(mfn), v->domain, FRAME_DESC))
        return false;
    v->ldt[page] = mfn;
    hw_set_ldt_window(v, page, mfn);
    return true;
}

bool map_ldt_page(uint64_t address)
{
    struct vcpu *v = current;
    uint64_t offset = address - LDT_WINDOW(v->id);
    bool mapped;

    if (offset / sizeof(uint64_t) >= v->ldt_entries)
        return false;
    spin_lock(&v->domain->memory_lock);
    mapped = map_page_locked(v, offset);
    spin_unlock(&v->domain->memory_lock);
    return mapped;
}
