// SPDX-License-Identifier: MIT
/*
 * A return to user mode that the processor refuses is a protection fault of the
 * place that it would have gone to.
 *
 * conform: reference dom0 domU
 * requires: IRET-9 IRET-10
 */
#include "conform.h"

static void return_to(struct caught *c, uint16_t cs, uint64_t rip, uint16_t ss,
                      uint64_t error)
{
    struct iret_context frame = {
        .rcx = 0xc0,
        .r11 = 0xb0,
        .rip = rip,
        .cs = cs,
        .rflags = 0x202,
        .rsp = (uint64_t)user_stack_top - 64,
        .ss = ss,
    };

    check(traps(c, iret_to(&frame, 0, 0)), "a return to %x:%lx, ss %x, fails",
          cs, rip, ss);
    check_equal(c->entry, 13, "as a protection fault");
    check_equal(c->error, error, "with the selector, or 0, as error code");
    check_equal(c->rip, rip, "rip is the one that was refused");
    check_equal(c->cs, cs | 3, "so is cs");
    check_equal(c->ss, ss, "and ss");
    check_equal(c->rsp, frame.rsp, "and rsp");
    check_equal(c->frame_at, (uint64_t)kernel_stack_top - 8 * 8,
                "the frame is at the top of the kernel stack");
    check_equal(c->rcx, 0xc0, "rcx");
    check_equal(c->r11, 0xb0, "r11");
    check_equal(c->regs.cs, FLAT_KERNEL_CS, "the handler runs in the kernel");
}

void test(void)
{
    struct caught c;
    static char target[8];

    user_init();
    return_to(&c, 0x7ffb, (uint64_t)target, FLAT_USER_SS, 0x7ff8);
    return_to(&c, FLAT_USER_CS, (uint64_t)target, 0x7ffb, 0x7ff8);
    return_to(&c, FLAT_USER_CS, 0x8000000000000000, FLAT_USER_SS, 0);
}
