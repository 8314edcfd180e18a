// SPDX-License-Identifier: MIT
/*
 * Guard pages: pages in user mode's part that only the kernel may use, made
 * by an entry without U as on the machine. Xen lets user mode use whatever is
 * present, so such a page is not: its entry is kept with a mark in place of P.
 * The kernel's first touch opens it, and the next way to user mode closes it.
 *
 * The rule: while user mode runs, on the CPU that goes there last, none is
 * open. For kernels that say guard_pages; others have no entry with the mark.
 */
#include "xenpv.h"

#define FAULT_PRESENT 1 /* in a page fault's error code: not for this access */
#define OPEN 16         /* more than one instruction can touch */

static struct open {
    uint64_t *entry; /* null: not used */
    uint64_t guard;  /* what it was */
} open[OPEN];
static unsigned next;

unsigned long pv_xen_guards_open;

/* The frame is not a machine frame: after a restore that would be another. */
uint64_t pv_guard_of(uint64_t raw)
{
    if (!pv_kernel.guard_pages || !(raw & PTE_P) ||
        (raw & PTE_U && !(raw & PTE_XEN_KERNEL)))
        return raw;
    return (pv_entry_to_physical(raw) & ~PTE_P) | PTE_GUARD;
}

static void close_one(struct open *o)
{
    if (!o->entry)
        return;
    pv_batch_store(o->entry, o->guard | (*o->entry & (PTE_A | PTE_D)), 1);
    o->entry = NULL;
    pv_xen_guards_open--;
}

/* All, and no CPU can use one any more. */
void pv_guard_close(void)
{
    struct mmuext_op op = { .cmd = MMUEXT_TLB_FLUSH_ALL };
    unsigned long flags = pv_mmu_enter();

    if (pv_xen_guards_open) {
        for (unsigned i = 0; i < OPEN; i++)
            close_one(&open[i]);
        pv_batch_flush();
        pv_xen_ok(hypercall_mmuext_op(&op, 1, NULL, DOMID_SELF),
                  "mmuext_op TLB_FLUSH_ALL", 0, 0, "nothing: it cannot fail");
    }
    pv_mmu_leave(flags);
}

/* The kernel has written the entry: what it was is forgotten. */
void pv_guard_forget(const uint64_t *entry)
{
    uint64_t place = pv_xen_guards_open ? pv_machine_address(entry) : 0;

    for (unsigned i = 0; pv_xen_guards_open && i < OPEN; i++)
        if (open[i].entry && pv_machine_address(open[i].entry) == place) {
            open[i].entry = NULL;
            pv_xen_guards_open--;
        }
}

static void open_guard(uint64_t *entry)
{
    struct open *o = &open[next++ % OPEN];
    uint64_t value = (*entry & ~PTE_GUARD) | PTE_P;
    unsigned long pfn = (value & PTE_ADDRESS) >> PAGE_SHIFT;

    if (pv_xen_frames[pfn].flags & FRAME_READ_ONLY)
        value &= ~PTE_W;
    close_one(o);
    o->entry = entry;
    o->guard = *entry;
    pv_xen_guards_open++;
    pv_batch_store(entry, pv_entry_to_machine(value), 1);
    pv_batch_flush();
}

/* A page fault on its way to the kernel. True: the kernel touched a guard
 * page, which it may, so it goes on. User mode's touch is the kernel's to
 * know of, and looks to it as on the machine: there, and not for user mode. */
bool pv_guard_fault(struct watched_frame *frame)
{
    unsigned long flags;
    uint64_t *entry;
    bool opened = false;

    if (!pv_kernel.guard_pages || frame->error & FAULT_PRESENT)
        return false;
    flags = pv_mmu_enter();
    entry = pv_l1_entry(this_vcpu()->arch.cr2);
    if (entry && *entry & PTE_P && !(frame->cs & 3) && pv_xen_guards_open) {
        opened = true; /* another CPU has opened it meanwhile */
    } else if (entry && !(*entry & PTE_P) && *entry & PTE_GUARD) {
        frame->error |= FAULT_PRESENT;
        opened = !(frame->cs & 3);
        if (opened)
            open_guard(entry);
    }
    pv_mmu_leave(flags);
    return opened;
}
