// SPDX-License-Identifier: MIT
/*
 * callback_op and set_callbacks: what can be registered, what is refused, what
 * cannot be taken back.
 *
 * conform: reference dom0 domU
 * requires: CB-1 CB-2 CB-3 CB-4
 */
#include "conform.h"

#define NOT_CANONICAL 0x8000000000000000

static long set(uint16_t type, uint16_t flags, unsigned long address)
{
    struct callback_register c = {type, flags, address};

    return hypercall_callback_op(CALLBACKOP_register, &c);
}

static long unset(uint16_t type)
{
    struct callback_unregister c = {type, 0};

    return hypercall_callback_op(CALLBACKOP_unregister, &c);
}

void test(void)
{
    static const uint16_t types[] = {CALLBACKTYPE_event, CALLBACKTYPE_failsafe,
                                     CALLBACKTYPE_syscall, CALLBACKTYPE_nmi,
                                     CALLBACKTYPE_syscall32,
                                     CALLBACKTYPE_sysenter};
    unsigned long at = entry_address(ENTRY_NMI);

    for (unsigned int i = 0; i < sizeof(types) / sizeof(*types); i++) {
        works(set(types[i], 0, at), "type %u is registered", types[i]);
        works(set(types[i], CALLBACKF_mask_events, at), "with mask_events");
        refused(set(types[i], 0, NOT_CANONICAL), XEN_EINVAL,
                "an address that is not canonical");
    }
    works(unset(CALLBACKTYPE_nmi), "the NMI callback is unregistered");
    refused(unset(CALLBACKTYPE_event), XEN_EINVAL, "not the event callback");
    refused(unset(CALLBACKTYPE_failsafe), XEN_EINVAL, "nor the failsafe one");
    refused(unset(CALLBACKTYPE_syscall), XEN_EINVAL, "nor the syscall one");
    refused(unset(CALLBACKTYPE_syscall32), XEN_EINVAL, "nor syscall32");
    refused(unset(CALLBACKTYPE_sysenter), XEN_EINVAL, "nor sysenter");
    refused(unset(99), XEN_ENOSYS, "nor a type that is not");
    refused(set(99, 0, at), XEN_ENOSYS, "no such type to register");
    refused(set(99, 0, NOT_CANONICAL), XEN_EINVAL,
            "the address is looked at first");
    refused(set(CALLBACKTYPE_sysenter_deprecated, 0, at), XEN_ENOSYS,
            "nor the deprecated one");
    refused(hypercall_callback_op(9, NULL), XEN_ENOSYS, "no such operation");
    refused(hypercall_callback_op(CALLBACKOP_register, (void *)1), XEN_EFAULT,
            "a structure that is not mapped");

    works(hypercall_set_callbacks(entry_address(ENTRY_EVENT),
                                  entry_address(ENTRY_FAILSAFE),
                                  entry_address(ENTRY_SYSCALL)),
          "set_callbacks sets three at once");
    works(hypercall_set_callbacks(NOT_CANONICAL, NOT_CANONICAL, NOT_CANONICAL),
          "and does not say that it leaves out bad addresses");
    events_init();
    hypercall_set_timer_op(now() + 1000000);
    works(hypercall_sched_op(SCHEDOP_block, NULL), "an event");
    check_equal(vcpu->evtchn_upcall_mask, 0, "goes to the old address");
}
