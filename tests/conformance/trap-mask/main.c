// SPDX-License-Identifier: MIT
/*
 * A trap table entry can ask that events are held back on entry; iret puts the
 * mask back.
 *
 * conform: reference dom0 domU
 * requires: TRAP-13 TRAP-14
 */
#include "conform.h"

static uint8_t mask_inside;

static bool look(struct trap_regs *regs, struct caught *caught)
{
    (void)regs;
    mask_inside = caught->upcall_mask;
    return true;
}

static void install(uint8_t flags)
{
    struct trap_info table[2] = {
        {3, flags, FLAT_KERNEL_CS, entry_address(3)},
        {0, 0, 0, 0},
    };

    works(hypercall_set_trap_table(table), "set_trap_table, flags %u", flags);
}

static void int3_with(uint8_t mask)
{
    vcpu->evtchn_upcall_mask = mask;
    __asm__ volatile("int3" ::: "memory");
}

void test(void)
{
    trap_set_hook(3, look);
    install(3);
    int3_with(0);
    check_equal(mask_inside, 0, "without the flag: open before, open inside");
    int3_with(1);
    check_equal(mask_inside, 1, "masked before, masked inside");
    check_equal(vcpu->evtchn_upcall_mask, 1, "and masked after iret");
    install(3 | 4);
    int3_with(0);
    check_equal(mask_inside, 1, "with the flag: masked inside");
    check_equal(vcpu->evtchn_upcall_mask, 0, "and open again after iret");
    int3_with(1);
    check_equal(mask_inside, 1, "masked before, masked inside");
    check_equal(vcpu->evtchn_upcall_mask, 1, "and masked after iret");
}
