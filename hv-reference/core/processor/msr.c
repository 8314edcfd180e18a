// SPDX-License-Identifier: MIT
/*
 * The MSRs that PV kernels insist on, as Xen 4.17 shows them to a domU. No
 * guest reads or writes a real one but the segment bases and TSC_AUX, which
 * are its own; the others answer what a plain processor would, and what is not
 * in the table is a #GP.
 */
#include "core/processor/msr.h"
#include "core/processor/cpuid.h"
#include "core/hw.h"
#include "core/vcpu.h"

#define MSR_TSC            0x10u
#define MSR_MPERF          0xe7u
#define MSR_APERF          0xe8u
#define MSR_MCG_STATUS     0x17au
#define MSR_APIC_BASE      0x1bu
#define MSR_FS_BASE        0xc0000100u
#define MSR_GS_BASE        0xc0000101u
#define MSR_KERNEL_GS_BASE 0xc0000102u
#define MSR_TSC_AUX        0xc0000103u

#define APIC_BASE_VALUE 0xfee00800ul /* there is one, and it is on */
#define APIC_BASE_BSP   0x100ul

/* Whose processors have it. */
enum vendor { ANY, INTEL, AMD };

/* What becomes of a write. */
enum write {
    REFUSED, /* #GP */
    IGNORED,
    SAME, /* ignored, if it changes nothing; otherwise #GP */
    ZERO, /* ignored, if it is 0; otherwise #GP */
};

/* MSRs from .first to .last read as .value. */
static const struct fixed_msr {
    uint32_t first, last;
    enum vendor vendor;
    enum write write;
    uint64_t value;
} fixed[] = {
    {0x0, 0x1, ANY, REFUSED, 0}, /* machine checks of the first Pentium */
    {0x3a, 0x3a, INTEL, REFUSED, 1},            /* feature control: locked */
    {0x8b, 0x8b, INTEL, ZERO, 1ul << 32},       /* microcode: asked by 0 */
    {0x8b, 0x8b, AMD, REFUSED, 0x01000065},     /* … */
    {0xce, 0xce, ANY, REFUSED, 0},              /* platform information */
    {0x10a, 0x10a, INTEL, REFUSED, 0},          /* architectural capabilities */
    {0x140, 0x140, ANY, SAME, 0},               /* CPUID faulting: off */
    {0x179, 0x179, ANY, IGNORED, 2},            /* two machine-check banks … */
    {0x17b, 0x17b, ANY, IGNORED, 0},            /* … in which nothing happens */
    {0x1a0, 0x1a0, ANY, IGNORED, 0x801801},     /* fast strings; no BTS, PEBS */
    {0x277, 0x277, ANY, REFUSED, 0x050100070406}, /* PAT (x86/features.c) */
    {0x345, 0x345, ANY, REFUSED, 0},            /* performance capabilities */
    {0x400, 0x400, ANY, IGNORED, ~0ul},         /* bank 0's control … */
    {0x401, 0x403, ANY, ZERO, 0},               /* … status, address, misc */
    {0x404, 0x404, ANY, IGNORED, ~0ul},
    {0x405, 0x407, ANY, ZERO, 0},
    {0x408, 0x47f, ANY, IGNORED, 0},            /* banks that are not */
    {0x40000000, 0x40000000, ANY, REFUSED, 0},  /* the hypervisor's leaf 2 */
    {0xc0000080, 0xc0000080, ANY, SAME, 0xd01}, /* EFER: SCE LME LMA NX */
    {0xc0010000, 0xc0010007, AMD, IGNORED, 0},    /* performance counters */
    {0xc0010015, 0xc0010015, AMD, IGNORED, 0},    /* hardware configuration */
    {0xc001001f, 0xc001001f, AMD, IGNORED, 0},    /* northbridge configuration */
    {0xc0010061, 0xc0010064, AMD, IGNORED, 0},    /* P-states */
    {0xc0010200, 0xc001020b, AMD, IGNORED, 0},  /* … the later six */
    {0xc0011029, 0xc0011029, AMD, IGNORED, 2},  /* LFENCE serialises */
};

static enum vendor vendor(void)
{
    struct cpuid_result r;

    hw_cpuid(0, 0, &r);
    return r.b == 0x756e6547 /* "Genu" */ ? INTEL : AMD;
}

static const struct fixed_msr *find_fixed(uint32_t index)
{
    for (unsigned int i = 0; i < ARRAY_SIZE(fixed); i++)
        if (index >= fixed[i].first && index <= fixed[i].last &&
            (fixed[i].vendor == ANY || fixed[i].vendor == vendor()))
            return &fixed[i];
    return NULL;
}

bool guest_rdmsr(const struct vcpu *v, uint32_t index, uint64_t *value)
{
    const struct fixed_msr *msr;

    switch (index) {
    case MSR_FS_BASE:
        *value = hw_read_base(HW_FS_BASE);
        return true;
    case MSR_GS_BASE:
        *value = hw_read_base(HW_GS_KERNEL_BASE);
        return true;
    case MSR_KERNEL_GS_BASE:
        *value = hw_read_base(HW_GS_USER_BASE);
        return true;
    case MSR_TSC_AUX:
        *value = v->tsc_aux;
        return true;
    case MSR_TSC:
        *value = hw_tsc();
        return true;
    case MSR_MCG_STATUS:
        *value = v->mcg_status;
        return true;
    case MSR_APIC_BASE:
        *value = APIC_BASE_VALUE | (v->id == 0 ? APIC_BASE_BSP : 0);
        return true;
    default:
        msr = find_fixed(index);
        if (msr)
            *value = msr->value;
        return msr != NULL;
    }
}

static bool write_base(enum hw_base which, uint64_t base)
{
    if (!is_canonical(base))
        return false;
    hw_write_base(which, base);
    return true;
}

static bool may_write(const struct fixed_msr *msr, uint64_t value)
{
    if (!msr || msr->write == REFUSED)
        return false;
    return msr->write == IGNORED ||
           value == (msr->write == SAME ? msr->value : 0);
}

bool guest_wrmsr(struct vcpu *v, uint32_t index, uint64_t value)
{
    switch (index) {
    case MSR_FS_BASE:
        return write_base(HW_FS_BASE, value);
    case MSR_GS_BASE:
        return write_base(HW_GS_KERNEL_BASE, value);
    case MSR_KERNEL_GS_BASE:
        return write_base(HW_GS_USER_BASE, value);
    case MSR_TSC_AUX:
        if (value >> 32)
            return false;
        v->tsc_aux = value;
        hw_load_tsc_aux();
        return true;
    case MSR_MCG_STATUS:
        v->mcg_status = value;
        return true;
    case MSR_MPERF:
    case MSR_APERF:
        return true; /* though it cannot be read */
    default:
        return may_write(find_fixed(index), value);
    }
}
