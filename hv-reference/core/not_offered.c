// SPDX-License-Identifier: MIT
/*
 * Hypercalls that Xen has and this hypervisor answers as Xen does where the
 * facility behind them is switched off.
 */
#include "core/cpu.h"
#include "core/hypercall.h"

/* Performance counters of guests are off by default on Xen, too. */
HYPERCALL(xenpmu_op)
{
    return refuse(RULE_NOT_OFFERED, -EOPNOTSUPP, a1, 0);
}
