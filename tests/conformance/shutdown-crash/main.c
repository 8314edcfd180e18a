// SPDX-License-Identifier: MIT
/*
 * SHUTDOWN_crash ends the domain as a crash.
 *
 * conform: reference dom0 domU
 * requires: SCHED-9
 * end: crash
 */
#include "conform.h"

void test(void)
{
    check(true, "the end is the check: the host looks at it");
    conclude();
    shut_down(SHUTDOWN_crash);
}
