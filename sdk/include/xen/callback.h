/* SPDX-License-Identifier: MIT */
/*
 * callback_op(cmd, arg): where the hypervisor enters the guest's kernel for
 * what is not an exception.
 */
#ifndef __XEN_PUBLIC_CALLBACK_H__
#define __XEN_PUBLIC_CALLBACK_H__

#include "xen.h"

#define CALLBACKOP_register   0
#define CALLBACKOP_unregister 1 /* -EINVAL for event and failsafe */

/* callback_register.type */
#define CALLBACKTYPE_event               0 /* the upcall */
#define CALLBACKTYPE_failsafe            1 /* a return that faulted */
#define CALLBACKTYPE_syscall             2 /* user mode's `syscall` */
#define CALLBACKTYPE_sysenter_deprecated 3
#define CALLBACKTYPE_nmi                 4
#define CALLBACKTYPE_sysenter            5
#define CALLBACKTYPE_syscall32           7 /* from compatibility mode */
#if __XEN_INTERFACE_VERSION__ < 0x00030207
#undef CALLBACKTYPE_sysenter
#define CALLBACKTYPE_sysenter CALLBACKTYPE_sysenter_deprecated
#endif

/* callback_register.flags: enter with evtchn_upcall_mask set. The event
 * callback does so always. */
#define _CALLBACKF_mask_events 0
#define CALLBACKF_mask_events  (xen_mk_uint(1) << _CALLBACKF_mask_events)

#ifndef __ASSEMBLY__

struct callback_register {
    uint16_t type;
    uint16_t flags;
    xen_callback_t address; /* canonical, or -EINVAL */
};
typedef struct callback_register callback_register_t;
DEFINE_XEN_GUEST_HANDLE(callback_register_t);

struct callback_unregister {
    uint16_t type;
    uint16_t _unused;
};
typedef struct callback_unregister callback_unregister_t;
DEFINE_XEN_GUEST_HANDLE(callback_unregister_t);

#endif /* !__ASSEMBLY__ */

#endif
