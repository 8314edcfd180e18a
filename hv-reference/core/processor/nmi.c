// SPDX-License-Identifier: MIT
/*
 * NMIs that a guest sends to its own vCPUs. One can wait at a time. It comes on
 * the way out, whatever the upcall mask says; while its handler runs the next
 * one waits, until the guest makes the iret hypercall, from wherever. Without a
 * handler in vector 2 of the trap table it is lost.
 */
#include "core/cpu.h"
#include "core/processor/traps.h"
#include "core/sched.h"
#include "core/vcpu.h"
#include "explain/log.h"

/* The way out looks for NMIs only if it has work. */
static void ask_way_out(void)
{
    this_cpu()->work |= CPU_WORK_RESCHED;
}

void vcpu_send_nmi(struct vcpu *v)
{
    v->nmi_pending = true;
    vcpu_unpause(v, VCPU_PAUSED_BLOCKED | VCPU_PAUSED_POLLING);
    ask_way_out();
}

void vcpu_open_nmi(struct vcpu *v)
{
    v->nmi_masked = false;
    if (v->nmi_pending)
        ask_way_out();
}

void deliver_nmi(struct guest_regs *regs)
{
    struct vcpu *v = current;

    if (!v->nmi_pending || v->nmi_masked)
        return;
    v->nmi_pending = false;
    if (!v->traps[TRAP_NMI].entry) {
        log_line("an NMI for vCPU %u is lost: the guest has no handler for it",
                 v->id);
        return;
    }
    v->nmi_masked = true;
    inject_trap(regs, TRAP_NMI, 0);
}
