// SPDX-License-Identifier: MIT
/*
 * A look at faults of kernel mode on their way to the kernel's own handler:
 * an instruction that was left over from the bare machine, a store into a
 * table that Xen holds, a gate that user mode may not call. Each place is
 * said once; the fault goes on as it came.
 */
#include "xenpv.h"

#define FAULT_IDT 2 /* in a general protection fault's error code */
#define FAULT_WRITE 2 /* in a page fault's */

#ifndef PV_RELEASE
/* One or two opcode bytes behind any prefix; `group` is the modrm's middle
 * field where it tells, or -1. */
static const struct leftover {
    uint8_t bytes[2];
    int8_t group;
    const char *name, *instead;
} leftovers[] = {
#define LEFTOVER(first, second, group, name, instead)                         \
    { { first, second }, group, name, instead },
#include "leftovers.def"
};

static const struct leftover *leftover_at(const uint8_t *code)
{
    /* Prefixes: operand size, rep, REX. */
    while (*code == 0x66 || *code == 0xf3 || *code == 0xf2 ||
           (*code & 0xf0) == 0x40)
        code++;
    for (unsigned i = 0; i < sizeof(leftovers) / sizeof(leftovers[0]); i++) {
        const struct leftover *l = &leftovers[i];
        unsigned length = l->bytes[0] == 0x0f ? 2 : 1;

        if (code[0] != l->bytes[0] || (length == 2 && code[1] != l->bytes[1]))
            continue;
        if (l->group < 0 || (code[length] >> 3 & 7) == l->group)
            return l;
    }
    return NULL;
}

static bool said_before(unsigned long rip)
{
    static unsigned long places[16];
    static unsigned next;

    for (unsigned i = 0; i < 16; i++)
        if (places[i] == rip)
            return true;
    places[next++ % 16] = rip;
    return false;
}

static void look_at_protection(const struct watched_frame *f)
{
    const struct leftover *l;

    if (f->cs & 3) {
        if (f->error & FAULT_IDT && !said_before(f->rip))
            pv_report("int %x in user mode at %x: the gate's DPL is not 3",
                      f->error >> 3, f->rip);
        return;
    }
    l = leftover_at((const uint8_t *)f->rip);
    if (l && !said_before(f->rip))
        pv_report("a native %s at %x: a guest's kernel is not in ring 0; use "
                  "%s", l->name, f->rip, l->instead);
}

static void look_at_page_fault(const struct watched_frame *f)
{
    unsigned long address = this_vcpu()->arch.cr2, pfn;
    uint64_t *entry;

    if (f->cs & 3 || !(f->error & FAULT_WRITE))
        return;
    entry = pv_find_l1_entry(address);
    if (!entry)
        return;
    pfn = pv_mfn_to_pfn((*entry & PTE_ADDRESS) >> PAGE_SHIFT);
    if (pfn != NO_FRAME && pv_xen_frames[pfn].flags & FRAME_READ_ONLY &&
        !said_before(f->rip))
        pv_report("a store at %x to %x, which is a page-table or descriptor "
                  "page that Xen holds: write entries with pv_pte_store, and "
                  "release a top-level table before its pages are freed",
                  f->rip, address);
}

#endif

unsigned pv_xen_look_at_fault(struct watched_frame *frame)
{
    if (frame->vector == 14 && pv_guard_fault(frame))
        return 1;
#ifndef PV_RELEASE
    if (frame->vector == 13)
        look_at_protection(frame);
    else
        look_at_page_fault(frame);
#endif
    return 0;
}

/* What is on the stack depends on the vector, which is not known here: an
 * error code is there if the second word is a kernel's code selector. */
void pv_xen_early_trap(const unsigned long *stack)
{
    bool has_code = stack[1] != pv_xen_kernel_cs;

    pv_report("an exception at %x, error code %x, address %x, before the "
              "kernel loaded an IDT", stack[has_code],
              has_code ? stack[0] : 0, this_vcpu()->arch.cr2);
    pv_fatal("nobody handles it");
}

/* Called by entry.S on the way to user mode if something is to be done. */
unsigned long pv_xen_user_missing_of[PV_MAX_CPUS] = {
    USER_NO_TABLE | USER_NO_STACK,
};

/* Pages that only the kernel may use are closed. Another CPU may have given
 * the table that is loaded here its user part. */
void pv_xen_no_user_mode(void)
{
    pv_guard_close();
    if (pv_xen_user_missing && pv_xen_frames[pv_xen_l4].user_l4)
        pv_xenpv_write_cr3(pv_xen_l4 << PAGE_SHIFT);
    if (!pv_xen_user_missing)
        return;
    pv_fatal(pv_xen_user_missing & USER_NO_TABLE
                 ? "a return to user mode, and no entry of the loaded "
                   "top-level table is user mode's: slot below user_slots, U "
                   "bit set"
                 : "a return to user mode, and no kernel stack was ever set: "
                   "call pv_kernel_stack first");
}
