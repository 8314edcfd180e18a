// SPDX-License-Identifier: MIT
/*
 * physdev_op, for domains that have no physical device: what kernels call
 * whether they have one or not.
 */
#include <xen/physdev.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/events/event.h"
#include "core/guest_access.h"
#include "core/hypercall.h"
#include "core/vcpu.h"

#define MAX_IOPL     3
#define NR_PORTS     65536
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

static long query_status(gva_t arg)
{
    struct physdev_irq_status_query query;

    if (get_guest(query, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    if (query.irq >= NR_PIRQS)
        return refuse(RULE_BAD_ARGUMENT, -EINVAL, query.irq, NR_PIRQS);
    query.flags = XENIRQSTAT_needs_eoi;
    return put_guest(arg, query) ? refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0)
                                 : 0;
}

/* Only a toolstack gives a domain interrupts, or takes them from it. */
static long refuse_pirq(domid_t id, unsigned int cmd)
{
    if (id != DOMID_SELF)
        return refuse_domain(id);
    return refuse(RULE_NOT_PRIVILEGED, -EPERM, cmd, 0);
}

/* What it would answer is written even where it is refused. */
static long map_pirq(gva_t arg)
{
    struct physdev_map_pirq op;
    long rc;

    if (get_guest(op, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    if (op.type == MAP_PIRQ_TYPE_MULTI_MSI && op.table_base)
        return refuse(RULE_BAD_ARGUMENT, -EINVAL, op.table_base, 0);
    rc = refuse_pirq(op.domid, PHYSDEVOP_map_pirq);
    return put_guest(arg, op) ? refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0)
                              : rc;
}

static long unmap_pirq(gva_t arg)
{
    struct physdev_unmap_pirq op;

    if (get_guest(op, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    return refuse_pirq(op.domid, PHYSDEVOP_unmap_pirq);
}

/* What is for who has devices: Xen reads an argument of SIZE, then refuses. */
static const struct {
    uint8_t size;
    int16_t error;
} refused[] = {
#define REFUSED(cmd, type, errno)                                              \
    [PHYSDEVOP_##cmd] = {sizeof(struct physdev_##type), -(errno)}
    REFUSED(eoi, eoi, EINVAL), /* of an interrupt that it does not have */
    REFUSED(apic_read, apic, EPERM),
    REFUSED(apic_write, apic, EPERM),
    REFUSED(alloc_irq_vector, irq, EPERM),
    REFUSED(manage_pci_add, manage_pci, EPERM),
    REFUSED(manage_pci_remove, manage_pci, EPERM),
    REFUSED(manage_pci_add_ext, manage_pci_ext, EPERM),
    REFUSED(pci_device_add, pci_device, EPERM),
    REFUSED(pci_device_remove, pci_device, EPERM),
    REFUSED(prepare_msix, pci_device, EPERM),
    REFUSED(release_msix, pci_device, EPERM),
    REFUSED(restore_msi, restore_msi, ENODEV),
    REFUSED(restore_msi_ext, pci_device, ENODEV),
    REFUSED(setup_gsi, setup_gsi, EPERM),
#undef REFUSED
    [PHYSDEVOP_pci_mmcfg_reserved] = {0, -EPERM},
    [PHYSDEVOP_dbgp_op] = {0, -EPERM},
};

static long refuse_device_op(unsigned int cmd, gva_t arg)
{
    uint8_t copy[64];

    if (cmd >= ARRAY_SIZE(refused) || !refused[cmd].error)
        return refuse(RULE_NO_SUCH_COMMAND, -ENOSYS, cmd, 0);
    if (refused[cmd].size && copy_from_guest(copy, arg, refused[cmd].size))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    return refuse(RULE_NOT_PRIVILEGED, refused[cmd].error, cmd, 0);
}

HYPERCALL(physdev_op)
{
    switch ((unsigned int)a1) {
    case PHYSDEVOP_set_iopl:
        return set_iopl(current, GVA(a2));
    case PHYSDEVOP_set_iobitmap:
        return set_iobitmap(current, GVA(a2));
    case PHYSDEVOP_irq_status_query:
        return query_status(GVA(a2));
    case PHYSDEVOP_IRQ_UNMASK_NOTIFY: /* none waits */
        return 0;
    case PHYSDEVOP_map_pirq:
        return map_pirq(GVA(a2));
    case PHYSDEVOP_unmap_pirq:
        return unmap_pirq(GVA(a2));
    default:
        return refuse_device_op((unsigned int)a1, GVA(a2));
    }
}
