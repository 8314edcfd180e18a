// SPDX-License-Identifier: MIT
/*
 * NMIs that a guest sends to its own vCPUs: a callback with a frame like an
 * exception's, whatever the upcall mask says, and not a second one before the
 * iret hypercall.
 *
 * conform: reference dom0 domU
 * requires: NMI-1 NMI-2 NMI-3 NMI-4 NMI-5 NMI-6 NMI-7 NMI-8
 * vcpus: 2
 */
#include "conform.h"

#include <xen/nmi.h>

static struct caught first, last;
static unsigned int nmis, nested;
static bool again; /* the handler sends another */

static long send_nmi(unsigned int to)
{
    return hypercall_vcpu_op(VCPUOP_send_nmi, to, NULL);
}

static bool on_nmi(struct trap_regs *regs, struct caught *caught)
{
    static unsigned int depth;

    (void)regs;
    if (!nmis)
        first = *caught;
    last = *caught;
    nmis++;
    nested += depth++ != 0;
    if (again) {
        again = false;
        works(send_nmi(0), "an NMI, sent from the handler,");
        hypercall_xen_version(XENVER_version, NULL);
        check_equal(nmis, 1, "waits while the handler runs");
    }
    depth--;
    return true;
}

static long set_callback(uint16_t flags)
{
    struct callback_register c = {CALLBACKTYPE_nmi, flags,
                                  entry_address(ENTRY_NMI)};

    return hypercall_callback_op(CALLBACKOP_register, &c);
}

static long nmi_op(unsigned int command, unsigned long address)
{
    struct xennmi_callback c = {.handler_address = address};

    return hypercall_nmi_op(command, &c);
}

static long take_back(void)
{
    struct callback_unregister c = {CALLBACKTYPE_nmi, 0};

    return hypercall_callback_op(CALLBACKOP_unregister, &c);
}

/* Without a handler it is gone, and does not come later. */
static void without_handler(void)
{
    works(send_nmi(0), "an NMI without a handler");
    works(set_callback(0), "a handler");
    hypercall_xen_version(XENVER_version, NULL);
    check_equal(nmis, 0, "does not get the one that came before it");
    refused(hypercall_vcpu_op(VCPUOP_send_nmi, 0, &first), XEN_EINVAL,
            "an argument");
    refused(send_nmi(5), XEN_ENOENT, "a vCPU that is not");
}

static void delivery(void)
{
    for (int mask = 1; mask >= 0; mask--) {
        nmis = 0;
        vcpu->evtchn_upcall_mask = mask;
        works(send_nmi(0), "an NMI with the upcall mask %d", mask);
        check_equal(nmis, 1, "comes at once");
        check_equal(first.saved_mask, mask, "the saved mask");
        check_equal(first.rflags & 0x200, mask ? 0 : 0x200, "IF");
        check_equal(first.upcall_mask, 1, "its handler runs masked");
        check_equal(vcpu->evtchn_upcall_mask, mask, "iret puts the mask back");
        check_equal(first.cs, FLAT_KERNEL_CS & ~3, "it came from the kernel");
        check_equal(first.frame_at, (first.rsp & ~15UL) - 7 * 8,
                    "its frame has no error code");
    }
    xen_events_disable(vcpu);
    nmis = 0;
    again = true;
    works(send_nmi(0), "one whose handler sends another");
    check_equal(nmis, 2, "that one comes after iret");
    check_equal(nested, 0, "not inside the first");
    check_equal(last.rip, first.rip, "and both at the same place");
}

static void user_code(uint64_t arg)
{
    *(volatile uint64_t *)arg = 1;
    __asm__ volatile("ud2");
}

static bool go_on(struct trap_regs *regs, struct caught *caught)
{
    (void)regs;
    (void)caught;
    return true;
}

/*
 * A handler that is left without the iret hypercall keeps NMIs back, until
 * some iret is made, wherever it goes to.
 */
static void until_iret(void)
{
    uint64_t ran = 0;
    struct caught c;

    trap_set_hook(ENTRY_NMI, NULL);
    check(traps(&c, send_nmi(0)), "a handler that is left without iret");
    works(send_nmi(0), "keeps the next one back");
    check(user_run(user_code, (uint64_t)&ran, &c), "iret to user mode");
    check_equal(c.entry, ENTRY_NMI, "lets it in");
    check_equal(ran, 0, "before the first instruction there");
    check_equal(c.cs, FLAT_USER_CS, "cs has RPL 3");
    check_equal(c.saved_mask, 0, "the saved mask");
    check_equal(c.frame_at, (uint64_t)kernel_stack_top - 7 * 8,
                "the frame is at the kernel stack's top");
    trap_set_hook(ENTRY_NMI, on_nmi);
    nmis = 0;
    works(send_nmi(0), "the next one");
    works(send_nmi(0), "and the next");
    check_equal(nmis, 0, "wait");
    trap_set_hook(3, go_on);
    __asm__ volatile("int3");
    check_equal(nmis, 1, "for the iret of any handler, and are one by then");
}

static volatile bool sent;

static void second(void)
{
    struct vcpu_runstate_info state;

    do {
        hypercall_sched_op(SCHEDOP_yield, NULL);
        hypercall_vcpu_op(VCPUOP_get_runstate_info, 0, &state);
    } while (state.state != RUNSTATE_blocked);
    sent = send_nmi(0) == 0;
}

static void wakes(void)
{
    uint64_t end = now() + 5000000000;

    events_init();
    nmis = 0;
    second_start(second);
    timer_at(end);
    works(hypercall_sched_op(SCHEDOP_block, NULL), "a sleep");
    xen_events_disable(vcpu);
    check(sent && now() < end, "ends by another vCPU's NMI");
    check_equal(nmis, 1, "which comes to its handler");
}

static void registering(void)
{
    struct trap_info table[2] = {
        {2, 0, FLAT_KERNEL_CS, entry_address(2)}, {0, 0, 0, 0}};
    struct caught c;

    works(nmi_op(XENNMI_unregister_callback, 0), "nmi_op takes it back");
    works(nmi_op(XENNMI_register_callback, entry_address(ENTRY_NMI)),
          "and registers");
    nmis = 0;
    works(send_nmi(0), "an NMI");
    check_equal(nmis, 1, "comes there");
    refused(nmi_op(XENNMI_register_callback, 0x8000000000000000), XEN_EINVAL,
            "an address that is not canonical");
    refused(hypercall_nmi_op(XENNMI_register_callback, (void *)1), XEN_EFAULT,
            "a structure that cannot be read");
    refused(nmi_op(7, 0), XEN_ENOSYS, "an unknown command");
    works(hypercall_set_trap_table(table), "vector 2 of the trap table");
    check(traps(&c, send_nmi(0)), "an NMI");
    check_equal(c.entry, 2, "comes there: it is the same handler");
    check_equal(c.upcall_mask, 1, "with the mask as it was");
    works(take_back(), "callback_op takes that back");
}

void test(void)
{
    user_init();
    trap_set_hook(ENTRY_NMI, on_nmi);
    without_handler();
    delivery();
    until_iret();
    wakes();
    registering();
}
