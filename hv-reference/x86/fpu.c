// SPDX-License-Identifier: MIT
/*
 * A vCPU's FPU, SSE and AVX state. The hypervisor itself is compiled without
 * any of it, so that the state stays in the processor until another vCPU gets
 * it; then it is exchanged at once: a lazy exchange would leave one guest's
 * registers within speculative reach of the next.
 *
 * CR0.TS is the guest's alone (fpu_taskswitch).
 */
#include "core/cpu.h"
#include "core/processor/cpuid.h"
#include "core/errno.h"
#include "core/memory/frame.h"
#include "core/hw.h"
#include "core/lib.h"
#include "core/vcpu.h"
#include "x86/asm.h"
#include "x86/context.h"
#include "x86/features.h"

#define XCR0_START (XCR0_X87 | XCR0_SSE) /* what a vCPU begins with */

/* Where FXSAVE and XSAVE images have their control words. */
#define FPU_FCW_AT      0
#define FPU_MXCSR_AT    24
#define XSAVE_IN_USE_AT   512 /* which components differ from their start */
#define FPU_FCW_START   0x037fu
#define FPU_MXCSR_START 0x1f80u

static unsigned int image_order(void)
{
    unsigned int order = 0;

    while ((PAGE_SIZE << order) < features.fpu_bytes)
        order++;
    return order;
}

int hw_vcpu_init(struct vcpu *v)
{
    mfn_t mfn = frames_alloc(image_order());

    if (mfn_eq(mfn, MFN_NONE))
        return -ENOMEM;
    v->fpu = map_frame(mfn);
    for (unsigned int i = 0; i < PAGE_SIZE << image_order(); i += 8)
        *(uint64_t *)(v->fpu + i) = 0;
    *(uint16_t *)(v->fpu + FPU_FCW_AT) = FPU_FCW_START;
    *(uint32_t *)(v->fpu + FPU_MXCSR_AT) = FPU_MXCSR_START;
    v->xcr0 = v->xcr0_ever = XCR0_START;
    v->cr4_guest = CR4_GUEST_START;
    v->dr[6] = DR6_NOTHING;
    v->dr[7] = DR7_NOTHING;
    return 0;
}

void hw_set_fpu(struct vcpu *v, const void *fxsave_image)
{
    memcpy(v->fpu, fxsave_image, FXSAVE_BYTES);
    *(uint32_t *)(v->fpu + FPU_MXCSR_AT) &= features.mxcsr_mask;
    if (features.xsave)
        *(uint64_t *)(v->fpu + XSAVE_IN_USE_AT) |= XCR0_START;
}

void hw_vcpu_free(struct vcpu *v)
{
    frames_free(hw_virt_to_mfn(v->fpu), image_order());
    v->fpu = NULL;
}

void fpu_set_xcr0(uint64_t value)
{
    struct cpu *cpu = this_cpu();

    if (cpu->xcr0 != value) {
        cpu->xcr0 = value;
        xsetbv(value);
    }
}

static void clear_ts(void)
{
    __asm__ volatile("clts");
}

/*
 * Everything that the vCPU ever switched on, even if it is off now: the
 * registers keep their contents.
 */
void fpu_save(struct vcpu *v)
{
    uint32_t low = 0xffffffffu, high = low;

    clear_ts();
    if (!features.xsave) {
        __asm__ volatile("fxsave64 (%0)" : : "r"(v->fpu) : "memory");
        return;
    }
    fpu_set_xcr0(v->xcr0_ever);
    if (features.xsaveopt)
        __asm__ volatile("xsaveopt64 (%0)"
                         :
                         : "r"(v->fpu), "a"(low), "d"(high)
                         : "memory");
    else
        __asm__ volatile("xsave64 (%0)"
                         :
                         : "r"(v->fpu), "a"(low), "d"(high)
                         : "memory");
}

/* All components that the processor has: what V lacks becomes initial. */
void fpu_load(struct vcpu *v)
{
    uint32_t low = 0xffffffffu, high = low;

    clear_ts();
    if (!features.xsave) {
        __asm__ volatile("fxrstor64 (%0)" : : "r"(v->fpu) : "memory");
    } else {
        fpu_set_xcr0(features.xcr0);
        __asm__ volatile("xrstor64 (%0)"
                         :
                         : "r"(v->fpu), "a"(low), "d"(high)
                         : "memory");
        fpu_set_xcr0(v->xcr0);
    }
    fpu_set_ts(v);
}

void fpu_set_ts(const struct vcpu *v)
{
    if (v->cr0_ts)
        write_cr0(read_cr0() | CR0_TS);
    else
        clear_ts();
}
