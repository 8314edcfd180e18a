// SPDX-License-Identifier: MIT
// What a kernel sets at boot and at each switch: traps, stack, segments.
#include "bench.h"

static struct trap_info traps_1[2], traps_20[21];
static uint64_t gdt[XEN_PAGE_SIZE / 8] __attribute__((aligned(4096)));
static uint64_t gdt_machine;

#define SLOT      8
#define FLAT_DATA 0x00cff3000000ffff /* base 0, limit 4 GiB, DPL 3, writable */

static long trap_table_1(void)
{
    return hypercall_set_trap_table(traps_1);
}

static long trap_table_20(void)
{
    return hypercall_set_trap_table(traps_20);
}

static long stack_switch(void)
{
    return hypercall_stack_switch(FLAT_KERNEL_SS,
                                  (unsigned long)kernel_stack_top);
}

static long segment_base(void)
{
    return hypercall_set_segment_base(SEGBASE_FS, 0);
}

static long descriptor(void)
{
    return hypercall_update_descriptor(gdt_machine + SLOT * 8, FLAT_DATA);
}

static void set_gdt(void)
{
    xen_pfn_t frame = mfn_of(gdt);

    make_read_only(gdt);
    need("set_gdt", hypercall_set_gdt(&frame, XEN_PAGE_SIZE / 8));
    gdt_machine = frame << XEN_PAGE_BITS;
}

/* Vectors from 32 on are nobody's: nothing depends on what is put there. */
static void fill_traps(struct trap_info *traps, unsigned int count)
{
    for (unsigned int i = 0; i < count; i++)
        traps[i] = (struct trap_info){(uint8_t)(32 + i), 0, FLAT_KERNEL_CS,
                                      (unsigned long)callback_failsafe};
}

void bench_descriptors(void)
{
    fill_traps(traps_1, 1);
    fill_traps(traps_20, 20);
    measure(OP_trap_table_1, trap_table_1);
    measure(OP_trap_table_20, trap_table_20);
    measure(OP_stack_switch, stack_switch);
    measure(OP_segment_base, segment_base);
    set_gdt();
    measure(OP_descriptor, descriptor);
}
