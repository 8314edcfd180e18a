// SPDX-License-Identifier: MIT
/*
 * AVX registers are the vCPU's own: calls, upcalls, sleep and another vCPU that
 * uses them on the same processor leave them alone; and they are not there
 * before XCR0 says so.
 *
 * conform: reference dom0 domU
 * requires: PRIV-19 PRIV-20
 * vcpus: 2
 * cpus: 1
 */
#include "conform.h"

#define CR4_OSXSAVE (1UL << 18)

static struct caught c;
static volatile unsigned int rounds;
static volatile bool over;
static unsigned int other_wrong;

static void set_cr4(void)
{
    uint64_t cr4;

    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    __asm__ volatile("mov %0, %%cr4" ::"r"(cr4 | CR4_OSXSAVE));
}

static void set_xcr0(uint32_t low)
{
    __asm__ volatile("xsetbv" ::"a"(low), "d"(0), "c"(0));
}

/* Registers ymm0 to ymm15 by number, all bytes N + register. */
#define EACH(DO)                                                               \
    DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)                            \
    DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14) DO(15)

static uint8_t file[16][32] __attribute__((aligned(32)));
static uint8_t file2[16][32] __attribute__((aligned(32)));

static void put(uint8_t (*at)[32], uint8_t n)
{
    for (unsigned int i = 0; i < 16; i++)
        fill(at[i], (uint8_t)(n + i), 32);
#define LOAD(i) "vmovups " #i "*32(%0), %%ymm" #i ";"
    __asm__ volatile(EACH(LOAD)::"r"(at) : "memory");
}

static unsigned int wrong(uint8_t (*at)[32], uint8_t n)
{
    unsigned int bytes = 0;

#define STORE(i) "vmovups %%ymm" #i ", " #i "*32(%0);"
    __asm__ volatile(EACH(STORE)::"r"(at) : "memory");
    for (unsigned int i = 0; i < 16; i++)
        for (unsigned int k = 0; k < 32; k++)
            bytes += at[i][k] != (uint8_t)(n + i);
    return bytes;
}

static void second(void)
{
    set_cr4();
    set_xcr0(7);
    for (uint8_t n = 0; !over; n++) {
        put(file2, n);
        hypercall_sched_op(SCHEDOP_yield, NULL);
        other_wrong += wrong(file2, n);
        rounds++;
    }
}

/* The other vCPU gets so many turns. */
static void let_it_run(unsigned int turns)
{
    unsigned int end = rounds + turns;

    while (rounds < end)
        hypercall_sched_op(SCHEDOP_yield, NULL);
}

static void use(void)
{
    __asm__ volatile("vmovups %ymm0, %ymm1");
}

void test(void)
{
    uint32_t a = 0xd, b, cx = 0, d;

    __asm__ volatile(XEN_CPUID : "+a"(a), "=b"(b), "+c"(cx), "=d"(d));
    if (!(a & 4))
        skip_all("the processor has no AVX");
    events_init();
    set_cr4();
    set_xcr0(3);
    check(traps(&c, use()), "while XCR0 has no AVX its instructions trap");
    check_equal(c.entry, 6, "to vector 6");
    set_xcr0(7);
    put(file, 0x21);
    hypercall_xen_version(XENVER_version, NULL);
    check_equal(wrong(file, 0x21), 0, "a call keeps all of ymm0 to ymm15");
    hypercall_set_timer_op(now() + 10000000);
    hypercall_sched_op(SCHEDOP_block, NULL);
    xen_events_disable(vcpu);
    check_equal(wrong(file, 0x21), 0, "so does sleep, and an upcall");
    check(traps(&c, __asm__ volatile("ud2")), "an exception");
    check_equal(wrong(file, 0x21), 0, "does, too");
    second_start(second);
    let_it_run(50);
    check_equal(wrong(file, 0x21), 0, "another vCPU with others leaves them");
    check_equal(other_wrong, 0, "and has its own");
    put(file, 0x61);
    set_xcr0(3);
    let_it_run(10);
    set_xcr0(7);
    check_equal(wrong(file, 0x61), 0,
                "they are kept while XCR0 does not have them");
    over = true;
    check(vcpu_goes_down(1, 5000000000), "it goes down");
    set_xcr0(1);
    set_xcr0(7);
    check_equal(wrong(file, 0x61), 0, "XCR0 without them for a while: kept");
}
