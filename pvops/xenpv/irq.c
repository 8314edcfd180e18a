// SPDX-License-Identifier: MIT
/*
 * The interrupt flag is a byte that is shared with Xen: not zero holds events
 * back. The rule that sti keeps by itself and this must keep by hand: whoever
 * lets events in looks whether one came meanwhile, and has it delivered.
 */
#include "xenpv.h"

#include <pvsdk/barrier.h>
#include <xen/sched.h>
#include <xen/version.h>

#define FLAGS_ALWAYS 2ul
#define FLAGS_IF 0x200ul

/* Any hypercall delivers what is pending on its way back. */
void pv_xen_force_upcall(void)
{
    hypercall_xen_version(XENVER_version, NULL);
}

void pv_xenpv_irq_disable(void)
{
    this_vcpu()->evtchn_upcall_mask = 1;
    xen_barrier();
}

void pv_xenpv_irq_enable(void)
{
    struct vcpu_info *vcpu = this_vcpu();

    xen_barrier();
    xen_write_once(vcpu->evtchn_upcall_mask, 0);
    xen_mb();
    if (xen_read_once(vcpu->evtchn_upcall_pending))
        pv_xen_force_upcall();
}

unsigned long pv_xenpv_read_flags(void)
{
    return FLAGS_ALWAYS | (this_vcpu()->evtchn_upcall_mask ? 0 : FLAGS_IF);
}

unsigned long pv_xenpv_irq_save(void)
{
    unsigned long flags = pv_xenpv_read_flags();

    pv_xenpv_irq_disable();
    return flags;
}

void pv_xenpv_irq_restore(unsigned long flags)
{
    if (flags & FLAGS_IF)
        pv_xenpv_irq_enable();
    else
        pv_xenpv_irq_disable();
}

/* Xen clears the mask itself, and does not block if an event is pending. */
void pv_xenpv_safe_halt(void)
{
    static bool said;

    if (!pv_clock_is_armed() && !said) {
        said = true;
        pv_report("hlt with no timer armed: only input can end it");
    }
    pv_xen_ok(hypercall_sched_op(SCHEDOP_block, NULL), "sched_op block", 0, 0,
           "nothing: it cannot fail");
}

void pv_xenpv_halt(void)
{
    if (this_vcpu()->evtchn_upcall_mask) {
        pv_report("hlt with interrupts held back: nothing can end it");
        pv_xenpv_shutdown(PV_CRASH);
    }
    pv_xenpv_safe_halt();
}

/* From entry.S: the kernel's handler to go on with, or 0 for none. */
unsigned long pv_xen_upcall(void)
{
    int vector;

    xen_write_once(this_vcpu()->evtchn_upcall_pending, 0);
    pv_event_run_pending();
    vector = pv_i8259_take();
    return vector < 0 ? 0 : pv_xen_trap_handlers[vector];
}

void pv_raise_line(int line)
{
    pv_i8259_raise(line);
}

void pv_xen_failsafe(void)
{
    pv_fatal("Xen could not load a segment or return: a selector that is not "
             "in the GDT, or a bad return frame");
}
