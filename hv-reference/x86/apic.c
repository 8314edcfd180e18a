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
    APIC_COMMAND = 0x300,
    APIC_COMMAND_TO = 0x310,
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

#define COMMAND_INIT       (5u << 8)
#define COMMAND_START      (6u << 8)
#define COMMAND_SENDING    (1u << 12)
#define COMMAND_ASSERT     (1u << 14)
#define COMMAND_ALL_OTHERS (3u << 18)

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

static void enable(uint32_t lint0)
{
    uint64_t base = rdmsr(MSR_APIC_BASE) | APIC_BASE_ENABLE;

    wrmsr(MSR_APIC_BASE, base | (x2apic ? APIC_BASE_X2APIC : 0));
    apic_write(APIC_TPR, 0);
    apic_write(APIC_SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS);
    apic_write(APIC_LVT_LINT0, lint0);
    apic_write(APIC_LVT_LINT1, LVT_NMI);
    apic_write(APIC_LVT_ERROR, VECTOR_ERROR);
    apic_write(APIC_LVT_TIMER, LVT_MASKED | VECTOR_TIMER);
    apic_write(APIC_DIVIDE, DIVIDE_BY_1);
}

void apic_init(void)
{
    uint64_t base = rdmsr(MSR_APIC_BASE);

    x2apic = base & APIC_BASE_X2APIC;
    if (!x2apic)
        map_range(APIC_ADDRESS, base & PTE_ADDRESS, PAGE_SIZE, MAP_MMIO);
    pic_init();
    enable(LVT_EXTINT);
}

void apic_init_other(void)
{
    enable(LVT_MASKED);
}

/* --- to other CPUs --- */

bool apic_reaches(uint32_t id)
{
    return x2apic || id < 0xff;
}

/*
 * What was written before must be seen by who gets the interrupt: a write to
 * the registers in memory waits for it, one to an MSR does not.
 */
static void command(uint32_t id, uint32_t what)
{
    if (x2apic) {
        __asm__ volatile("mfence; lfence" : : : "memory");
        wrmsr(MSR_X2APIC + (APIC_COMMAND >> 4), (uint64_t)id << 32 | what);
        return;
    }
    while (apic_read(APIC_COMMAND) & COMMAND_SENDING)
        __builtin_ia32_pause();
    apic_write(APIC_COMMAND_TO, id << 24);
    apic_write(APIC_COMMAND, what);
}

void apic_send(uint32_t id, uint8_t vector)
{
    command(id, COMMAND_ASSERT | vector);
}

void apic_send_init(uint32_t id)
{
    command(id, COMMAND_ASSERT | COMMAND_INIT);
}

void apic_send_start(uint32_t id, uint8_t page)
{
    command(id, COMMAND_ASSERT | COMMAND_START | page);
}

void apic_stop_others(void)
{
    command(0, COMMAND_ALL_OTHERS | COMMAND_ASSERT | COMMAND_INIT);
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
