// SPDX-License-Identifier: MIT
/*
 * CPUID for PV guests: the processor's own answer, less what a guest in ring 3
 * cannot use, and the leaves at 0x40000000 by which it knows Xen's interface.
 *
 * Only CPUID with the forced-emulation prefix comes here: the bare instruction
 * does not fault, and shows the processor as it is.
 *
 * Rule: a feature is shown only if it is in a list here. What a new processor
 * can do stays hidden until someone has thought about it.
 */
#include "core/processor/cpuid.h"
#include "core/vcpu.h"

#define BIT(n) (1u << (n))

#define CR4_TSD      (1ul << 2)
#define CR4_DE       (1ul << 3)
#define CR4_FSGSBASE (1ul << 16)
#define CR4_OSXSAVE  (1ul << 18)

#define LAST_BASIC      0xdu
#define LAST_EXTENDED   0x80000021u
#define XEN_LEAVES      0x40000000u
#define LAST_XEN        (XEN_LEAVES + 5)
#define XEN_VERSION     (4u << 16 | 17)

/* Leaf 1. */
#define SHOWN_1C                                                               \
    (BIT(0) /* SSE3 */ | BIT(1) /* PCLMULQDQ */ | BIT(9) /* SSSE3 */ |         \
     BIT(12) /* FMA */ | BIT(13) /* CX16 */ | BIT(19) /* SSE4.1 */ |           \
     BIT(20) /* SSE4.2 */ | BIT(22) /* MOVBE */ | BIT(23) /* POPCNT */ |       \
     BIT(25) /* AES */ | BIT(26) /* XSAVE */ | BIT(28) /* AVX */ |             \
     BIT(29) /* F16C */ | BIT(30) /* RDRAND */)
#define OSXSAVE_1C    BIT(27)
#define HYPERVISOR_1C BIT(31)
/* Not VME, PSE, SEP, MTRR, PGE, PSE36, HTT. */
#define SHOWN_1D                                                               \
    (BIT(0) /* FPU */ | BIT(2) /* DE */ | BIT(4) /* TSC */ |                   \
     BIT(5) /* MSR */ | BIT(6) /* PAE */ | BIT(7) /* MCE */ |                  \
     BIT(8) /* CX8 */ | BIT(9) /* APIC */ | BIT(14) /* MCA */ |                \
     BIT(15) /* CMOV */ | BIT(16) /* PAT */ |                                  \
     BIT(19) /* CLFLUSH */ | BIT(22) /* ACPI */ | BIT(23) /* MMX */ |          \
     BIT(24) /* FXSR */ | BIT(25) /* SSE */ | BIT(26) /* SSE2 */ |             \
     BIT(27) /* self-snoop */)

/* Leaf 7, and its subleaf 1. Not SMEP, SMAP, INVPCID, HLE, RTM, MPX, PT. */
#define AVX512_7B                                                              \
    (BIT(16) | BIT(17) | BIT(21) | BIT(26) | BIT(27) | BIT(28) | BIT(30) |     \
     BIT(31))
#define SHOWN_7B                                                               \
    (BIT(0) /* FSGSBASE */ | BIT(3) /* BMI1 */ | BIT(5) /* AVX2 */ |           \
     BIT(8) /* BMI2 */ | BIT(9) /* ERMS */ | BIT(18) /* RDSEED */ |            \
     BIT(19) /* ADX */ | BIT(23) /* CLFLUSHOPT */ | BIT(24) /* CLWB */ |       \
     BIT(29) /* SHA */ | AVX512_7B)
#define AVX512_7C (BIT(1) | BIT(6) | BIT(11) | BIT(12) | BIT(14))
#define SHOWN_7C                                                               \
    (BIT(0) /* PREFETCHWT1 */ | BIT(8) /* GFNI */ | BIT(9) /* VAES */ |        \
     BIT(10) /* VPCLMULQDQ */ | BIT(22) /* RDPID */ | BIT(25) /* CLDEMOTE */ | \
     BIT(27) /* MOVDIRI */ | BIT(28) /* MOVDIR64B */ | AVX512_7C)
#define AVX512_7D (BIT(2) | BIT(3) | BIT(8))
#define SHOWN_7D  (BIT(4) /* FSRM */ | BIT(14) /* SERIALIZE */ | AVX512_7D)
#define SHOWN_71A (BIT(4) /* AVX-VNNI */ | BIT(5) /* AVX512-BF16 */)

/* Leaf 0x80000001. Not SVM, PAGE1GB, and nothing of topology or counters. */
#define SHOWN_E1C                                                              \
    (BIT(0) /* LAHF */ | BIT(5) /* LZCNT */ | BIT(6) /* SSE4A */ |             \
     BIT(7) /* misaligned SSE */ | BIT(8) /* PREFETCHW */ |                    \
     BIT(11) /* XOP */ | BIT(16) /* FMA4 */ | BIT(21) /* TBM */)
#define SHOWN_E1D                                                              \
    (BIT(11) /* SYSCALL */ | BIT(20) /* NX */ | BIT(22) /* MMXEXT */ |         \
     BIT(25) /* FFXSR */ | BIT(27) /* RDTSCP */ | BIT(29) /* LM */ |           \
     BIT(30) | BIT(31) /* 3DNow */)
/* AMD repeats leaf 1's lower bits there. */
#define BELOW_BIT_25 (BIT(25) - 1)
#define INVARIANT_TSC BIT(8)
#define LINEAR_BITS   48u /* page tables have four levels */
#define LFENCE_E21A   BIT(2) /* serialises: always on AMD's, as in DE_CFG */
#define SHOWN_E21A    (LFENCE_E21A | BIT(6) /* null selectors */)

#define NEEDS_XSAVE_1C (BIT(12) | BIT(26) | BIT(28) | BIT(29))
#define NEEDS_XSAVE_7B (BIT(5) | AVX512_7B)
#define NEEDS_XSAVE_E1C (BIT(11) | BIT(16))

#define XCR0_AVX    0x04u
#define XCR0_SHOWN  0xe7u
#define XCR0_AVX512 0xe0u

/* The parts of XSAVE that a guest may switch on. */
static uint32_t xsave_parts(void)
{
    struct cpuid_result r;
    uint32_t parts;

    hw_cpuid(1, 0, &r);
    if (!(r.c & BIT(26)))
        return 0;
    hw_cpuid(0xd, 0, &r);
    parts = r.a & XCR0_SHOWN;
    return (parts & XCR0_AVX512) == XCR0_AVX512 ? parts : parts & ~XCR0_AVX512;
}

static void leaf_1(const struct vcpu *v, struct cpuid_result *r)
{
    r->b = (r->b & 0xff00) | v->id << 25; /* its APIC's number */
    r->c &= SHOWN_1C;
    if (!(xsave_parts() & XCR0_AVX))
        r->c &= ~NEEDS_XSAVE_1C | BIT(26);
    if (!xsave_parts())
        r->c &= ~BIT(26);
    /* Kernels that look for it before they set CR4.OSXSAVE: it is set. */
    if (r->c & BIT(26) && (v->hot.kernel_mode || v->cr4_guest & CR4_OSXSAVE))
        r->c |= OSXSAVE_1C;
    r->c |= HYPERVISOR_1C;
    r->d &= SHOWN_1D;
}

static void leaf_7(uint32_t subleaf, struct cpuid_result *r)
{
    uint32_t parts = xsave_parts();

    if (subleaf == 1) {
        r->a &= parts & XCR0_AVX512 ? SHOWN_71A : SHOWN_71A & ~BIT(5);
        r->b = r->c = r->d = 0;
        return;
    }
    r->a = subleaf ? 0 : min_of(r->a, 1u);
    r->b &= subleaf ? 0 : SHOWN_7B;
    r->c &= subleaf ? 0 : SHOWN_7C;
    r->d &= subleaf ? 0 : SHOWN_7D;
    if (!(parts & XCR0_AVX))
        r->b &= ~NEEDS_XSAVE_7B;
    if (!(parts & XCR0_AVX512)) {
        r->b &= ~AVX512_7B;
        r->c &= ~AVX512_7C;
        r->d &= ~AVX512_7D;
    }
}

/* How large an XSAVE image is in which all of PARTS have their place. */
static uint32_t xsave_size(uint32_t parts)
{
    uint32_t size = 576; /* x87, SSE and the header */

    for (unsigned int i = 2; i < 32; i++) {
        struct cpuid_result r;

        if (!(parts & BIT(i)))
            continue;
        hw_cpuid(0xd, i, &r);
        size = max_of(size, r.b + r.a);
    }
    return size;
}

#define XSAVES BIT(3) /* of subleaf 1: privileged */

static void leaf_d(uint32_t subleaf, struct cpuid_result *r)
{
    uint32_t parts = xsave_parts();

    if (!parts || (subleaf >= 2 && (subleaf > 31 || !(parts & BIT(subleaf))))) {
        *r = (struct cpuid_result){0};
        return;
    }
    if (subleaf == 0) {
        r->a = parts;
        r->c = xsave_size(parts);
        r->d = 0;
    } else if (subleaf == 1) {
        r->a &= ~XSAVES;
        r->b = r->c = r->d = 0;
    }
}

static void basic_leaf(const struct vcpu *v, uint32_t leaf, uint32_t subleaf,
                       struct cpuid_result *r)
{
    switch (leaf) {
    case 0:
        r->a = min_of(r->a, LAST_BASIC);
        return;
    case 1:
        leaf_1(v, r);
        return;
    case 2:
        return;
    case 4:
        r->a &= 0x3fff; /* each cache is one processor's */
        return;
    case 7:
        leaf_7(subleaf, r);
        return;
    case 0xd:
        leaf_d(subleaf, r);
        return;
    default:
        *r = (struct cpuid_result){0};
    }
}

static bool is_amd(void)
{
    struct cpuid_result r;

    hw_cpuid(0, 0, &r);
    return r.b == 0x68747541; /* "Auth" */
}

static void extended_leaf(uint32_t leaf, struct cpuid_result *r)
{
    switch (leaf) {
    case 0x80000000:
        r->a = is_amd() ? LAST_EXTENDED : min_of(r->a, LAST_EXTENDED);
        return;
    case 0x80000001:
        r->c &= SHOWN_E1C;
        if (!(xsave_parts() & XCR0_AVX))
            r->c &= ~NEEDS_XSAVE_E1C;
        r->d &= SHOWN_E1D | (SHOWN_1D & BELOW_BIT_25 & ~BIT(22));
        return;
    case 0x80000002 ... 0x80000006:
        return;
    case 0x80000007:
        *r = (struct cpuid_result){.d = r->d & INVARIANT_TSC};
        return;
    case 0x80000008:
        *r = (struct cpuid_result){.a = (r->a & 0xff) | LINEAR_BITS << 8};
        return;
    case 0x80000021:
        *r = (struct cpuid_result){.a = r->a & SHOWN_E21A};
        if (is_amd())
            r->a |= LFENCE_E21A;
        return;
    default:
        *r = (struct cpuid_result){0};
    }
}

/* Machine frame numbers fit into so many address bits: grant tables ask. */
#define MACHINE_ADDRESS_BITS 40

static void xen_leaf(uint32_t leaf, uint32_t subleaf, struct cpuid_result *r)
{
    struct tsc_scale scale;

    *r = (struct cpuid_result){0};
    switch (leaf) {
    case XEN_LEAVES:
        *r = (struct cpuid_result){LAST_XEN, 0x566e6558, 0x65584d4d,
                                   0x4d4d566e}; /* XenVMMXenVMM */
        return;
    case XEN_LEAVES + 1:
        r->a = XEN_VERSION;
        return;
    case XEN_LEAVES + 2:
        r->a = 1;          /* hypercall pages */
        r->b = XEN_LEAVES; /* MSR that fills one (HVM guests') */
        r->c = 1;          /* MMU_PT_UPDATE_PRESERVE_AD */
        return;
    case XEN_LEAVES + 3:
        hw_tsc_scale(&scale);
        if (subleaf == 0)
            r->c = (uint32_t)(scale.hz / 1000);
        if (subleaf == 2)
            r->a = (uint32_t)(scale.hz / 1000);
        return;
    case XEN_LEAVES + 5:
        r->b = MACHINE_ADDRESS_BITS;
        return;
    }
}

/* A leaf beyond a range's last reads as zeroes. */
void guest_cpuid(const struct vcpu *v, uint32_t leaf, uint32_t subleaf,
                 struct cpuid_result *r)
{
    if ((leaf & 0xffff0000u) == XEN_LEAVES) {
        xen_leaf(leaf, subleaf, r);
        return;
    }
    hw_cpuid(leaf & 0x80000000u, 0, r);
    if (leaf <= r->a)
        hw_cpuid(leaf, subleaf, r);
    else
        *r = (struct cpuid_result){0};
    if (leaf & 0x80000000u)
        extended_leaf(leaf, r);
    else
        basic_leaf(v, leaf, subleaf, r);
}

uint64_t guest_cr4(uint64_t old, uint64_t new)
{
    uint64_t may_change = CR4_TSD | CR4_DE;
    struct cpuid_result r;

    hw_cpuid(7, 0, &r);
    if (r.b & BIT(0))
        may_change |= CR4_FSGSBASE;
    if (xsave_parts())
        may_change |= CR4_OSXSAVE;
    return (old & ~may_change) | (new & may_change);
}
