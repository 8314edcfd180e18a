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
#define BITMAP_BYTES (NR_PORTS / 8)

/*
 * Where the kernel keeps what ports its present program may use. No port is
 * behind any bit; but one that is allowed reads as ones, and others fault.
 */
static long set_iobitmap(struct vcpu *v, gva_t arg)
{
    struct physdev_set_iobitmap op;

    if (get_guest(op, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    if (op.nr_ports > NR_PORTS)
        return refuse(RULE_BAD_ARGUMENT, -EINVAL, op.nr_ports, NR_PORTS);
    if (!guest_range_ok(GVA((uintptr_t)op.bitmap.p), BITMAP_BYTES))
        return refuse(RULE_BAD_POINTER, -EINVAL, (uintptr_t)op.bitmap.p, 0);
    v->port_bitmap = GVA((uintptr_t)op.bitmap.p);
    v->bitmap_ports = op.nr_ports;
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
        return set_iobitmap(current, GVA(a2));
    default:
        return refuse(RULE_NO_SUCH_COMMAND, -ENOSYS, a1, 0);
    }
}
