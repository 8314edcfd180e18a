// SPDX-License-Identifier: MIT
/*
 * Debug registers: breakpoints in the guest's memory work, those in the
 * hypervisor's are refused.
 *
 * conform: reference dom0 domU
 * requires: DBG-1 DBG-2 DBG-3
 */
#include "conform.h"

extern char break_here[];

static volatile uint64_t watched;

void test(void)
{
    struct caught c;

    works(hypercall_set_debugreg(0, (unsigned long)break_here), "dr0");
    check_equal(hypercall_get_debugreg(0), break_here, "reads back");
    works(hypercall_set_debugreg(1, (unsigned long)&watched), "dr1");
    works(hypercall_set_debugreg(7, 0x00d00705),
          "dr7: dr0 on execution, dr1 on writing");
    check(traps(&c, __asm__ volatile("break_here: nop")), "execution traps");
    check_equal(c.entry, 1, "to vector 1");
    check_equal(c.rip, break_here, "at the instruction");
    check_equal(hypercall_get_debugreg(6) & 0xf, 1, "dr6 says dr0");
    check(traps(&c, watched = 5), "a write traps");
    check_equal(c.entry, 1, "to vector 1");
    check_equal(hypercall_get_debugreg(6) >> 1 & 1, 1, "dr6 says dr1");
    works(hypercall_set_debugreg(7, 0), "dr7: off");
    check(!traps(&c, watched = 6), "no trap any more");

    refused(hypercall_set_debugreg(0, HYPERVISOR_VIRT_START + 0x1000),
            XEN_EPERM, "a breakpoint in the hypervisor");
    refused(hypercall_set_debugreg(0, 0x8000000000000000), XEN_EPERM,
            "one that is not canonical");
    refused(hypercall_set_debugreg(9, 0), XEN_ENODEV, "a register that is not");
    check_equal(hypercall_get_debugreg(0), break_here, "dr0 is what it was");
}
