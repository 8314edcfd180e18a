// SPDX-License-Identifier: MIT
/*
 * multicall: many hypercalls in one. Each entry's result goes back into the
 * guest's array, so that an entry that fails does not hide the others'.
 *
 * The rule: an entry may leave the guest in another mode (iret); what follows
 * would then act for user mode, so the batch ends there.
 */
#include <xen/xen.h>

#include "core/cpu.h"
#include "core/guest_access.h"
#include "core/hypercall.h"
#include "core/vcpu.h"

/* How often a batch asks whether something else should run. */
#define CALLS_BETWEEN_POLLS 8

/* One entry at LIST: 0, a negative errno, or 1 to be called again. */
static int run_entry(gva_t list)
{
    struct cpu *cpu = this_cpu();
    struct multicall_entry entry;
    gva_t result = GVA(list.a + offsetof(struct multicall_entry, result));
    uint64_t args[6];
    unsigned int i;
    bool again;

    if (get_guest(entry, list))
        return refuse(RULE_BAD_POINTER, -EFAULT, list.a, 0);
    for (i = 0; i < ARRAY_SIZE(args); i++)
        args[i] = entry.args[i];
    cpu->call = &entry;
    cpu->call_continues = false;
    entry.result = (xen_ulong_t)hypercall_dispatch(entry.op, args);
    cpu->call = NULL;
    again = cpu->call_continues;
    cpu->call_continues = false;
    if (again ? put_guest(list, entry) : put_guest(result, entry.result))
        return refuse(RULE_BAD_POINTER, -EFAULT, list.a, 0);
    return again;
}

HYPERCALL(multicall)
{
    gva_t list = GVA(a1);
    uint64_t left = (uint32_t)a2;
    const struct vcpu *v = current;

    if (this_cpu()->call)
        return refuse(RULE_MULTICALL_NESTED, -EINVAL, 0, 0);
    if (!guest_range_ok(list, left * sizeof(struct multicall_entry)))
        return refuse(RULE_BAD_POINTER, -EFAULT, list.a, 0);

    while (left) {
        int rc = run_entry(list);

        if (rc < 0)
            return rc;
        if (!v->hot.kernel_mode)
            return (long)guest_regs()->rax;
        if (!rc) {
            list = guest_element(list, 1, sizeof(struct multicall_entry));
            left--;
        }
        if (rc || (left && left % CALLS_BETWEEN_POLLS == 0 &&
                   preempt_pending()))
            return continue_hypercall(__HYPERVISOR_multicall, 2, list.a, left);
    }
    return 0;
}
