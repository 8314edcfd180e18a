// SPDX-License-Identifier: MIT
/* The ports by which a PC is turned off or started again, and those behind
 * which there is nothing. */
#include "../xenpv/xenpv.h"
#include "devices.h"

unsigned pv_chipset_read(unsigned port)
{
    (void)port;
    return 0;
}

void pv_chipset_write(unsigned port, unsigned value)
{
    if (port == 0x604 && value & 0x2000) /* sleep, type 0: off */
        pv_xenpv_shutdown(PV_POWEROFF);
    if ((port == 0x64 && value == 0xfe) || (port == 0xcf9 && value & 4))
        pv_xenpv_shutdown(PV_REBOOT);
}

unsigned pv_absent_read(unsigned port)
{
    (void)port;
    return ~0u;
}

void pv_absent_write(unsigned port, unsigned value)
{
    (void)port;
    (void)value;
}
