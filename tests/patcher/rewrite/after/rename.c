// SPDX-License-Identifier: MIT
#include "types.h"
#include <pvops.h>

void old_out(u8 value, u16 port);

void native_pic_init(void)
{
    pv_outb(0x21, 0xff);
    pv_outb(0x20 + 1, 0xff);
}
