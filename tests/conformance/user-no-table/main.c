// SPDX-License-Identifier: MIT
/*
 * A return to user mode without a top table for it ends the domain as a crash.
 *
 * conform: reference dom0 domU
 * requires: IRET-11
 * end: crash
 */
#include "conform.h"

void test(void)
{
    struct iret_context frame = {
        .rip = 0x1000,
        .cs = FLAT_USER_CS,
        .rflags = 0x202,
        .rsp = 0x2000,
        .ss = FLAT_USER_SS,
    };

    works(mmuext_one(MMUEXT_NEW_USER_BASEPTR, 0, 0),
          "user mode can be left without a table");
    conclude();
    iret_to(&frame, 0, 0);
}
