// SPDX-License-Identifier: MIT
/*
 * Bases of FS and GS: by call, by MSR, and the kernel's and user mode's GS that
 * change places on the way between them.
 *
 * conform: reference dom0 domU
 * requires: SEG-1 SEG-2 SEG-3 SEG-4 SEG-5
 */
#include "conform.h"

#define MSR_FS_BASE        0xc0000100
#define MSR_GS_BASE        0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102

static uint64_t rdmsr(uint32_t msr)
{
    uint32_t low, high;

    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

static void wrmsr(uint32_t msr, uint64_t value)
{
    __asm__ volatile("wrmsr" ::"c"(msr), "a"((uint32_t)value),
                     "d"((uint32_t)(value >> 32)));
}

static uint64_t at_fs(void)
{
    uint64_t word;

    __asm__ volatile("mov %%fs:0, %0" : "=r"(word));
    return word;
}

static uint64_t at_gs(void)
{
    uint64_t word;

    __asm__ volatile("mov %%gs:0, %0" : "=r"(word));
    return word;
}

static void user_gs(uint64_t arg)
{
    (void)arg;
    __asm__ volatile("mov %%gs:0, %%rax; int3" ::: "rax");
}

static long base(int which, const void *at)
{
    return hypercall_set_segment_base(which, (unsigned long)at);
}

void test(void)
{
    static uint64_t one = 1, two = 2, three = 3;
    struct caught c;
    uint16_t selector = 0xffff;

    works(base(SEGBASE_FS, &one), "FS by call");
    check_equal(at_fs(), 1, "is used");
    check_equal(rdmsr(MSR_FS_BASE), &one, "and read by MSR");
    wrmsr(MSR_FS_BASE, (uint64_t)&two);
    check_equal(at_fs(), 2, "FS by MSR");
    works(base(SEGBASE_GS_KERNEL, &three), "the kernel's GS by call");
    check_equal(at_gs(), 3, "is used");
    check_equal(rdmsr(MSR_GS_BASE), &three, "and read by MSR");
    wrmsr(MSR_GS_BASE, (uint64_t)&one);
    check_equal(at_gs(), 1, "GS by MSR");
    works(base(SEGBASE_GS_USER, &two), "user mode's GS by call");
    check_equal(at_gs(), 1, "leaves the kernel's alone");
    check_equal(rdmsr(MSR_KERNEL_GS_BASE), &two, "and is read by MSR");
    user_init();
    check(user_run(user_gs, 0, &c), "user mode");
    check_equal(c.regs.rax, 2, "has its own GS");
    check_equal(at_gs(), 1, "and the kernel has its own again");
    wrmsr(MSR_KERNEL_GS_BASE, (uint64_t)&three);
    check(user_run(user_gs, 0, &c), "user mode, after the MSR was written");
    check_equal(c.regs.rax, 3, "has the new one");

    works(base(SEGBASE_GS_USER_SEL, (void *)0), "a null selector for user GS");
    works(base(SEGBASE_GS_USER_SEL, (void *)0x7ffb),
          "a selector that cannot be loaded is no error");
    __asm__ volatile("mov %%gs, %0" : "=r"(selector));
    check_equal(selector, 0, "the kernel's is null");

    refused(base(SEGBASE_FS, (void *)0x8000000000000000), XEN_EINVAL,
            "FS: an address that is not canonical");
    refused(base(SEGBASE_GS_KERNEL, (void *)0x8000000000000000), XEN_EINVAL,
            "GS, kernel: the same");
    refused(base(SEGBASE_GS_USER, (void *)0x8000000000000000), XEN_EINVAL,
            "GS, user: the same");
    refused(base(9, &one), XEN_EINVAL, "a base that is not");
    check(traps(&c, wrmsr(MSR_FS_BASE, 0x8000000000000000)),
          "by MSR such an address traps");
    check_equal(c.entry, 13, "to vector 13");
    check_equal(at_fs(), 2, "and FS is what it was");
}
