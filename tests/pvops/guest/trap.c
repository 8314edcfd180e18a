// SPDX-License-Identifier: MIT
/* Descriptors, and who gets a trap. */
#include "guest.h"

struct operand {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

struct gate {
    uint16_t offset_low, selector;
    uint8_t ist, type;
    uint16_t offset_mid;
    uint32_t offset_high, reserved;
};

static uint32_t tss[26];
static struct gate idt[256] __attribute__((aligned(16)));
static char trap_stack[8192] __attribute__((aligned(16)));

uint64_t gdt[16] = {
    0, 0x00af9a000000ffff, 0x00cf92000000ffff, 0x00cff2000000ffff,
    0x00affa000000ffff,
};
uint64_t *tss_rsp0 = (uint64_t *)&tss[1];
volatile unsigned long ticks;
volatile unsigned ipis[2], cpu_ticks[2];
struct trap_frame last_fault;
uint64_t (*system_call)(struct trap_frame *frame);

static volatile bool fault_expected;
static void *fault_resume[5];

void trap(struct trap_frame *frame);

static void make_gate(struct gate *gate, unsigned vector, unsigned type)
{
    uint64_t stub = trap_stubs[vector];

    *gate = (struct gate){
        .offset_low = stub,
        .offset_mid = stub >> 16,
        .offset_high = stub >> 32,
        .selector = SEL_KCODE,
        .type = type,
    };
}

void trap(struct trap_frame *frame)
{
    if (frame->vector == VEC_TIMER) {
        ticks++;
        pv_outb(0x20, 0x20);
    } else if (frame->vector == VEC_IPI) {
        ipis[pv_cpu_id() & 1]++;
        pv_ipi_end();
    } else if (frame->vector == VEC_CPU_TIMER) {
        cpu_ticks[pv_cpu_id() & 1]++;
        pv_ipi_end();
    } else if (frame->vector == VEC_SYSCALL && system_call) {
        frame->rax = system_call(frame);
    } else if (fault_expected) {
        last_fault = *frame;
        fault_expected = false;
        __builtin_longjmp(fault_resume, 1);
    } else {
        note("unexpected trap, vector", frame->vector);
        note("at", frame->rip);
        note("error code", frame->error);
        note("cr2", pv_read_cr2());
        pv_shutdown(PV_CRASH);
    }
}

int fault_of(void (*code)(void))
{
    if (__builtin_setjmp(fault_resume)) {
        pv_irq_disable();
        return last_fault.vector;
    }
    fault_expected = true;
    code();
    fault_expected = false;
    return -1;
}

/* Interrupt lines at vectors of their own, all of them masked. */
static void lines_init(void)
{
    static const uint8_t words[][2] = {
        { 0x20, 0x11 }, { 0x21, VEC_TIMER }, { 0x21, 4 }, { 0x21, 1 },
        { 0x21, 0xff }, { 0xa0, 0x11 }, { 0xa1, VEC_TIMER + 8 },
        { 0xa1, 2 }, { 0xa1, 1 }, { 0xa1, 0xff },
    };

    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        pv_outb(words[i][0], words[i][1]);
}

void trap_init(void)
{
    uint64_t base = (uint64_t)tss;
    struct operand gdt_operand = { sizeof(gdt) - 1, (uint64_t)gdt };
    struct operand idt_operand = { sizeof(idt) - 1, (uint64_t)idt };

    gdt[SEL_TSS / 8] = (sizeof(tss) - 1) | (base & 0xffffff) << 16 |
                       0x89ul << 40 | (base >> 24 & 0xff) << 56;
    gdt[SEL_TSS / 8 + 1] = base >> 32;
    pv_load_gdt(&gdt_operand);
    pv_load_segments(SEL_KCODE, SEL_KDATA);
    pv_load_tr(SEL_TSS);
    pv_kernel_stack(tss_rsp0, (uint64_t)trap_stack + sizeof(trap_stack));

    for (unsigned vector = 0; vector < 256; vector++)
        make_gate(&idt[vector], vector, vector == VEC_SYSCALL ? 0xee : 0x8e);
    pv_load_idt(&idt_operand);
    lines_init();
}
