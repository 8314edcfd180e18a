// SPDX-License-Identifier: MIT
/*
 * What the processor can do, and switching on of what is used.
 *
 * SMAP is off unless the command line says smap=1: QEMU before 9.1 lets a
 * guest kernel's own IRETQ read its frame with ring 0's rights, so that with
 * SMAP on a correct guest faults there for ever.
 */
#include "core/hw.h"
#include "core/lib.h"
#include "core/options.h"
#include "x86/asm.h"
#include "x86/context.h"
#include "x86/features.h"
#include "x86/paging.h"

struct features features;

/* WB WT UC- UC WC WP UC UC: Xen's, so that guests' PAT bits mean the same. */
#define PAT_VALUE 0x050100070406ul

static bool bit(uint32_t word, unsigned int n)
{
    return word >> n & 1;
}

static void xsave_init(void)
{
    struct cpuid_regs r = cpuid(0xd, 0);

    features.xcr0 = (r.a | (uint64_t)r.d << 32) & XCR0_KNOWN;
    if ((features.xcr0 & XCR0_AVX512) != XCR0_AVX512)
        features.xcr0 &= ~XCR0_AVX512;
    features.xsaveopt = bit(cpuid(0xd, 1).a, 0);
    features.fpu_bytes = r.c; /* for all that the processor has */
}

#define MXCSR_MASK_AT      28 /* in an FXSAVE image */
#define MXCSR_MASK_DEFAULT 0xffbfu

static uint32_t mxcsr_mask(void)
{
    static uint8_t image[FXSAVE_BYTES] __attribute__((aligned(16)));
    uint32_t mask;

    __asm__ volatile("fxsave64 %0" : "=m"(image));
    mask = *(uint32_t *)(image + MXCSR_MASK_AT);
    return mask ? mask : MXCSR_MASK_DEFAULT;
}

static void load_efer(void)
{
    wrmsr(MSR_EFER, EFER_SCE | EFER_LME | EFER_LMA |
                        (features.nx ? EFER_NX : 0));
}

void features_init(const char *cmdline)
{
    struct cpuid_regs f1 = cpuid(1, 0), f7 = {0}, e1, ep = {0};
    uint32_t last = cpuid(0, 0).a, last_extended = cpuid(0x80000000, 0).a;

    e1 = cpuid(0x80000001, 0);
    if (last >= 7)
        f7 = cpuid(7, 0);
    if (last_extended >= 0x80000007)
        ep = cpuid(0x80000007, 0);

    if (!bit(f1.d, 9))
        panic("this processor has no local APIC");
    if (!bit(e1.d, 11) || !bit(f1.d, 24))
        panic("this processor has no SYSCALL or no FXSAVE");

    features.nx = bit(e1.d, 20);
    features.page_1g = bit(e1.d, 26);
    features.rdtscp = bit(e1.d, 27);
    features.tsc_deadline = bit(f1.c, 24);
    features.xsave = bit(f1.c, 26);
    features.fsgsbase = bit(f7.b, 0);
    features.smep = bit(f7.b, 7);
    features.smap = bit(f7.b, 20) && option_number(cmdline, "smap", 0);
    features.invariant_tsc = bit(ep.d, 8);
    features.address_bits = 36;
    if (last_extended >= 0x80000008)
        features.address_bits = cpuid(0x80000008, 0).a & 0xff;
    features.fpu_bytes = FXSAVE_BYTES;
    features.mxcsr_mask = mxcsr_mask();
    if (features.xsave && last >= 0xd)
        xsave_init();
    else
        features.xsave = false;
    load_efer(); /* the first page tables have NX bits in them */
}

/*
 * Not PGE: guests' user pages carry G, as Xen sets it, and every flush here is
 * a load of CR3, which must not leave any of them behind.
 */
uint64_t host_cr4(void)
{
    uint64_t cr4 = (1ul << 5) | CR4_OSFXSR | CR4_OSXMMEXCPT; /* 5: PAE */

    cr4 |= features.smep ? CR4_SMEP : 0;
    cr4 |= features.smap ? CR4_SMAP : 0;
    cr4 |= features.xsave ? CR4_OSXSAVE : 0;
    return cr4;
}

struct smap_site {
    uint8_t *code;
    uint64_t instruction; /* three bytes */
};
extern const struct smap_site smap_sites_start[], smap_sites_end[];

void features_patch(void)
{
    if (!features.smap)
        return;
    for (const struct smap_site *s = smap_sites_start; s < smap_sites_end; s++)
        memcpy(s->code, &s->instruction, 3);
}

void features_enable(void)
{
    wrmsr(MSR_PAT, PAT_VALUE);
    load_efer();
    write_cr4(host_cr4());
    if (features.xsave)
        fpu_set_xcr0(features.xcr0);
}
