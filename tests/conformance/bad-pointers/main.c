// SPDX-License-Identifier: MIT
/*
 * Operations whose argument cannot be read, or whose answer cannot be written:
 * EFAULT, before anything else is looked at.
 *
 * conform: reference dom0 domU
 * requires: CALL-6 CALL-7 VCPU-11
 * vcpus: 2
 */
#include "conform.h"

#include <xen/grant_table.h>
#include <xen/physdev.h>

#define NOWHERE ((void *)1)

struct op {
    const char *name;
    unsigned int command;
};
#define OP(prefix, name) {#name, prefix##_##name}

static const struct op event_ops[] = {
    OP(EVTCHNOP, bind_interdomain), OP(EVTCHNOP, bind_virq),
    OP(EVTCHNOP, close),            OP(EVTCHNOP, send),
    OP(EVTCHNOP, status),           OP(EVTCHNOP, alloc_unbound),
    OP(EVTCHNOP, bind_ipi),         OP(EVTCHNOP, bind_vcpu),
    OP(EVTCHNOP, unmask),           OP(EVTCHNOP, reset),
    OP(EVTCHNOP, init_control),     OP(EVTCHNOP, expand_array),
    OP(EVTCHNOP, set_priority),
};
static const struct op grant_ops[] = {
    OP(GNTTABOP, map_grant_ref),     OP(GNTTABOP, unmap_grant_ref),
    OP(GNTTABOP, setup_table),       OP(GNTTABOP, transfer),
    OP(GNTTABOP, copy),              OP(GNTTABOP, query_size),
    OP(GNTTABOP, unmap_and_replace), OP(GNTTABOP, set_version),
    OP(GNTTABOP, get_status_frames), OP(GNTTABOP, get_version),
    OP(GNTTABOP, swap_grant_ref),    OP(GNTTABOP, cache_flush),
};
static const struct op vcpu_ops[] = {
    OP(VCPUOP, get_runstate_info),
    OP(VCPUOP, register_runstate_memory_area),
    OP(VCPUOP, register_vcpu_time_memory_area),
    OP(VCPUOP, set_periodic_timer),
    OP(VCPUOP, set_singleshot_timer),
    OP(VCPUOP, register_vcpu_info),
};
static const struct op memory_ops[] = {
    OP(XENMEM, exchange),           OP(XENMEM, maximum_reservation),
    OP(XENMEM, maximum_gpfn),       OP(XENMEM, remove_from_physmap),
    OP(XENMEM, get_vnumainfo),      OP(XENMEM, acquire_resource),
    OP(XENMEM, add_to_physmap_batch),
};
static const struct op sched_ops[] = {
    OP(SCHEDOP, shutdown),
    OP(SCHEDOP, shutdown_code),
    OP(SCHEDOP, poll),
    OP(SCHEDOP, watchdog),
};

#define EACH(ops, call)                                                        \
    for (const struct op *op = ops;                                            \
         op < ops + sizeof(ops) / sizeof(*ops); op++)                          \
    refused(call, XEN_EFAULT, "%s", op->name)

static void cannot_be_read(void)
{
    EACH(event_ops, hypercall_event_channel_op(op->command, NOWHERE));
    EACH(grant_ops, hypercall_grant_table_op(op->command, NOWHERE, 1));
    EACH(vcpu_ops, hypercall_vcpu_op(op->command, 0, NOWHERE));
    EACH(memory_ops, hypercall_memory_op(op->command, NOWHERE));
    EACH(sched_ops, hypercall_sched_op(op->command, NOWHERE));
    refused(hypercall_physdev_op(PHYSDEVOP_set_iobitmap, NOWHERE), XEN_EFAULT,
            "set_iobitmap");
}

/* Operations with an answer, in memory that can be read alone. */
static void cannot_be_written(void *page)
{
    static const unsigned int grants[] = {GNTTABOP_map_grant_ref,
                                          GNTTABOP_query_size,
                                          GNTTABOP_get_version, GNTTABOP_copy};
    struct xen_memory_domain *self = page;

    for (unsigned int i = 0; i < sizeof(grants) / sizeof(*grants); i++)
        refused(hypercall_grant_table_op(grants[i], page, 1), XEN_EFAULT,
                "the answer of grant operation %u", grants[i]);
    refused(hypercall_event_channel_op(EVTCHNOP_status, page), XEN_EFAULT,
            "a port's status");
    refused(hypercall_event_channel_op(EVTCHNOP_alloc_unbound, page), XEN_EFAULT,
            "the number of a new port");
    refused(hypercall_vcpu_op(VCPUOP_get_runstate_info, 0, page), XEN_EFAULT,
            "a runstate");
    refused(hypercall_memory_op(XENMEM_machphys_mapping, page), XEN_EFAULT,
            "where the M2P is");
    refused(hypercall_xen_version(XENVER_capabilities, page), XEN_EFAULT,
            "the capabilities");
    check(self->domid == DOMID_SELF, "nothing was written there");
}

/* Another vCPU's single-shot timer is its own business. */
static void other_vcpus(void)
{
    struct vcpu_set_singleshot_timer set = {0, 0};

    refused(hypercall_vcpu_op(VCPUOP_set_singleshot_timer, 40, &set),
            XEN_ENOENT, "the timer of a vCPU that is not");
    refused(hypercall_vcpu_op(VCPUOP_set_singleshot_timer, 1, &set),
            XEN_EINVAL, "the timer of another vCPU");
    refused(hypercall_vcpu_op(VCPUOP_stop_singleshot_timer, 1, NULL),
            XEN_EINVAL, "stopping that");
    refused(hypercall_vcpu_op(VCPUOP_stop_singleshot_timer, 40, NULL),
            XEN_ENOENT, "stopping it");
}

void test(void)
{
    domid_t *page = page_new();

    *page = DOMID_SELF;
    page_read_only(page);
    cannot_be_read();
    cannot_be_written(page);
    other_vcpus();
}
