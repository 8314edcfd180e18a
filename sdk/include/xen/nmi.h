/* SPDX-License-Identifier: MIT */
/*
 * nmi_op(cmd, arg): non-maskable interrupts, for vCPU 0 of domain 0 when they
 * come from the machine, for any vCPU with VCPUOP_send_nmi.
 */
#ifndef __XEN_PUBLIC_NMI_H__
#define __XEN_PUBLIC_NMI_H__

#include "xen.h"

/* arch_shared_info.nmi_reason: bit numbers, and masks. The hypervisor sets
 * them, the handler clears what it has dealt with. */
#define _XEN_NMIREASON_io_error 0
#define XEN_NMIREASON_io_error  (xen_mk_ulong(1) << _XEN_NMIREASON_io_error)
#define _XEN_NMIREASON_pci_serr 1
#define XEN_NMIREASON_pci_serr  (xen_mk_ulong(1) << _XEN_NMIREASON_pci_serr)
#if __XEN_INTERFACE_VERSION__ < 0x00040300
#define _XEN_NMIREASON_parity_error 1
#define XEN_NMIREASON_parity_error                                             \
    (xen_mk_ulong(1) << _XEN_NMIREASON_parity_error)
#endif
#define _XEN_NMIREASON_unknown 2
#define XEN_NMIREASON_unknown  (xen_mk_ulong(1) << _XEN_NMIREASON_unknown)

#define XENNMI_register_callback   0
#define XENNMI_unregister_callback 1

#ifndef __ASSEMBLY__

struct xennmi_callback {
    unsigned long handler_address;
    unsigned long pad;
};
typedef struct xennmi_callback xennmi_callback_t;
DEFINE_XEN_GUEST_HANDLE(xennmi_callback_t);

#endif

#endif
