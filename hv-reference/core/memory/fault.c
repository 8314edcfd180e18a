// SPDX-License-Identifier: MIT
/*
 * Page faults of guests that the hypervisor deals with itself: a translation
 * that was stale, a page of the LDT that is read for the first time, a store
 * into a page table. All others are the guest's.
 */
#include <xen/xen.h>

#include "core/cpu.h"
#include "core/memory/descriptors.h"
#include "core/domain.h"
#include "core/hw.h"
#include "core/memory/mm.h"
#include "core/memory/mmu.h"
#include "core/memory/pte.h"
#include "core/memory/ptwr.h"
#include "core/processor/traps.h"
#include "core/vcpu.h"

/* Bits of a page fault's error code. */
#define FAULT_P     (1u << 0)
#define FAULT_WRITE (1u << 1)
#define FAULT_USER  (1u << 2)
#define FAULT_RSVD  (1u << 3)
#define FAULT_FETCH (1u << 4)

#define TRAP_GP 13

#define LDT_PAGES 16

/* Bits of a selector error code that are not the selector's index. */
#define SELECTOR_TI   (1u << 2)
#define SELECTOR_BITS 7u

/*
 * The processor read a descriptor where nothing is mapped. In the LDT's window
 * it may be mapped now; otherwise the guest gets the fault that it would have
 * had at its own table.
 */
static bool fix_descriptor_fault(struct guest_regs *regs, uint64_t address,
                                 uint32_t error_code)
{
    const struct vcpu *v = current;
    uint64_t offset = address - GDT_WINDOW(v->id), at;

    if (offset >= DESC_WINDOW_PAGES * PAGE_SIZE)
        return false;
    if (address < LDT_WINDOW(v->id)) {
        inject_trap(regs, TRAP_GP, (uint32_t)offset & ~SELECTOR_BITS);
        return true;
    }
    if (map_ldt_page(address))
        return true;
    offset = address - LDT_WINDOW(v->id);
    at = v->ldt_base + offset;
    if (is_canonical(at))
        inject_page_fault(regs, at, error_code);
    else
        inject_trap(regs, TRAP_GP,
                    ((uint32_t)offset & ~SELECTOR_BITS) | SELECTOR_TI);
    return true;
}

/* Would the access go through now, by what the page tables say? */
static bool is_spurious(const struct vcpu *v, uint64_t address,
                        uint32_t error_code)
{
    uint64_t cr3 = v->hot.kernel_mode ? v->hot.kernel_cr3 : v->hot.user_cr3;
    uint64_t needed = PTE_P | PTE_US, refused = 0;
    struct walk walk;
    int level;

    if (error_code & FAULT_RSVD)
        return false;
    if (error_code & FAULT_WRITE)
        needed |= PTE_RW;
    if (error_code & FAULT_FETCH)
        refused = PTE_NX;
    if (!walk_tables(maddr_to_mfn(MADDR(cr3)), address, &walk))
        return false;
    for (level = 4; level >= 1; level--) {
        if ((walk.entry[level] & needed) != needed ||
            (walk.entry[level] & refused))
            return false;
    }
    return true;
}

static bool drop_stale(const struct vcpu *v, uint64_t address,
                       uint32_t error_code)
{
    bool spurious;

    spin_lock(&v->domain->memory_lock);
    spurious = is_spurious(v, address, error_code);
    spin_unlock(&v->domain->memory_lock);
    if (spurious)
        hw_flush_page_local(address);
    return spurious;
}

bool fix_hypervisor_fault(uint64_t address, uint32_t error_code)
{
    const struct vcpu *v = current;

    if (!v)
        return false;
    if (is_guest_va(address))
        return drop_stale(v, address, error_code);
    return address >= LDT_WINDOW(v->id) &&
           address < LDT_WINDOW(v->id) + LDT_PAGES * PAGE_SIZE &&
           map_ldt_page(address);
}

bool fix_guest_fault(struct guest_regs *regs, uint64_t address,
                     uint32_t error_code)
{
    const struct vcpu *v = current;
    const uint32_t store = FAULT_P | FAULT_WRITE;

    if (!is_guest_va(address)) {
        if (error_code & (FAULT_USER | FAULT_RSVD))
            return false;
        return fix_descriptor_fault(regs, address, error_code);
    }
    /* What is not present is in no TLB: that fault is never a stale one. */
    if ((error_code & FAULT_P) && drop_stale(v, address, error_code))
        return true;
    if (v->hot.kernel_mode && (error_code & store) == store &&
        !(error_code & (FAULT_RSVD | FAULT_FETCH)) &&
        (v->domain->vm_assist & (1UL << VMASST_TYPE_writable_pagetables)))
        return emulate_table_write(regs, address);
    return false;
}
