// SPDX-License-Identifier: MIT
#include "types.h"

void crlf(void)
{
    asm volatile("cli");
    asm volatile("hlt"); /* BYTES */
}
