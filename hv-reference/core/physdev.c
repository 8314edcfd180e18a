// SPDX-License-Identifier: MIT
/*
 * physdev_op, for domains that have no physical device: what kernels call
 * whether they have one or not.
 */
#include <xen/physdev.h>

#include "core/cpu.h"
#include "core/guest_access.h"
#include "core/hypercall.h"
#include "core/vcpu.h"

#define MAX_IOPL  3
#define NR_PORTS  65536

/* Without a port behind any of its bits, a bitmap needs no keeping. */
static long set_iobitmap(gva_t arg)
{
    struct physdev_set_iobitmap op;

    if (get_guest(op, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    if (op.nr_ports > NR_PORTS)
        return refuse(RULE_BAD_ARGUMENT, -EINVAL, op.nr_ports, NR_PORTS);
    return 0;
}

static long set_iopl(struct vcpu *v, gva_t arg)
{
    struct physdev_set_iopl op;

    if (get_guest(op, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    if (op.iopl > MAX_IOPL)
        return refuse(RULE_NO_SUCH_IOPL, -EINVAL, op.iopl, 0);
    v->hot.iopl = (uint8_t)op.iopl;
    return 0;
}

HYPERCALL(physdev_op)
{
    switch (a1) {
    case PHYSDEVOP_set_iopl:
        return set_iopl(current, GVA(a2));
    case PHYSDEVOP_set_iobitmap:
        return set_iobitmap(GVA(a2));
    default:
        return refuse(RULE_NO_SUCH_COMMAND, -ENOSYS, a1, 0);
    }
}
