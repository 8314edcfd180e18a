// SPDX-License-Identifier: MIT
/*
 * The end. The port is where QEMU's chipset has its power management control
 * register; a kernel for real machines would read the place from ACPI.
 */
#include "power.h"
#include "cpu.h"

#define PM_CONTROL 0x604
#define SLEEP_ENABLE 0x2000 /* with sleep type 0: off */

void power_off(void)
{
    outw(PM_CONTROL, SLEEP_ENABLE);
    irq_disable();
    for (;;)
        asm volatile("hlt");
}
