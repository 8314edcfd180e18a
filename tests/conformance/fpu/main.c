// SPDX-License-Identifier: MIT
/*
 * FPU registers are the guest's own: calls, upcalls and time given away keep
 * them.
 *
 * conform: reference dom0 domU
 * requires: PRIV-8
 */
#include "conform.h"

void test(void)
{
    static const uint64_t pattern[2] = {0x1122334455667788, 0x99aabbccddeeff00};
    static uint64_t found[2];
    static uint32_t csr, ours = 0x3f80;

    events_init();
    __asm__ volatile("movups %0, %%xmm7; ldmxcsr %1" ::"m"(pattern), "m"(ours));
    hypercall_xen_version(XENVER_version, NULL);
    hypercall_sched_op(SCHEDOP_yield, NULL);
    hypercall_set_timer_op(now() + 10000000);
    hypercall_sched_op(SCHEDOP_block, NULL);
    __asm__ volatile("movups %%xmm7, %0; stmxcsr %1" : "=m"(found), "=m"(csr));
    xen_events_disable(vcpu);
    check(found[0] == pattern[0] && found[1] == pattern[1],
          "xmm7 is kept over a call, a yield, and a sleep");
    check_equal(csr, ours, "so is mxcsr");
}
