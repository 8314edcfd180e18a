// SPDX-License-Identifier: MIT
/*
 * The current vCPU's registers that stay in the processor while it runs, one
 * function each (core/hw.h).
 */
#include "core/cpu.h"
#include "core/hw.h"
#include "core/vcpu.h"
#include "x86/asm.h"
#include "x86/context.h"
#include "x86/features.h"
#include "x86/segment_load.h"

/* SWAPGS has exchanged the two: which MSR holds which depends on the mode. */
static uint32_t base_msr(enum hw_base which)
{
    bool active = (which == HW_GS_KERNEL_BASE) == current->hot.kernel_mode;

    if (which == HW_FS_BASE)
        return MSR_FS_BASE;
    return active ? MSR_GS_BASE : MSR_KERNEL_GS_BASE;
}

uint64_t hw_read_base(enum hw_base which)
{
    return rdmsr(base_msr(which));
}

void hw_write_base(enum hw_base which, uint64_t base)
{
    wrmsr(base_msr(which), base);
}

void hw_load_user_gs(uint16_t selector)
{
    bool kernel = current->hot.kernel_mode;

    if (kernel)
        hw_swap_gs();
    load_gs(selector);
    if (kernel)
        hw_swap_gs();
}

void hw_read_selectors(uint16_t selectors[4])
{
    __asm__("mov %%ds, %0" : "=rm"(selectors[0]));
    __asm__("mov %%es, %0" : "=rm"(selectors[1]));
    __asm__("mov %%fs, %0" : "=rm"(selectors[2]));
    __asm__("mov %%gs, %0" : "=rm"(selectors[3]));
}

void hw_load_ts(void)
{
    fpu_set_ts(current);
}

void hw_load_debug_regs(void)
{
    debug_regs_enter(current);
}

/* These bits are as the guest set them. */
void hw_load_cr4(void)
{
    uint64_t owned = CR4_TSD | CR4_DE;

    if (features.fsgsbase)
        owned |= CR4_FSGSBASE;
    write_cr4(host_cr4() | (current->cr4_guest & owned));
}

void hw_load_tsc_aux(void)
{
    if (features.rdtscp)
        wrmsr(MSR_TSC_AUX, current->tsc_aux);
}

bool hw_set_xcr0(uint64_t value)
{
    struct vcpu *v = current;

    if (!features.xsave || value & ~features.xcr0 || !(value & XCR0_X87))
        return false;
    if (value & XCR0_AVX && !(value & XCR0_SSE))
        return false;
    if (value & XCR0_AVX512 &&
        ((value & XCR0_AVX512) != XCR0_AVX512 || !(value & XCR0_AVX)))
        return false;
    v->xcr0 = value;
    v->xcr0_ever |= value;
    fpu_set_xcr0(value);
    return true;
}

void hw_cpuid(uint32_t leaf, uint32_t subleaf, struct cpuid_result *out)
{
    struct cpuid_regs r = cpuid(leaf, subleaf);

    *out = (struct cpuid_result){r.a, r.b, r.c, r.d};
}

uint64_t hw_tsc(void)
{
    return rdtsc();
}

uint64_t hw_read_gs_base(void)
{
    return rdmsr(MSR_GS_BASE);
}

/* LAR says nothing of a selector that is none. */
bool hw_is_code64(uint16_t cs)
{
    uint32_t rights = 0;

    __asm__("lar %1, %0" : "+r"(rights) : "r"((uint32_t)cs) : "cc");
    return rights & 1u << 21;
}
