// SPDX-License-Identifier: MIT
/* Control, debug and model-specific registers, on the machine itself. */
#include "../internal.h"

#define CONTROL_REGISTER(n)                                                   \
    unsigned long pv_native_read_cr##n(void)                                     \
    {                                                                         \
        unsigned long value;                                                  \
                                                                              \
        asm volatile("mov %%cr" #n ", %0" : "=r"(value) : : "memory");        \
        return value;                                                         \
    }                                                                         \
                                                                              \
    void pv_native_write_cr##n(unsigned long value)                              \
    {                                                                         \
        asm volatile("mov %0, %%cr" #n : : "r"(value) : "memory");            \
    }

CONTROL_REGISTER(0)
CONTROL_REGISTER(2)
CONTROL_REGISTER(3)
CONTROL_REGISTER(4)
CONTROL_REGISTER(8)

void pv_native_clts(void)
{
    asm volatile("clts" : : : "memory");
}

#define READ_DR(n)                                                            \
    case n:                                                                   \
        asm volatile("mov %%db" #n ", %0" : "=r"(value));                     \
        break;
#define WRITE_DR(n)                                                           \
    case n:                                                                   \
        asm volatile("mov %0, %%db" #n : : "r"(value));                       \
        break;
#define EACH_DR(F) F(0) F(1) F(2) F(3) F(6) F(7)

unsigned long pv_native_read_dr(int reg)
{
    unsigned long value = 0;

    switch (reg) {
        EACH_DR(READ_DR)
    }
    return value;
}

void pv_native_write_dr(int reg, unsigned long value)
{
    switch (reg) {
        EACH_DR(WRITE_DR)
    }
}

unsigned long pv_native_read_msr(unsigned msr)
{
    unsigned low, high;

    asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return low | (unsigned long)high << 32;
}

void pv_native_write_msr(unsigned msr, unsigned long value)
{
    asm volatile("wrmsr"
                 :
                 : "c"(msr), "a"((unsigned)value),
                   "d"((unsigned)(value >> 32))
                 : "memory");
}

struct pv_cpuid pv_native_cpuid(unsigned leaf, unsigned subleaf)
{
    struct pv_cpuid r;

    asm volatile("cpuid"
                 : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
                 : "a"(leaf), "c"(subleaf));
    return r;
}

unsigned long pv_native_rdtsc(void)
{
    unsigned low, high;

    asm volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return low | (unsigned long)high << 32;
}

unsigned long pv_native_rdpmc(unsigned reg)
{
    unsigned low, high;

    asm volatile("rdpmc" : "=a"(low), "=d"(high) : "c"(reg));
    return low | (unsigned long)high << 32;
}

void pv_native_wbinvd(void)
{
    asm volatile("wbinvd" : : : "memory");
}

void pv_native_xsetbv(unsigned reg, unsigned long value)
{
    asm volatile("xsetbv"
                 :
                 : "c"(reg), "a"((unsigned)value),
                   "d"((unsigned)(value >> 32))
                 : "memory");
}
