// SPDX-License-Identifier: MIT
// sti and hlt behind each other are one operation; apart they are two.
#include "types.h"
#include <pvops.h>

#define enable() pv_irq_enable()
#define halt() pv_halt()

void wait(int times)
{
    pv_safe_halt();
    /* by macros: */
    pv_safe_halt();
    enable(); times++;
    halt();
    pv_halt();
    pv_irq_enable();
}
