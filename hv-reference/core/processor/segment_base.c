// SPDX-License-Identifier: MIT
/*
 * set_segment_base and fpu_taskswitch: what a bare-metal kernel does with
 * WRMSR, with MOV to GS and with CR0.TS.
 */
#include <xen/xen.h>

#include "core/cpu.h"
#include "core/hw.h"
#include "core/hypercall.h"
#include "core/vcpu.h"

static long set_base(enum hw_base which, uint64_t base)
{
    if (!is_canonical(base))
        return refuse(RULE_NOT_CANONICAL, -EINVAL, base, 0);
    hw_write_base(which, base);
    return 0;
}

HYPERCALL(set_segment_base)
{
    switch (a1) {
    case SEGBASE_FS:
        return set_base(HW_FS_BASE, a2);
    case SEGBASE_GS_USER:
        return set_base(HW_GS_USER_BASE, a2);
    case SEGBASE_GS_KERNEL:
        return set_base(HW_GS_KERNEL_BASE, a2);
    case SEGBASE_GS_USER_SEL:
        /* Never fails: guests have no way to undo a task switch. */
        hw_load_user_gs((uint16_t)a2);
        return 0;
    default:
        return refuse(RULE_NO_SUCH_BASE, -EINVAL, a1, 0);
    }
}

HYPERCALL(fpu_taskswitch)
{
    current->cr0_ts = a1 != 0;
    hw_load_ts();
    return 0;
}
