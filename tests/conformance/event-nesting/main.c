// SPDX-License-Identifier: MIT
/*
 * Upcalls nest only if the handler opens events, events that come meanwhile are
 * delivered by the iret that opens them again, and user mode is interrupted
 * too.
 *
 * conform: reference dom0 domU
 * requires: EVT-7 EVT-8 EVT-9
 */
#include "conform.h"

static evtchn_port_t first, second;
static unsigned int depth, deepest, count[2];
static bool open_inside;

static bool on_event(struct trap_regs *regs, struct caught *caught)
{
    xen_ulong_t words = 0;
    evtchn_port_t port;

    (void)regs;
    (void)caught;
    depth++;
    if (depth > deepest)
        deepest = depth;
    while ((port = xen_next_event(shared, vcpu, &words)) != 0) {
        count[port == second]++;
        if (port == first) {
            if (open_inside)
                xen_events_enable(vcpu);
            xen_port_send(second);
            if (!open_inside)
                break; /* the second one stays for the iret */
            xen_events_disable(vcpu);
        }
    }
    depth--;
    return true;
}

static volatile uint64_t *user_word;

static void user_spin(uint64_t arg)
{
    (void)arg;
    while (*user_word)
        ;
    __asm__ volatile("int3");
}

static bool in_user(struct trap_regs *regs, struct caught *caught)
{
    xen_ulong_t words = 0;

    (void)regs;
    while (xen_next_event(shared, vcpu, &words))
        ;
    if (*user_word) /* a later one would be of the kernel again */
        count[0] = caught->cs & 3;
    *user_word = 0;
    return true;
}

void test(void)
{
    static uint64_t word;
    struct caught c;

    first = bind_ipi();
    second = bind_ipi();
    trap_set_hook(ENTRY_EVENT, on_event);
    works(xen_port_unmask(first), "one port");
    works(xen_port_unmask(second), "another port");

    vcpu->evtchn_upcall_mask = 0;
    works(xen_port_send(first), "an event whose handler sends another one");
    check_equal(count[0], 1, "the first was handled");
    check_equal(count[1], 1, "and the second, by the iret of the first");
    check_equal(deepest, 1, "one after the other");

    open_inside = true;
    works(xen_port_send(first), "the same with events open in the handler");
    check_equal(count[0], 2, "the first was handled");
    check_equal(count[1], 2, "and the second");
    check_equal(deepest, 2, "inside the first");
    xen_events_disable(vcpu);

    user_init();
    user_word = &word;
    word = 1; /* here, for the upcall may come before user mode has run */
    trap_set_hook(ENTRY_EVENT, in_user);
    xen_port_unmask(bind_virq(VIRQ_TIMER));
    count[0] = 0;
    hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    works(timer_at(now() + 5000000), "a timer of 5 ms");
    check(user_run(user_spin, 0, &c),
          "user mode spins until an upcall ends it");
    check_equal(c.entry, 3, "and goes on where it was");
    check_equal(count[0], 3, "the upcall's frame says that it was user mode");
}
