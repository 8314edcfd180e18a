// SPDX-License-Identifier: MIT
/*
 * The instructions that C has no word for. Each wrapper is one instruction;
 * what must not be moved across it by the compiler says "memory".
 */
#ifndef WREN_CPU_H
#define WREN_CPU_H

#include "types.h"

static inline uint8_t inb(uint16_t port)
{
    uint8_t value;

    asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void outb(uint16_t port, uint8_t value)
{
    asm volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

/* The operand's type makes this the 16-bit instruction. */
static inline void outw(uint16_t port, uint16_t value)
{
    asm volatile("out %0, %1" : : "a"(value), "Nd"(port));
}

static inline void irq_enable(void)
{
    asm volatile("sti" : : : "memory");
}

static inline void irq_disable(void)
{
    asm volatile("cli" : : : "memory");
}

/*
 * A stretch that no interrupt may enter, wherever it is called from:
 *   uint64_t flags;
 *   IRQ_SAVE(flags); ... IRQ_RESTORE(flags);
 */
#define IRQ_SAVE(flags) \
    asm volatile("pushfq\n\tpopq %0\n\tcli" : "=r"(flags) : : "memory")
#define IRQ_RESTORE(flags) \
    asm volatile("pushq %0\n\tpopfq" : : "r"(flags) : "memory", "cc")

/* sti holds interrupts back for one more instruction: none can come between
 * the two and be slept through. */
static inline void wait_for_irq(void)
{
    asm volatile("sti\n\thlt" : : : "memory");
}

static inline uint64_t read_cr2(void)
{
    uint64_t value;

    asm volatile("mov %%cr2, %0" : "=r"(value));
    return value;
}

static inline uint64_t read_cr3(void)
{
    uint64_t value;

    asm volatile("mov %%cr3, %0" : "=r"(value));
    return value;
}

static inline void write_cr3(uint64_t value)
{
    asm volatile("mov %0, %%cr3" : : "r"(value) : "memory");
}

static inline void invlpg(const void *va)
{
    asm volatile("invlpg (%0)" : : "r"(va) : "memory");
}

struct cpu_name {
    char text[13];
};

struct cpu_name cpu_vendor(void);
void cpu_init(void);
void cpu_set_kernel_stack(uint64_t top);

#endif
