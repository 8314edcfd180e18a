// SPDX-License-Identifier: MIT
/*
 * The iret hypercall: from the guest's kernel to whatever its stack says, in
 * user mode or in kernel mode.
 *
 * Rule: whatever the guest asks for, it runs in ring 3 with interrupts on and
 * I/O privilege 0, and user mode runs on user page tables.
 */
#include <xen/xen.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/guest_access.h"
#include "core/hypercall.h"
#include "core/processor/traps.h"
#include "core/vcpu.h"

static void load_frame(struct vcpu *v, struct guest_regs *regs,
                       const struct iret_context *frame)
{
    regs->rip = frame->rip;
    regs->cs = (frame->cs & 0xffff) | 3;
    regs->rflags = (frame->rflags & ~(FLAG_IOPL | FLAG_VM)) | FLAG_IF |
                   FLAG_ONE;
    regs->rsp = frame->rsp;
    regs->ss = (frame->ss & 0xffff) | 3;
    if (v->domain->vm_assist & 1u << VMASST_TYPE_architectural_iopl)
        v->hot.iopl = (frame->rflags & FLAG_IOPL) >> 12;
    v->hot.info->evtchn_upcall_mask = !(frame->rflags & FLAG_IF);
    vcpu_open_nmi(v);

    if (!(frame->flags & VGCF_in_syscall)) {
        regs->vector = 0;
        regs->r11 = frame->r11;
        regs->rcx = frame->rcx;
        return;
    }
    /* As SYSRET goes there: whatever selectors the frame has, flat ones. */
    if (is_canonical(regs->rip)) {
        regs->ss = SEL_GUEST_DS;
        if (regs->cs != SEL_GUEST_CS32)
            regs->cs = SEL_GUEST_CS64;
    }
    if (regs->cs != SEL_GUEST_CS64) {
        regs->vector = 0; /* as SYSRET to 32-bit code would leave them */
        regs->r11 = regs->rflags;
        regs->rcx = regs->rip;
    }
}

HYPERCALL(iret)
{
    struct vcpu *v = current;
    struct guest_regs *regs = guest_regs();
    struct iret_context frame;

    if (get_guest(frame, GVA(regs->rsp))) {
        domain_crash(v->domain,
                     "the iret hypercall's frame at %#lx cannot be read",
                     regs->rsp);
        return 0;
    }
    if ((frame.cs & 3) == 3) {
        if (!v->hot.user_cr3) {
            domain_crash(v->domain,
                         "the iret hypercall goes to user mode at %#lx, and "
                         "the guest has set no user page tables",
                         frame.rip);
            return 0;
        }
        toggle_guest_mode(v);
    }
    load_frame(v, regs, &frame);
    return (long)frame.rax;
}
