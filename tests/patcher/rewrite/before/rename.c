// SPDX-License-Identifier: MIT
#include "types.h"

void old_out(u8 value, u16 port);

void pic_init(void)
{
    old_out(0xff, 0x21);
    old_out(0xff, 0x20 + 1);
}
