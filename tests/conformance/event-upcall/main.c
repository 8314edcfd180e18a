// SPDX-License-Identifier: MIT
/*
 * An event's way: the port's pending bit, the word's bit, the vCPU's flag, the
 * upcall and its frame; masks hold it back, and what is held back comes later.
 *
 * conform: reference dom0 domU
 * requires: EVT-1 EVT-2 EVT-3 EVT-4 EVT-5 EVT-6
 */
#include "conform.h"

static struct caught seen;
static unsigned int upcalls;

static bool on_event(struct trap_regs *regs, struct caught *caught)
{
    (void)regs;
    seen = *caught;
    upcalls++;
    vcpu->evtchn_upcall_pending = 0;
    vcpu->evtchn_pending_sel = 0;
    return true;
}

/* A call that changes nothing; what is pending is delivered on its way back. */
static void poke(void)
{
    hypercall_xen_version(XENVER_version, NULL);
}

void test(void)
{
    evtchn_port_t port = bind_ipi();

    trap_set_hook(ENTRY_EVENT, on_event);
    xen_port_mask(shared, port);
    check(!xen_test_bit(port, shared->evtchn_pending),
          "a new port is not pending");

    works(xen_port_send(port), "sending to a masked port");
    check(xen_test_bit(port, shared->evtchn_pending), "sets its pending bit");
    check_equal(vcpu->evtchn_upcall_pending, 0, "and nothing else");
    xen_events_disable(vcpu);
    works(xen_port_unmask(port), "unmasking it");
    check(!xen_test_bit(port, shared->evtchn_mask), "clears the mask bit");
    check_equal(vcpu->evtchn_upcall_pending, 1, "and raises the upcall");
    check_equal(vcpu->evtchn_pending_sel >> (port / 64) & 1, 1,
                "with the word's bit in pending_sel");
    poke();
    check_equal(upcalls, 0, "which the upcall mask holds back");

    vcpu->evtchn_upcall_mask = 0;
    poke();
    check_equal(upcalls, 1, "with the mask clear, the next call delivers it");
    check_equal(seen.upcall_mask, 1, "the upcall runs with events masked");
    check_equal(seen.saved_mask, 0, "the saved mask is 0");
    check_equal(seen.cs, FLAT_KERNEL_CS & ~3, "it came from the kernel");
    check_equal(seen.rflags & 0x200, 0x200, "IF is set in the frame");
    check_equal(vcpu->evtchn_upcall_mask, 0, "iret opens events again");

    poke();
    check_equal(upcalls, 1, "without a new event there is no upcall");
    works(xen_port_send(port), "sending while the pending bit is still set");
    check_equal(upcalls, 1, "is no new event");
    xen_test_and_clear_bit(port, shared->evtchn_pending);
    works(xen_port_send(port), "sending after it was cleared");
    check_equal(upcalls, 2, "is delivered on the way back of the call itself");
    xen_port_mask(shared, port);
    xen_test_and_clear_bit(port, shared->evtchn_pending);
    works(xen_port_send(port), "sending to the port, masked by its bit");
    check_equal(upcalls, 2, "makes no upcall");
    xen_events_disable(vcpu);
}
