// SPDX-License-Identifier: MIT
/*
 * An exception whose frame cannot be pushed ends the domain as a crash.
 *
 * conform: reference dom0 domU
 * requires: TRAP-24
 * end: crash
 */
#include "conform.h"

void test(void)
{
    check(true, "the end is the check: the host looks at it");
    conclude();
    __asm__ volatile("mov $0x5000, %rsp; ud2");
}
