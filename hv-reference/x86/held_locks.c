// SPDX-License-Identifier: MIT
/*
 * Where a build for tests keeps which locks a CPU holds (core/lock_order.c):
 * found by the stack that it runs on, which may be one of the interrupt stacks,
 * or the boot's, where there is no struct cpu yet.
 */
#ifdef HV_LOCK_ORDER
#include "core/hw.h"
#include "core/lock.h"
#include "x86/cpu_area.h"

static struct held_locks boots, held[MAX_CPUS];

struct held_locks *hw_held_locks(void)
{
    uint64_t here = (uint64_t)__builtin_frame_address(0) - CPU_AREA_START;

    return here < MAX_CPUS * CPU_AREA_SIZE ? &held[here / CPU_AREA_SIZE]
                                           : &boots;
}

void hw_lock_order_broken(const char *what, const char *taken,
                          const char *innermost)
{
    panic("order of locks: %s taken: %s, while the last one taken is: %s", what,
          taken, innermost);
}
#endif
