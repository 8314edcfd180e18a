// SPDX-License-Identifier: MIT
/* Descriptor tables, segments and the task state, on the machine itself. */
#include "../internal.h"

/* The operand of lgdt, lidt, sgdt and sidt: what the instruction reads or
 * writes behind the pointer, so that the compiler knows. */
struct operand {
    char bytes[10];
};

void pv_native_load_gdt(const void *addr)
{
    asm volatile("lgdt %0" : : "m"(*(const struct operand *)addr));
}

void pv_native_load_idt(const void *addr)
{
    asm volatile("lidt %0" : : "m"(*(const struct operand *)addr));
}

void pv_native_load_ldt(unsigned short sel)
{
    asm volatile("lldt %0" : : "r"(sel) : "memory");
}

void pv_native_load_tr(unsigned short sel)
{
    asm volatile("ltr %0" : : "r"(sel) : "memory");
}

void pv_native_store_gdt(void *addr)
{
    asm volatile("sgdt %0" : "=m"(*(struct operand *)addr));
}

void pv_native_store_idt(void *addr)
{
    asm volatile("sidt %0" : "=m"(*(struct operand *)addr));
}

unsigned short pv_native_store_ldt(void)
{
    unsigned short sel;

    asm volatile("sldt %0" : "=r"(sel));
    return sel;
}

unsigned short pv_native_store_tr(void)
{
    unsigned short sel;

    asm volatile("str %0" : "=r"(sel));
    return sel;
}

void pv_native_load_segments(unsigned short code, unsigned short data)
{
    asm volatile("pushq %q0\n\t"
                 "leaq 1f(%%rip), %%rax\n\t"
                 "pushq %%rax\n\t"
                 "lretq\n"
                 "1:\tmovw %w1, %%ss\n\t"
                 "movw %w1, %%ds\n\t"
                 "movw %w1, %%es"
                 :
                 : "r"((unsigned long)code), "r"(data)
                 : "rax", "memory");
}

void pv_native_swapgs(void)
{
    asm volatile("swapgs" : : : "memory");
}

static void store(void *entry, unsigned long value)
{
    *(volatile unsigned long *)entry = value;
}

void pv_native_gdt_store(void *entry, unsigned long value)
{
    store(entry, value);
}

void pv_native_ldt_store(void *entry, unsigned long value)
{
    store(entry, value);
}

void pv_native_idt_store(void *entry, unsigned long value)
{
    store(entry, value);
}

void pv_native_kernel_stack(void *entry, unsigned long value)
{
    store(entry, value);
}
