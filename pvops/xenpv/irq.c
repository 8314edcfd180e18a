// SPDX-License-Identifier: MIT
/*
 * Waiting, and what an upcall does. The interrupt flag itself is in sites.S: a
 * byte that is shared with Xen, not zero holds events back. The rule that sti
 * keeps by itself and that must be kept by hand: whoever lets events in looks
 * whether one came meanwhile, and has it delivered.
 */
#include "xenpv.h"

#include <pvsdk/barrier.h>
#include <xen/sched.h>
#include <xen/version.h>

/* Any hypercall delivers what is pending on its way back. */
void pv_xen_force_upcall(void)
{
    hypercall_xen_version(XENVER_version, NULL);
}

#ifndef PV_RELEASE
/* Events are let in and one waits all the same. Either it is on its way this
 * moment, then it comes if one lets it; or whoever let events in did not look
 * what was pending, then it lies until the next hypercall. It can also be long
 * on its way, where the sender's CPU is a host's thread and has just been taken
 * away: so only several that lie, one after the other, are a mistake. */
#define LYING 3
void pv_xen_look_at_pending(unsigned long flags)
{
    static unsigned lying;

    if (!(flags & 0x200) || pv_boot_info.world != PV_WORLD_XEN_PV ||
        !this_vcpu()->evtchn_upcall_pending)
        return;
    xen_write_once(this_vcpu()->evtchn_upcall_mask, 0);
    for (int i = 0; i < 2000; i++) {
        if (!this_vcpu()->evtchn_upcall_pending)
            break;
        pv_pause();
    }
    if (!this_vcpu()->evtchn_upcall_pending)
        lying = 0;
    else if (lying < LYING && ++lying == LYING)
        pv_report("interrupts were let in without a look at what was pending, "
                  "and an event waits: use pv_irq_enable or pv_irq_restore");
    pv_xen_force_upcall();
    pv_ops.irq_disable();
}
#endif

/* Xen clears the mask itself, and does not block if an event is pending. */
void pv_xenpv_safe_halt(void)
{
    static bool said;

    if (!pv_clock_is_armed() && pv_xen_cpus_up == 1 && !said) {
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

/* What was interrupted between finding its CPU and using what it found begins
 * again: it may go on on another CPU. */
static void restart(struct upcall_frame *frame)
{
    for (unsigned i = 0; i < sizeof(pv_xen_restart) / sizeof(pv_xen_restart[0]);
         i++)
        if (frame->rip > (unsigned long)pv_xen_restart[i].start &&
            frame->rip < (unsigned long)pv_xen_restart[i].end)
            frame->rip = (unsigned long)pv_xen_restart[i].start;
}

/* From entry.S: the kernel's handler to go on with, or 0 for none. More than
 * one vector can wait: the rest comes when events are let in again. */
unsigned long pv_xen_upcall(struct upcall_frame *frame)
{
    struct vcpu_info *vcpu = this_vcpu();
    int vector;

    restart(frame);
    xen_write_once(vcpu->evtchn_upcall_pending, 0);
    pv_event_run_pending();
    vector = pv_ipi_take();
    if (vector >= 0)
        xen_write_once(vcpu->evtchn_upcall_pending, 1);
    else if (pv_xen_cpu() == 0)
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
