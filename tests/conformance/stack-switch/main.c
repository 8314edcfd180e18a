// SPDX-License-Identifier: MIT
/*
 * stack_switch says where entries from user mode find the kernel's stack.
 *
 * conform: reference dom0 domU
 * requires: SEG-6 SEG-7
 */
#include "conform.h"

static char stack[4096] __attribute__((aligned(4096)));

static void user_int3(uint64_t arg)
{
    (void)arg;
    __asm__ volatile("int3");
}

void test(void)
{
    struct caught c;
    uint64_t top = (uint64_t)stack + sizeof(stack);

    user_init();
    works(hypercall_stack_switch(FLAT_KERNEL_SS, top), "another stack");
    check(user_run(user_int3, 0, &c), "a trap in user mode");
    check_equal(c.frame_at, top - 7 * 8, "is on it");
    works(hypercall_stack_switch(FLAT_KERNEL_SS, top - 24), "one not aligned");
    check(user_run(user_int3, 0, &c), "a trap in user mode");
    check_equal(c.frame_at, top - 32 - 7 * 8, "is aligned to 16 bytes");
    works(hypercall_stack_switch(FLAT_KERNEL_SS & ~3, top), "an ss with RPL 0");
    check(user_run(user_int3, 0, &c), "a trap in user mode");
    check_equal(c.regs.ss, FLAT_KERNEL_SS, "the handler's ss has RPL 3");
}
