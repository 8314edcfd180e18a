// SPDX-License-Identifier: MIT
/*
 * The hypercalls by which a guest says where it wants to be entered:
 * set_trap_table, set_callbacks, callback_op, nmi_op, stack_switch.
 *
 * The NMI callback is vector 2 of the trap table: the later of the two ways to
 * set it counts.
 *
 * Rule: an entry address is canonical; whether it is sensible is the guest's
 * business, since it only ever runs in ring 3.
 */
#include <xen/callback.h>
#include <xen/nmi.h>
#include <xen/xen.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/guest_access.h"
#include "core/hypercall.h"
#include "core/lib.h"
#include "core/processor/traps.h"
#include "core/vcpu.h"

#define TRAP_FLAG_DPL  3 /* who may raise it by INT n */
#define TRAP_FLAG_MASK 4 /* events are masked in the handler */

HYPERCALL(set_trap_table)
{
    struct vcpu *v = current;
    gva_t row = GVA(a1);

    if (!a1) {
        memset(v->traps, 0, sizeof(v->traps));
        return 0;
    }
    for (;; row.a += sizeof(struct trap_info)) {
        struct trap_info info;

        /* A row may name any vector again: the array has no natural end. */
        if (preempt_pending())
            return continue_hypercall(__HYPERVISOR_set_trap_table, 1, row.a);
        if (get_guest(info, row))
            return refuse(RULE_BAD_POINTER, -EFAULT, row.a, 0);
        if (!info.address)
            return 0;
        if (!is_canonical(info.address))
            return refuse(RULE_NOT_CANONICAL, -EINVAL, info.address, 0);
        v->traps[info.vector] = (struct trap_gate){
            .entry = info.address,
            .cs = info.cs | 3,
            .dpl = info.flags & TRAP_FLAG_DPL,
            .mask_events = info.flags & TRAP_FLAG_MASK,
        };
    }
}

static struct callback *callback_of(struct vcpu *v, unsigned int type)
{
    switch (type) {
    case CALLBACKTYPE_event:
        return &v->hot.event;
    case CALLBACKTYPE_failsafe:
        return &v->hot.failsafe;
    case CALLBACKTYPE_syscall:
        return &v->hot.syscall;
    case CALLBACKTYPE_syscall32:
        return &v->hot.syscall32;
    case CALLBACKTYPE_sysenter:
        return &v->hot.sysenter;
    default:
        return NULL;
    }
}

static long register_callback(struct vcpu *v, unsigned int type,
                              uint64_t entry, unsigned int flags)
{
    struct callback *callback = callback_of(v, type);

    if (!is_canonical(entry))
        return refuse(RULE_NOT_CANONICAL, -EINVAL, entry, 0);
    if (type == CALLBACKTYPE_nmi) {
        v->traps[TRAP_NMI] = (struct trap_gate){
            .entry = entry, .cs = SEL_GUEST_CS64, .mask_events = true};
        return 0;
    }
    if (!callback)
        return refuse(RULE_NO_SUCH_CALLBACK, -ENOSYS, type, 0);
    callback->entry = entry;
    callback->mask_events = flags & CALLBACKF_mask_events;
    return 0;
}

/* Only the NMI's can be taken back. */
static long unregister_callback(struct vcpu *v, unsigned int type)
{
    switch (type) {
    case CALLBACKTYPE_nmi:
        v->traps[TRAP_NMI] = (struct trap_gate){0};
        return 0;
    case CALLBACKTYPE_event:
    case CALLBACKTYPE_failsafe:
    case CALLBACKTYPE_syscall:
    case CALLBACKTYPE_syscall32:
    case CALLBACKTYPE_sysenter:
        return refuse(RULE_CALLBACK_STAYS, -EINVAL, type, 0);
    default:
        return refuse(RULE_NO_SUCH_CALLBACK, -ENOSYS, type, 0);
    }
}

HYPERCALL(callback_op)
{
    struct callback_register reg;
    struct callback_unregister unreg;

    switch (a1) {
    case CALLBACKOP_register:
        if (get_guest(reg, GVA(a2)))
            return refuse(RULE_BAD_POINTER, -EFAULT, a2, 0);
        return register_callback(current, reg.type, reg.address, reg.flags);
    case CALLBACKOP_unregister:
        if (get_guest(unreg, GVA(a2)))
            return refuse(RULE_BAD_POINTER, -EFAULT, a2, 0);
        return unregister_callback(current, unreg.type);
    default:
        return refuse(RULE_NO_SUCH_COMMAND, -ENOSYS, a1, 0);
    }
}

/* The older form: each that can be registered is, and the result is 0. */
HYPERCALL(set_callbacks)
{
    struct vcpu *v = current;

    register_callback(v, CALLBACKTYPE_event, a1, 0);
    register_callback(v, CALLBACKTYPE_failsafe, a2, 0);
    register_callback(v, CALLBACKTYPE_syscall, a3, 0);
    return 0;
}

HYPERCALL(nmi_op)
{
    struct xennmi_callback callback;
    struct vcpu *v = current;

    switch (a1) {
    case XENNMI_register_callback:
        if (get_guest(callback, GVA(a2)))
            return refuse(RULE_BAD_POINTER, -EFAULT, a2, 0);
        return register_callback(v, CALLBACKTYPE_nmi,
                                 callback.handler_address, 0);
    case XENNMI_unregister_callback:
        return unregister_callback(v, CALLBACKTYPE_nmi);
    default:
        return refuse(RULE_NO_SUCH_COMMAND, -ENOSYS, a1, 0);
    }
}

HYPERCALL(stack_switch)
{
    struct vcpu *v = current;

    v->hot.kernel_ss = a1 | 3;
    v->hot.kernel_sp = a2;
    return 0;
}
