// SPDX-License-Identifier: MIT
/*
 * The interrupt table. An event comes as a vector of the CPU, through a gate
 * of the library's, and goes on to the kernel's handler of the vector that
 * the interrupt controller's model names. So the CPU gets a copy of the
 * kernel's table with that one gate in it; the kernel sees its own.
 */
#include "xenpvh.h"

struct operand {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

struct gate {
    uint64_t low, high;
};

#define GATES 256
#define GATE_PRESENT (1ul << 47)
#define GATE_SELECTOR 0xffff0000ul
#define GATE_INTERRUPT (0x8eul << 40)

static struct gate copy[GATES] __attribute__((aligned(16)));
static struct operand idt;
static uint64_t selector; /* the kernel's code, where a gate has it */

static unsigned long address_of(struct gate gate)
{
    return (gate.low & 0xffff) | (gate.low >> 32 & 0xffff0000) |
           gate.high << 32;
}

static void set_gate(unsigned vector, struct gate gate)
{
    if (vector == UPCALL_VECTOR) {
        unsigned long to = (unsigned long)pv_xenpvh_upcall_entry;

        gate.low = (to & 0xffff) | selector | GATE_INTERRUPT |
                   (to & 0xffff0000) << 32;
        gate.high = to >> 32;
    } else {
        if (gate.low & GATE_PRESENT)
            selector = gate.low & GATE_SELECTOR;
        pv_xen_trap_handlers[vector] =
            gate.low & GATE_PRESENT ? address_of(gate) : 0;
    }
    copy[vector] = gate;
}

static unsigned kernels_gates(void)
{
    unsigned count = (idt.limit + 1u) / sizeof(struct gate);

    return count < GATES ? count : GATES;
}

void pv_xenpvh_load_idt(const void *addr)
{
    struct operand operand = { sizeof(copy) - 1, (uint64_t)copy };
    const struct gate *gates;

    idt = *(const struct operand *)addr;
    gates = (const struct gate *)idt.base;
    for (unsigned i = 0; i < GATES; i++)
        set_gate(i, i < kernels_gates() ? gates[i] : (struct gate){ 0, 0 });
    pv_native_load_idt(&operand);
}

void pv_xenpvh_store_idt(void *addr)
{
    *(struct operand *)addr = idt;
}

void pv_xenpvh_idt_store(void *entry, unsigned long value)
{
    unsigned vector =
        (unsigned)(((uintptr_t)entry - idt.base) / sizeof(struct gate));

    *(volatile unsigned long *)entry = value;
    if (vector < kernels_gates())
        set_gate(vector, ((const struct gate *)idt.base)[vector]);
}
