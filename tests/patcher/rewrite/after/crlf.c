// SPDX-License-Identifier: MIT
#include "types.h"
#include <pvops.h>

void crlf(void)
{
    pv_irq_disable();
    pv_halt(); /* BYTES */
}
