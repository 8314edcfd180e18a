// SPDX-License-Identifier: MIT
/*
 * The interrupt descriptor table: one for all CPUs, read-only once filled.
 * Every gate is an interrupt gate (interrupts stay off inside). Ring 3 may
 * raise only INT3 and INTO by instruction; every other INT n faults with #GP
 * and is looked up in the guest's own table (core/processor/traps.c).
 */
#include "core/hw.h"
#include "x86/cpu_area.h"
#include "x86/entry.h"
#include "x86/paging.h"

#define VECTORS     256
#define IDT_ADDRESS (FIXMAP_START + PAGE_SIZE)

#define GATE_PRESENT   0x80
#define GATE_INTERRUPT 0x0e
#define GATE_RING3     0x60

struct gate {
    uint16_t offset_low, selector;
    uint8_t ist, type;
    uint16_t offset_middle;
    uint32_t offset_high, reserved;
};
_Static_assert(sizeof(struct gate) * VECTORS == PAGE_SIZE, "one page");

static uint8_t ist_of(unsigned int vector)
{
    switch (vector) {
    case 1:
        return IST_DB;
    case 2:
        return IST_NMI;
    case 8:
        return IST_DF;
    case 18:
        return IST_MC;
    default:
        return 0;
    }
}

void idt_init(void)
{
    mfn_t mfn = boot_frames(1);
    struct gate *idt = map_frame(mfn);

    for (unsigned int i = 0; i < VECTORS; i++) {
        uint64_t entry = (uint64_t)vector_stubs + i * VECTOR_STUB_SIZE;
        bool ring3 = i == 3 || i == 4;

        idt[i] = (struct gate){
            .offset_low = entry,
            .offset_middle = entry >> 16,
            .offset_high = entry >> 32,
            .selector = SEL_HV_CS64,
            .ist = ist_of(i),
            .type = GATE_PRESENT | GATE_INTERRUPT | (ring3 ? GATE_RING3 : 0),
        };
    }
    unmap_frame(idt);
    map_range(IDT_ADDRESS, mfn_to_maddr(mfn).a, PAGE_SIZE, MAP_RODATA);
}

void idt_load(void)
{
    struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) idtr = {PAGE_SIZE - 1, IDT_ADDRESS};

    __asm__ volatile("lidt %0" : : "m"(idtr));
}
