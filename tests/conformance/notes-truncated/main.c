// SPDX-License-Identifier: MIT
/*
 * The last note says that it is longer than its segment.
 *
 * conform: reference dom0 domU
 * requires: NOTE-22
 */
#include "conform.h"

void test(void)
{
    check_equal((uint64_t)start & 0xfff, 0, "start_info is there");
}
