// SPDX-License-Identifier: MIT
/*
 * Which flags the iret hypercall takes: each of the 64 bits by itself, to the
 * kernel and to user mode.
 *
 * conform: reference dom0 domU
 * requires: IRET-12
 */
#include "conform.h"

/* CF PF AF ZF SF DF OF NT AC ID; TF and IF have checks of their own. */
#define TAKEN (0xcd5UL | 1 << 14 | 1 << 18 | 1 << 21)
#define FLAG_TF 0x100UL
#define FLAG_IF 0x200UL
#define FLAG_RF 0x10000UL

static struct caught c;

__asm__(".text; flags_here: pushf; pop %rax; int3");
extern char flags_here[];

static void go(uint64_t rflags, bool user)
{
    struct iret_context frame = {
        .rip = (uint64_t)flags_here,
        .cs = user ? FLAT_USER_CS : FLAT_KERNEL_CS & ~3UL,
        .rflags = rflags,
        .rsp = (uint64_t)user_stack_top - 8,
        .ss = user ? FLAT_USER_SS : FLAT_KERNEL_SS,
    };
    uint8_t mask = vcpu->evtchn_upcall_mask;

    if (!traps(&c, iret_to(&frame, 0, 0)))
        error("int3 did not trap");
    __asm__ volatile("cld");
    vcpu->evtchn_upcall_mask = mask;
}

static void to(bool user)
{
    const char *where = user ? "user mode" : "the kernel";
    uint64_t lost = 0, taken = 0;

    for (unsigned int bit = 0; bit < 64; bit++) {
        uint64_t flag = 1UL << bit;

        if (flag == FLAG_TF || flag == FLAG_IF)
            continue;
        go(FLAG_IF | flag, user);
        if (c.entry != 3)
            error("entry %u with bit %u", c.entry, bit);
        if (TAKEN & flag && !(c.regs.rax & flag))
            lost |= flag;
        if (!(TAKEN & flag) && c.regs.rax & flag)
            taken |= flag;
    }
    check_equal(lost, 0, "to %s: arithmetic flags, DF, NT, AC and ID", where);
    check_equal(taken, 2, "no others; bit 1 is always set");
    go(0, user);
    check_equal(c.regs.rax & FLAG_IF, FLAG_IF, "interrupts are never off");
    go(FLAG_IF | FLAG_TF, user);
    check_equal(c.entry, 1, "TF traps to vector 1");
    check_equal(c.rip, flags_here + 1, "behind the first instruction");
    check_equal(c.rflags & FLAG_TF, FLAG_TF, "and is in the frame");
    go(FLAG_IF | FLAG_TF | FLAG_RF, user);
    check_equal(c.entry, 1, "RF does not change that");
}

void test(void)
{
    user_init();
    to(false);
    to(true);
}
