// SPDX-License-Identifier: MIT
/* The interrupt flag and waiting, on the machine itself. */
#include "../internal.h"

void pv_native_irq_disable(void)
{
    asm volatile("cli" : : : "memory");
}

void pv_native_irq_enable(void)
{
    asm volatile("sti" : : : "memory");
}

unsigned long pv_native_irq_save(void)
{
    unsigned long flags;

    asm volatile("pushfq\n\tpopq %0\n\tcli" : "=r"(flags) : : "memory");
    return flags;
}

void pv_native_irq_restore(unsigned long flags)
{
    asm volatile("pushq %0\n\tpopfq" : : "r"(flags) : "memory", "cc");
}

unsigned long pv_native_read_flags(void)
{
    unsigned long flags;

    asm volatile("pushfq\n\tpopq %0" : "=r"(flags));
    return flags;
}

void pv_native_halt(void)
{
    asm volatile("hlt" : : : "memory");
}

void pv_native_safe_halt(void)
{
    asm volatile("sti\n\thlt" : : : "memory");
}
