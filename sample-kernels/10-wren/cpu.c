// SPDX-License-Identifier: MIT
/*
 * The segments, the task state and the interrupt table. In long mode segments
 * only say which ring code runs in; the task state only says which stack the
 * kernel is entered on. The rule: the stack in it is always that of the
 * thread that runs.
 */
#include "cpu.h"
#include "trap.h"

struct table_pointer {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

struct tss {
    uint32_t reserved0;
    uint64_t rsp0;
    uint64_t rsp1, rsp2;
    uint64_t reserved1;
    uint64_t ist[7];
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t io_map;
} __attribute__((packed));

struct gate {
    uint16_t offset_low;
    uint16_t selector;
    uint8_t ist;
    uint8_t type;
    uint16_t offset_mid;
    uint32_t offset_high;
    uint32_t reserved;
};

static struct tss tss = { .io_map = sizeof(struct tss) };
static struct gate idt[256];

static uint64_t gdt[] = {
    0,
    0x00af9a000000ffff, /* SEL_KCODE */
    0x00cf92000000ffff, /* SEL_KDATA */
    0x00cff2000000ffff, /* SEL_UDATA */
    0x00affa000000ffff, /* SEL_UCODE */
    0, 0,               /* SEL_TSS takes two */
};

extern void reload_segments(void);   /* switch.S */
extern const uint64_t trap_stubs[]; /* trap.S */

#define LOAD_TABLE(instruction, pointer) \
    asm volatile(instruction " %0" : : "m"(pointer))

static void gdt_init(void)
{
    uint64_t base = (uint64_t)&tss;
    struct table_pointer pointer = { sizeof(gdt) - 1, (uint64_t)gdt };

    gdt[SEL_TSS / 8] = (sizeof(tss) - 1) | (base & 0xffffff) << 16 |
                       0x89ul << 40 | (base >> 24 & 0xff) << 56;
    gdt[SEL_TSS / 8 + 1] = base >> 32;

    LOAD_TABLE("lgdt", pointer);
    reload_segments();
    asm volatile("ltr %0" : : "r"((uint16_t)SEL_TSS));
}

static void idt_init(void)
{
    struct table_pointer pointer = { sizeof(idt) - 1, (uint64_t)idt };

    for (int vector = 0; vector < 256; vector++) {
        uint64_t stub = trap_stubs[vector];

        /* 0x8e: an interrupt gate; 0x60 more lets user mode call it. */
        idt[vector] = (struct gate){
            .offset_low = stub,
            .offset_mid = stub >> 16,
            .offset_high = stub >> 32,
            .selector = SEL_KCODE,
            .type = vector == VEC_SYSCALL ? 0xee : 0x8e,
        };
    }
    LOAD_TABLE("lidt", pointer);
}

struct cpu_name cpu_vendor(void)
{
    struct cpu_name name = { "" };
    uint32_t eax = 0, ebx, ecx = 0, edx;

    asm volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
    for (int i = 0; i < 4; i++) {
        name.text[i] = ebx >> 8 * i;
        name.text[4 + i] = edx >> 8 * i;
        name.text[8 + i] = ecx >> 8 * i;
    }
    return name;
}

void cpu_set_kernel_stack(uint64_t top)
{
    tss.rsp0 = top;
}

void cpu_init(void)
{
    gdt_init();
    idt_init();
}
