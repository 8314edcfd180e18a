// SPDX-License-Identifier: MIT
/* The local APIC: IPIs, the end of an interrupt, and its timer, measured once
 * against the clock. */
#include "apic.h"

#define MSR_APIC_BASE 0x1b
#define ID 0x20
#define END 0xb0
#define SPURIOUS 0xf0 /* bit 8 enables */
#define COMMAND 0x300 /* bit 12: not delivered yet */
#define TARGET 0x310
#define TIMER 0x320
#define TIMER_COUNT 0x380
#define TIMER_NOW 0x390
#define TIMER_DIVIDE 0x3e0
#define MASKED 0x10000u
#define BY_16 3u

static volatile unsigned *registers;
static unsigned long ticks_per_ms;

static unsigned read(unsigned reg)
{
    return registers[reg / 4];
}

static void write(unsigned reg, unsigned value)
{
    registers[reg / 4] = value;
}

bool pv_apic_map(void)
{
    unsigned long base;

    if (registers)
        return true;
    if (!pv_kernel.map_device)
        return false;
    base = pv_native_read_msr(MSR_APIC_BASE) & 0x000ffffffffff000ul;
    registers = pv_kernel.map_device(base, PAGE_SIZE);
    return registers;
}

/*
 * Ticks in a millisecond, measured over 5 ms. Of what is not known the most is
 * taken, so that no interrupt comes early; of some measurements that one of
 * which most is known, for the machine may be away in any of them.
 */
static void measure(void)
{
    unsigned long least = ~0ul;

    for (int i = 0; i < 8 && least > 5000; i++) { /* good to 1 in 1000 */
        unsigned long before = pv_native_time_ns(), start, now, ticks, error;

        write(TIMER_COUNT, ~0u);
        start = pv_native_time_ns();
        do {
            now = pv_native_time_ns();
        } while (now - start < 5000000);
        ticks = ~0u - read(TIMER_NOW);
        error = start - before + pv_native_time_ns() - now;
        if (error >= least)
            continue;
        least = error;
        ticks_per_ms = ticks * 1000000ul / (now - start) + 1;
    }
    write(TIMER_COUNT, 0);
}

void pv_apic_enable(void)
{
    if (read(SPURIOUS) & 0x100 && read(TIMER_DIVIDE) == BY_16)
        return; /* a timer may be running */
    write(SPURIOUS, read(SPURIOUS) | 0x1ff);
    write(TIMER_DIVIDE, BY_16);
    write(TIMER, MASKED);
    if (!ticks_per_ms)
        measure();
}

unsigned char pv_apic_id(void)
{
    return (unsigned char)(pv_native_cpuid(1, 0).ebx >> 24);
}

void pv_apic_command(unsigned char target, unsigned what)
{
    unsigned long flags = pv_native_irq_save();

    write(TARGET, (unsigned)target << 24);
    write(COMMAND, what);
    while (read(COMMAND) & 0x1000)
        pv_pause();
    pv_native_irq_restore(flags);
}

void pv_apic_end(void)
{
    write(END, 0);
}

void pv_apic_timer(unsigned vector, unsigned long ns)
{
    unsigned long now = pv_native_time_ns(), count = 0xfffffffful;

    write(TIMER, ns ? vector : MASKED);
    if (!ns) {
        write(TIMER_COUNT, 0);
        return;
    }
    if (ns <= now)
        count = 1;
    else if (ns - now < 1000000000)
        count = (ns - now) * ticks_per_ms / 1000000 + 1;
    write(TIMER_COUNT, (unsigned)(count < 0xfffffffful ? count : 0xffffffff));
}
