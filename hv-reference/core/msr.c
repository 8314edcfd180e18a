// SPDX-License-Identifier: MIT
/*
 * The MSRs that PV kernels insist on. No guest reads or writes a real one but
 * the segment bases and TSC_AUX, which are its own; the others answer what a
 * plain processor would, and all else is a #GP.
 */
#include "core/msr.h"
#include "core/cpuid.h"
#include "core/hw.h"
#include "core/vcpu.h"

enum {
    MSR_TSC = 0x10,
    MSR_APIC_BASE = 0x1b,
    MSR_FEATURE_CONTROL = 0x3a,
    MSR_MICROCODE = 0x8b,
    MSR_PLATFORM_INFO = 0xce,
    MSR_ARCH_CAPABILITIES = 0x10a,
    MSR_MISC_FEATURES = 0x140,
    MSR_MCG_CAP = 0x179,
    MSR_MCG_STATUS = 0x17a,
    MSR_MISC_ENABLE = 0x1a0,
    MSR_PAT = 0x277,
    MSR_MC_FIRST = 0x400, /* CTL, STATUS, ADDR, MISC of bank 0, then bank 1 */
    MSR_MC_LAST = 0x407,
};
#define MACHINE_CHECK_BANKS 2
#define MSR_EFER           0xc0000080u
#define MSR_FS_BASE        0xc0000100u
#define MSR_GS_BASE        0xc0000101u
#define MSR_KERNEL_GS_BASE 0xc0000102u
#define MSR_TSC_AUX        0xc0000103u
#define MSR_AMD_HWCR       0xc0010015u

#define APIC_BASE_VALUE 0xfee00800ul /* there is one, and it is on */
#define APIC_BASE_BSP   0x100ul
#define EFER_VALUE      0xd01ul /* SCE LME LMA NX */
/* What the PAT bits of entries mean (x86/features.c). */
#define PAT_VALUE       0x050100070406ul
#define MISC_ENABLE_VALUE 0x1801ul /* fast strings; no BTS, no PEBS */
#define FEATURE_LOCKED  1ul
#define MICROCODE_NONE  (1ul << 32)
#define HWCR_TSC_FIXED  (1ul << 24)

/* A guest's machine-check banks: there are some, and nothing ever happens. */
static bool is_bank_control(uint32_t index)
{
    return index % 4 == 0;
}

bool guest_rdmsr(const struct vcpu *v, uint32_t index, uint64_t *value)
{
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
    case MSR_EFER:
        *value = EFER_VALUE;
        return true;
    case MSR_PAT:
        *value = PAT_VALUE;
        return true;
    case MSR_APIC_BASE:
        *value = APIC_BASE_VALUE | (v->id == 0 ? APIC_BASE_BSP : 0);
        return true;
    case MSR_MISC_ENABLE:
        *value = MISC_ENABLE_VALUE;
        return true;
    case MSR_FEATURE_CONTROL:
        *value = FEATURE_LOCKED;
        return true;
    case MSR_MICROCODE:
        *value = MICROCODE_NONE;
        return true;
    case MSR_AMD_HWCR:
        *value = HWCR_TSC_FIXED;
        return true;
    case MSR_MCG_CAP:
        *value = MACHINE_CHECK_BANKS;
        return true;
    case MSR_MC_FIRST ... MSR_MC_LAST:
        *value = is_bank_control(index) ? ~0ul : 0;
        return true;
    case MSR_PLATFORM_INFO:
    case MSR_ARCH_CAPABILITIES:
    case MSR_MISC_FEATURES:
    case MSR_MCG_STATUS:
        *value = 0;
        return true;
    default:
        return false;
    }
}

static bool write_base(enum hw_base which, uint64_t base)
{
    if (!is_canonical(base))
        return false;
    hw_write_base(which, base);
    return true;
}

bool guest_wrmsr(struct vcpu *v, uint32_t index, uint64_t value)
{
    uint64_t now;

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
    case MSR_MICROCODE:
        return value == 0; /* how a kernel asks for its revision */
    case MSR_MC_FIRST ... MSR_MC_LAST:
        return is_bank_control(index) || value == 0;
    default:
        /* What it reads as anyway may be written. */
        return guest_rdmsr(v, index, &now) && now == value;
    }
}
