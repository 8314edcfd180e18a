// SPDX-License-Identifier: MIT
/*
 * The local APIC: its timer, and the 8259s' line through LINT0 ("virtual
 * wire"). Firmware may leave it in x2APIC mode, where its registers are MSRs.
 */
#include "core/hw.h"
#include "x86/apic.h"
#include "x86/asm.h"
#include "x86/paging.h"

#define APIC_ADDRESS FIXMAP_START

#define APIC_BASE_X2APIC (1ul << 10)
#define APIC_BASE_ENABLE (1ul << 11)
#define MSR_X2APIC       0x800u

enum apic_register {
    APIC_TPR = 0x080,
    APIC_EOI = 0x0b0,
    APIC_SPURIOUS = 0x0f0,
    APIC_LVT_TIMER = 0x320,
    APIC_LVT_LINT0 = 0x350,
    APIC_LVT_LINT1 = 0x360,
    APIC_LVT_ERROR = 0x370,
    APIC_INITIAL_COUNT = 0x380,
    APIC_CURRENT_COUNT = 0x390,
    APIC_DIVIDE = 0x3e0,
};

#define SPURIOUS_ENABLE (1u << 8)
#define LVT_NMI         (4u << 8)
#define LVT_EXTINT      (7u << 8)
#define LVT_MASKED      (1u << 16)
#define DIVIDE_BY_1     0xbu

static bool x2apic;

static uint32_t apic_read(enum apic_register reg)
{
    if (x2apic)
        return (uint32_t)rdmsr(MSR_X2APIC + (reg >> 4));
    return *(volatile uint32_t *)(APIC_ADDRESS + reg);
}

static void apic_write(enum apic_register reg, uint32_t value)
{
    if (x2apic)
        wrmsr(MSR_X2APIC + (reg >> 4), value);
    else
        *(volatile uint32_t *)(APIC_ADDRESS + reg) = value;
}

void apic_init(void)
{
    uint64_t base = rdmsr(MSR_APIC_BASE);

    x2apic = base & APIC_BASE_X2APIC;
    wrmsr(MSR_APIC_BASE, base | APIC_BASE_ENABLE);
    if (!x2apic)
        map_range(APIC_ADDRESS, base & PTE_ADDRESS, PAGE_SIZE, MAP_MMIO);

    pic_init();
    apic_write(APIC_TPR, 0);
    apic_write(APIC_SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS);
    apic_write(APIC_LVT_LINT0, LVT_EXTINT);
    apic_write(APIC_LVT_LINT1, LVT_NMI);
    apic_write(APIC_LVT_ERROR, VECTOR_ERROR);
    apic_write(APIC_LVT_TIMER, LVT_MASKED | VECTOR_TIMER);
    apic_write(APIC_DIVIDE, DIVIDE_BY_1);
}

void apic_eoi(void)
{
    apic_write(APIC_EOI, 0);
}

void apic_timer_set(uint32_t count)
{
    apic_write(APIC_LVT_TIMER, VECTOR_TIMER);
    apic_write(APIC_INITIAL_COUNT, count);
}

void apic_timer_free_run(void)
{
    apic_write(APIC_LVT_TIMER, LVT_MASKED | VECTOR_TIMER);
    apic_write(APIC_INITIAL_COUNT, 0xffffffffu);
}

uint32_t apic_timer_count(void)
{
    return apic_read(APIC_CURRENT_COUNT);
}
