// SPDX-License-Identifier: MIT
/*
 * An exception without a handler ends the domain as a crash.
 *
 * conform: reference dom0 domU
 * requires: TRAP-23
 * end: crash
 */
#include "conform.h"

void test(void)
{
    works(hypercall_set_trap_table(NULL), "NULL takes all handlers away");
    conclude();
    __asm__ volatile("ud2");
}
