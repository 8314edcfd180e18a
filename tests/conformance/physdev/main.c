// SPDX-License-Identifier: MIT
/*
 * physdev_op: what it refuses to everybody.
 *
 * conform: reference dom0 domU
 * requires: PRIV-7
 */
#include "conform.h"

void test(void)
{
    refused(hypercall_physdev_op(99, NULL), XEN_ENOSYS,
            "an operation that is not");
    refused(hypercall_physdev_op(PHYSDEVOP_set_iopl, (void *)1), XEN_EFAULT,
            "a structure that is not mapped");
    refused(
        hypercall_physdev_op(PHYSDEVOP_set_iopl, (void *)HYPERVISOR_VIRT_START),
        XEN_EFAULT, "a structure in the hypervisor's memory");
}
