// SPDX-License-Identifier: MIT
/*
 * int3 in the kernel: the frame of an exception without error code.
 *
 * conform: reference dom0 domU
 * requires: TRAP-1 TRAP-2 TRAP-3 TRAP-4 TRAP-5
 */
#include "conform.h"

void test(void)
{
    struct caught c;
    uint64_t rsp, after;
    bool trapped = traps(
        &c, __asm__ volatile("mov %%rsp, %0; lea 1f(%%rip), %1;"
                             "mov $0x1111, %%ecx; mov $0x2222, %%r11d;"
                             "int3; 1:"
                             : "=m"(rsp), "=r"(after)::"rcx", "r11", "memory"));

    check(trapped, "int3 traps");
    check_equal(c.entry, 3, "to vector 3");
    check_equal(c.rsp, rsp, "rsp");
}
