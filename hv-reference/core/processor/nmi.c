// SPDX-License-Identifier: MIT
/*
 * NMIs that a guest sends to its own vCPUs. One can wait at a time. It comes on
 * the way out, whatever the upcall mask says; while its handler runs the next
 * one waits, until the guest makes the iret hypercall, from wherever. Without a
 * handler in vector 2 of the trap table it is lost.
 */
#include "core/cpu.h"
#include "core/processor/traps.h"
#include "core/scheduler/sched.h"
#include "core/vcpu.h"
#include "explain/log.h"

void vcpu_send_nmi(struct vcpu *v)
{
    __atomic_store_n(&v->nmi_pending, true, __ATOMIC_SEQ_CST);
    vcpu_wake(v);
    vcpu_reschedule(v); /* the way out looks for NMIs only if it has work */
}

void vcpu_open_nmi(struct vcpu *v)
{
    v->nmi_masked = false;
    if (read_once(v->nmi_pending))
        ask_for_work(CPU_WORK_RESCHED);
}

void deliver_nmi(struct guest_regs *regs)
{
    struct vcpu *v = current;

    if (!read_once(v->nmi_pending) || v->nmi_masked)
        return;
    write_once(v->nmi_pending, false);
    if (!v->traps[TRAP_NMI].entry) {
        log_line("an NMI for vCPU %u is lost: the guest has no handler for it",
                 v->id);
        return;
    }
    v->nmi_masked = true;
    inject_trap(regs, TRAP_NMI, 0);
}
