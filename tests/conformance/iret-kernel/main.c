// SPDX-License-Identifier: MIT
/*
 * The iret hypercall from kernel to kernel: every word of its frame is taken,
 * the upcall mask comes from IF, and what a guest may not set is put right.
 *
 * conform: reference dom0 domU
 * requires: IRET-1 IRET-2 IRET-3 IRET-4
 */
#include "conform.h"

__asm__("iret_target: int3");
extern char iret_target[];

static struct trap_regs seen;
static uint64_t seen_rsp;

/* Goes by iret to an int3, whose frame tells with what it was reached. */
static void go(struct caught *c, uint64_t rflags, uint16_t cs, uint16_t ss)
{
    struct iret_context frame = {
        .rax = 0xa0,
        .r11 = 0xb0,
        .rcx = 0xc0,
        .flags = 0,
        .rip = (uint64_t)iret_target,
        .cs = cs,
        .rflags = rflags,
        .rsp = (uint64_t)user_stack_top - 64,
        .ss = ss,
    };

    check(traps(c, iret_to(&frame, 0x1d, 0x1e)), "iret goes to its rip");
    seen = c->regs;
    seen_rsp = c->rsp;
}

void test(void)
{
    struct caught c;

    go(&c, 0x202 | 1, FLAT_KERNEL_CS & ~3, FLAT_KERNEL_SS);
    check_equal(c.entry, 3, "(which is int3)");
    check_equal(seen_rsp, (uint64_t)user_stack_top - 64, "rsp is the frame's");
    check_equal(c.rcx, 0xc0, "rcx is the frame's");
    check_equal(c.r11, 0xb0, "r11 is the frame's");
    check_equal(seen.rax, 0xa0, "rax is the frame's");
    check_equal(seen.rdi, 0x1d, "other registers stay as they are");
    check_equal(c.cs, FLAT_KERNEL_CS & ~3, "the mode is kernel");
    check_equal(c.rflags & 1, 1, "arithmetic flags are the frame's");
    check_equal(c.saved_mask, 0, "IF set opens events");
    go(&c, 0x2, FLAT_KERNEL_CS & ~3, FLAT_KERNEL_SS);
    check_equal(c.saved_mask, 1, "IF clear masks them");
    go(&c, 0x3002, FLAT_KERNEL_CS & ~3, FLAT_KERNEL_SS);
    check_equal(c.rflags & 0x3000, 0, "IOPL in the frame is not taken");
    go(&c, 0x400 | 2, FLAT_KERNEL_CS & ~3, FLAT_KERNEL_SS);
    check_equal(c.rflags & 0x400, 0x400, "the direction flag is");
    check_equal(seen.rflags & 0x400, 0x400 & seen.rflags,
                "(a handler finds it as the hypervisor leaves it)");
}
