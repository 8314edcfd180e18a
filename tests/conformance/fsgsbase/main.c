// SPDX-License-Identifier: MIT
/*
 * CR4.FSGSBASE: rdfsbase and its relatives, in the kernel and in user mode, see
 * and set the bases that calls and MSRs do; without it they are none.
 *
 * conform: reference dom0 domU
 * requires: SEG-8 SEG-9 SEG-10
 * vcpus: 2
 * cpus: 1
 */
#include "conform.h"

#define CR4_FSGSBASE (1UL << 16)
#define MSR_FS_BASE        0xc0000100
#define MSR_GS_BASE        0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102

static struct caught c;
static volatile unsigned int rounds;
static volatile bool over;
static unsigned int other_wrong;

static uint64_t rdmsr(uint32_t msr)
{
    uint32_t low, high;

    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

#define READ(instruction)                                                      \
    ({                                                                         \
        uint64_t value;                                                        \
        __asm__ volatile(instruction " %0" : "=r"(value));                     \
        value;                                                                 \
    })
#define WRITE(instruction, value)                                              \
    __asm__ volatile(instruction " %0" ::"r"((uint64_t)(value)))

static void set(bool on)
{
    uint64_t cr4 = READ("mov %%cr4,");

    cr4 = on ? cr4 | CR4_FSGSBASE : cr4 & ~CR4_FSGSBASE;
    __asm__ volatile("mov %0, %%cr4" ::"r"(cr4));
}

/* In user mode: both bases are read to rax and rbx, then set to ARG. */
static void user(uint64_t arg)
{
    __asm__ volatile("rdfsbase %%rax; rdgsbase %%rbx; wrfsbase %0;"
                     "lea 8(%0), %0; wrgsbase %0; int3" ::"D"(arg)
                     : "rax", "rbx");
}

/* Another vCPU, whose bases are others, on the same processor. */
static void second(void)
{
    set(true);
    while (!over) {
        uint64_t base = 0x1000000 + (uint64_t)rounds * 0x10;

        WRITE("wrfsbase", base);
        WRITE("wrgsbase", base + 1);
        hypercall_set_segment_base(SEGBASE_GS_USER, base + 2);
        hypercall_sched_op(SCHEDOP_yield, NULL);
        other_wrong += READ("rdfsbase") != base;
        other_wrong += READ("rdgsbase") != base + 1;
        other_wrong += rdmsr(MSR_KERNEL_GS_BASE) != base + 2;
        rounds++;
    }
}

static void beside_another(void)
{
    second_start(second);
    while (rounds < 50)
        hypercall_sched_op(SCHEDOP_yield, NULL);
    check_equal(READ("rdfsbase"), 0x222000, "another vCPU leaves FS alone");
    check_equal(READ("rdgsbase"), 0x333000, "and GS");
    check_equal(rdmsr(MSR_KERNEL_GS_BASE), 0x444000, "and user mode's");
    check_equal(other_wrong, 0, "and has its own");
    over = true;
    check(vcpu_goes_down(1, 5000000000), "it goes down");
}

static void in_the_kernel(void)
{
    WRITE("wrfsbase", 0x111000);
    check_equal(rdmsr(MSR_FS_BASE), 0x111000, "wrfsbase is the MSR");
    check_equal(READ("rdfsbase"), 0x111000, "rdfsbase reads it");
    works(hypercall_set_segment_base(SEGBASE_FS, 0x222000), "set_segment_base");
    check_equal(READ("rdfsbase"), 0x222000, "is seen");
    WRITE("wrgsbase", 0x333000);
    check_equal(rdmsr(MSR_GS_BASE), 0x333000, "wrgsbase is the kernel's GS");
    works(hypercall_set_segment_base(SEGBASE_GS_USER, 0x444000), "user's GS");
    check_equal(READ("rdgsbase"), 0x333000, "is another");
    check_equal(READ("rdgsbase %k0; mov %0,"), 0x333000, "32 bits of it");
    hypercall_xen_version(XENVER_version, NULL);
    hypercall_sched_op(SCHEDOP_yield, NULL);
    hypercall_set_timer_op(now() + 10000000);
    hypercall_sched_op(SCHEDOP_block, NULL);
    xen_events_disable(vcpu);
    check_equal(READ("rdfsbase"), 0x222000, "calls and sleep keep FS");
    check_equal(READ("rdgsbase"), 0x333000, "and GS");
    check_equal(rdmsr(MSR_KERNEL_GS_BASE), 0x444000, "and user mode's");
}

static void in_user_mode(void)
{
    check(user_run(user, 0x555000, &c), "user mode");
    check_equal(c.entry, 3, "has the instructions");
    check_equal(c.regs.rax, 0x222000, "sees the kernel's FS");
    check_equal(c.regs.rbx, 0x444000, "and its own GS");
    check_equal(READ("rdfsbase"), 0x555000, "what it set FS to stays");
    check_equal(READ("rdgsbase"), 0x333000, "GS is the kernel's again");
    check_equal(rdmsr(MSR_KERNEL_GS_BASE), 0x555008, "it has set its own");
    check(user_run(user, 0x666000, &c), "user mode, once more,");
    check_equal(c.regs.rax, 0x555000, "finds FS");
    check_equal(c.regs.rbx, 0x555008, "and GS as it left them");
}

void test(void)
{
    uint32_t a = 7, b, cx = 0, d;

    __asm__ volatile(XEN_CPUID : "+a"(a), "=b"(b), "+c"(cx), "=d"(d));
    if (!(b & 1))
        skip_all("the processor has no FSGSBASE");
    events_init();
    user_init();
    set(false);
    check(traps(&c, READ("rdfsbase")), "without CR4.FSGSBASE rdfsbase traps");
    check_equal(c.entry, 6, "to vector 6");
    check(traps(&c, WRITE("wrgsbase", 0)), "so does wrgsbase");
    check_equal(c.entry, 6, "to vector 6");
    set(true);
    in_the_kernel();
    beside_another();
    in_user_mode();
    set(false);
    check(user_run(user, 0, &c), "user mode without it");
    check_equal(c.entry, 6, "has vector 6");
    check_equal(rdmsr(MSR_FS_BASE), 0x666000, "the bases are as they were");
}
