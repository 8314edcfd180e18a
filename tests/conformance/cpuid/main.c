// SPDX-License-Identifier: MIT
/*
 * CPUID by forced emulation: the hypervisor's leaves, and what of the processor
 * a PV guest must not see.
 *
 * conform: reference dom0 domU
 * requires: CPUID-1 CPUID-2 CPUID-3 CPUID-4 CPUID-5 CPUID-6 CPUID-7 CPUID-8
 */
#include "conform.h"
#include <xen/arch-x86/cpuid.h>

struct leaf {
    uint32_t eax, ebx, ecx, edx;
};

static struct leaf cpuid(uint32_t leaf, uint32_t sub)
{
    struct leaf l = {leaf, 0, sub, 0};

    __asm__ volatile(XEN_CPUID
                     : "+a"(l.eax), "=b"(l.ebx), "+c"(l.ecx), "=d"(l.edx));
    return l;
}

static struct leaf processor(uint32_t leaf, uint32_t sub)
{
    struct leaf l = {leaf, 0, sub, 0};

    __asm__ volatile("cpuid"
                     : "+a"(l.eax), "=b"(l.ebx), "+c"(l.ecx), "=d"(l.edx));
    return l;
}

/* Nothing is shown that the processor has not, but for the bits EXTRA. */
static void subset(uint32_t leaf, uint32_t extra)
{
    struct leaf shown = cpuid(leaf, 0), there = processor(leaf, 0);

    check_equal(shown.ebx & ~there.ebx, 0, "leaf %x: ebx is the processor's",
                leaf);
    check_equal(shown.ecx & ~there.ecx & ~extra, 0, "ecx");
    check_equal(shown.edx & ~there.edx, 0, "edx");
}

/* AMD's: the leaf that says so of LFENCE is there, whatever the processor. */
static void lfence(void)
{
    if (processor(0, 0).ebx != 0x68747541) /* "Auth" */ {
        skip("the processor is not AMD's", "LFENCE serialises");
        return;
    }
    check_equal(cpuid(0x80000000, 0).eax, 0x80000021, "the last leaf");
    check_equal(cpuid(0x80000021, 0).eax & 4, 4, "LFENCE serialises");
}

/* XSAVE: what XCR0 may hold, and how large an image of that is. */
static void xsave(void)
{
    struct leaf parts = cpuid(0xd, 0), there = processor(0xd, 0);

    check_equal(parts.eax & 3, 3, "leaf d: x87 and SSE are there");
    check_equal(parts.eax & ~there.eax, 0, "and nothing that is not");
    check_equal(parts.eax & 0x218, 0, "MPX and PKU are hidden");
    check(parts.ecx >= 576 && parts.ecx <= there.ecx, "the largest image");
    check_equal(cpuid(0xd, 1).eax >> 3 & 1, 0, "XSAVES is hidden");
    check_equal(cpuid(0xd, 9).eax, 0, "so is PKU's own leaf");
}

static void hidden(uint32_t word, unsigned int bit, const char *name)
{
    check_equal(word >> bit & 1, 0, "%s is hidden", name);
}

void test(void)
{
    struct leaf base = cpuid(XEN_CPUID_LEAF(0), 0), one, seven, own;
    uint64_t width;

    check_equal(base.ebx, XEN_CPUID_SIGNATURE_EBX, "the signature, ebx");
    check_equal(base.ecx, XEN_CPUID_SIGNATURE_ECX, "ecx");
    check_equal(base.edx, XEN_CPUID_SIGNATURE_EDX, "edx");
    check(base.eax >= XEN_CPUID_LEAF(2), "it has leaves 0 to 2 at least");
    own = cpuid(XEN_CPUID_LEAF(1), 0);
    check_equal(own.eax, hypercall_xen_version(XENVER_version, NULL),
                "leaf 1 has the version");
    own = cpuid(XEN_CPUID_LEAF(2), 0);
    check_equal(own.eax, 1, "leaf 2: one hypercall page");
    check_equal(own.ecx & XEN_CPUID_FEAT1_MMU_PT_UPDATE_PRESERVE_AD, 1,
                "leaf 2: preserve_ad");
    if (base.eax >= XEN_CPUID_LEAF(5)) {
        own = cpuid(XEN_CPUID_LEAF(5), 0);
        width = own.ebx & XEN_CPUID_MACHINE_ADDRESS_WIDTH_MASK;
        print("# machine address width: %lu\n", width);
        check(width <= 52, "leaf 5: the machine address width");
    }
    own = cpuid(base.eax + 1, 0);
    check(!own.eax && !own.ebx && !own.ecx && !own.edx,
          "a leaf of the hypervisor's behind the last one is 0");

    one = cpuid(1, 0);
    check_equal(one.ecx >> 31, 1, "leaf 1 says that there is a hypervisor");
    check_equal(one.edx >> 9 & 1, 1, "there is an APIC");
    hidden(one.edx, 3, "PSE");
    hidden(one.edx, 13, "PGE");
    hidden(one.edx, 1, "VME");
    hidden(one.edx, 11, "SEP");
    hidden(one.edx, 17, "PSE36");
    if (!is_dom0())
        hidden(one.edx, 12, "MTRR");
    hidden(one.ecx, 2, "DTES64");
    hidden(one.ecx, 21, "x2APIC");
    hidden(one.ecx, 24, "the TSC deadline");
    hidden(one.ecx, 5, "VMX");
    hidden(one.ecx, 17, "PCID");
    hidden(one.ecx, 3, "MONITOR");
    check(cpuid(0, 0).eax >= 7, "leaf 7 is there");
    seven = cpuid(7, 0);
    hidden(seven.ebx, 7, "SMEP");
    hidden(seven.ebx, 20, "SMAP");
    hidden(seven.ebx, 10, "INVPCID");
    hidden(seven.ecx, 2, "UMIP");
    hidden(seven.ecx, 3, "PKU");
    hidden(seven.ecx, 16, "LA57");
    check_equal(cpuid(0x80000001, 0).edx >> 29 & 1, 1, "long mode");
    check_equal(cpuid(0x80000001, 0).edx >> 11 & 1, 1, "syscall");
    hidden(cpuid(0x80000001, 0).ecx, 2, "SVM");
    hidden(cpuid(0x80000001, 0).edx, 26, "1 GiB pages");
    subset(1, 1u << 31 | 1u << 27); /* hypervisor, OSXSAVE */
    subset(0x80000001, 0);
    check_equal(seven.ebx & ~processor(7, 0).ebx, 0, "leaf 7 likewise");
    lfence();
    xsave();
}
