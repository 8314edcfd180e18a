// SPDX-License-Identifier: MIT
/*
 * What a kernel does as if it were alone on the machine, and the hypervisor does
 * in its place: a store into a page table, privileged instructions.
 */
#include "bench.h"

static char page[XEN_PAGE_SIZE] __attribute__((aligned(4096)));
static volatile xen_pte_t *entry; /* of page, in a live L1 */
static xen_pte_t value;

static long pte_write(void)
{
    *entry = value;
    return 0;
}

static void measure_pte_write(void)
{
    need("vm_assist", hypercall_vm_assist(VMASST_CMD_enable,
                                          VMASST_TYPE_writable_pagetables));
    entry = entry_of(page);
    value = xen_make_pte(mfn_of(page), PTE_PRESENT | PTE_USER);
    measure(OP_pte_write, pte_write);
    if (xen_pte_flags(*entry) & PTE_WRITE)
        give_up("a store to a page table that had no effect", 0);
}

static void measure_instruction(enum operation op, operation_t run)
{
    measure_result(op, run, run());
}

/* Ports are open to a kernel that asks for it. */
static void open_ports(void)
{
    struct physdev_set_iopl set = {1};

    need("set_iopl", hypercall_physdev_op(PHYSDEVOP_set_iopl, &set));
}

void bench_emulation(void)
{
    measure_pte_write();
    measure_instruction(OP_cpuid_0, op_cpuid_0);
    measure_instruction(OP_cpuid_1, op_cpuid_1);
    measure_instruction(OP_rdmsr, op_rdmsr);
    measure_instruction(OP_wrmsr, op_wrmsr);
    measure_instruction(OP_read_cr0, op_read_cr0);
    open_ports();
    measure_instruction(OP_outb, op_outb);
}
