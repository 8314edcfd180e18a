// SPDX-License-Identifier: MIT
/*
 * set_trap_table: what it takes, what it leaves alone, what it refuses.
 *
 * conform: reference dom0 domU
 * requires: TRAP-15 TRAP-16 TRAP-17 TRAP-18
 */
#include "conform.h"

static long set(uint8_t vector, uint16_t cs, unsigned long address)
{
    struct trap_info table[3] = {
        {vector, 3, cs, address},
        {0, 0, 0, 0},
        /* behind the end: must not be read */
        {6, 0, FLAT_KERNEL_CS, 0x1234},
    };

    return hypercall_set_trap_table(table);
}

void test(void)
{
    struct caught c;

    works(set(3, FLAT_KERNEL_CS, entry_address(4)), "another handler for int3");
    check(traps(&c, __asm__ volatile("int3")), "int3 traps");
    check_equal(c.entry, 4, "to that handler");
    check(traps(&c, __asm__ volatile("ud2")), "ud2 traps");
    check_equal(c.entry, 6,
                "to its own: entries not named stay, and the table "
                "ends at address 0");
    works(set(3, FLAT_KERNEL_CS & ~3, entry_address(3)), "a cs with RPL 0");
    check(traps(&c, __asm__ volatile("int3")), "int3 traps");
    check_equal(c.regs.cs, FLAT_KERNEL_CS, "and its handler has RPL 3");

    refused(set(3, FLAT_KERNEL_CS, 0x8000000000000000), XEN_EINVAL,
            "an address that is not canonical");
    refused(hypercall_set_trap_table((void *)HYPERVISOR_VIRT_START), XEN_EFAULT,
            "a table in the hypervisor's memory");
    refused(hypercall_set_trap_table((void *)1), XEN_EFAULT,
            "a table that is not mapped");
    check(traps(&c, __asm__ volatile("int3")), "int3 still traps");
    check_equal(c.entry, 3, "to the last good handler");
}
