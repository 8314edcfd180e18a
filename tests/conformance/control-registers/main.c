// SPDX-License-Identifier: MIT
/*
 * CR0, CR2, CR4, CR8 and XCR0: what a PV kernel reads there, and what of its
 * writes is taken, passed over, or refused.
 *
 * conform: reference dom0 domU
 * requires: PRIV-1 PRIV-10 PRIV-11 PRIV-12 PRIV-13 PRIV-14
 */
#include "conform.h"

#define CR0_TS       (1UL << 3)
#define CR4_TSD      (1UL << 2)
#define CR4_DE       (1UL << 3)
#define CR4_FSGSBASE (1UL << 16)
#define CR4_OSXSAVE  (1UL << 18)

#define READ(cr)                                                               \
    ({                                                                         \
        uint64_t value;                                                        \
        __asm__ volatile("mov %%" cr ", %0" : "=r"(value));                    \
        value;                                                                 \
    })
#define WRITE(cr, value) __asm__ volatile("mov %0, %%" cr ::"r"(value))

static struct caught c;

static void cr0(void)
{
    uint64_t was = READ("cr0");

    check_equal(was & 0x80010033, 0x80010033, "CR0 has PG, WP, NE, ET, MP, PE");
    check_equal(was & CR0_TS, 0, "and TS clear");
    for (unsigned int bit = 0; bit < 64; bit++) {
        bool trapped = traps(&c, WRITE("cr0", was ^ 1UL << bit));

        if (bit != 3)
            check_equal(trapped ? c.entry : ~0u, 13,
                        "changing bit %u of CR0 is vector 13", bit);
        else
            check(!trapped, "TS can be changed");
    }
    check_equal(READ("cr0"), was | CR0_TS, "and is read back");
    check(traps(&c, __asm__ volatile("fnop")), "the FPU traps then");
    check_equal(c.entry, 7, "to vector 7");
    check_equal(READ("cr0"), was, "which clears it");
}

static void cr4(void)
{
    const uint64_t taken = CR4_TSD | CR4_DE | CR4_FSGSBASE | CR4_OSXSAVE;
    static uint64_t wrong;
    uint64_t was = READ("cr4");

    check_equal(was & 0x6b0, 0x620, "CR4 has PAE, OSFXSR, OSXMMEXCPT; no PSE, "
                                    "no PGE");
    for (unsigned int bit = 0; bit < 64; bit++) {
        uint64_t new = was ^ 1UL << bit;

        if (traps(&c, WRITE("cr4", new)) ||
            READ("cr4") != (taken >> bit & 1 ? new : was))
            wrong |= 1UL << bit;
        WRITE("cr4", was);
    }
    check_equal(wrong, 0, "TSD, DE, FSGSBASE and OSXSAVE can be changed, "
                          "changes of other bits are passed over");
    WRITE("cr4", was | CR4_TSD);
    check(!traps(&c, __asm__ volatile("rdtsc" ::: "rax", "rdx")),
          "with TSD the kernel's rdtsc works");
    WRITE("cr4", was);
}

static bool set_xcr(uint32_t index, uint64_t value)
{
    return !traps(&c, __asm__ volatile("xsetbv" ::"a"((uint32_t)value),
                                       "d"((uint32_t)(value >> 32)),
                                       "c"(index)));
}

static uint64_t get_xcr0(void)
{
    uint32_t low, high;

    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

/* x87 is always on, AVX needs SSE; nothing else is known of by name. */
static void xcr0(void)
{
    uint32_t a = 0xd, b, cx = 0, d;
    uint64_t was = get_xcr0();

    check(!set_xcr(0, was), "xsetbv with CR4.OSXSAVE clear");
    check_equal(c.entry, 6, "is vector 6");
    WRITE("cr4", READ("cr4") | CR4_OSXSAVE);
    __asm__ volatile(XEN_CPUID : "+a"(a), "=b"(b), "+c"(cx), "=d"(d));
    for (uint64_t value = 0; value < 8; value++) {
        bool good = value & 1 && !(value & ~(uint64_t)a) &&
                    (!(value & 4) || value & 2);

        check_equal(set_xcr(0, value), good, "XCR0 can%s be %lx",
                    good ? "" : "not", value);
        if (good)
            check_equal(get_xcr0(), value, "and reads so");
        else
            check_equal(c.entry, 13, "which is vector 13");
    }
    set_xcr(0, 3);
    check(!set_xcr(0, 1UL << 62 | 3), "nor bit 62");
    check(!set_xcr(0, 0x1b), "nor MPX, which is not shown");
    check(!set_xcr(1, 3), "there is no XCR1 to write");
    set_xcr(0, was);
}

void test(void)
{
    cr0();
    cr4();
    xcr0();
    check(!traps(&c, WRITE("cr2", 0x1234UL)), "CR2 can be written");
    check_equal(READ("cr2"), 0x1234, "and reads as written");
    check_equal(vcpu->arch.cr2, 0x1234, "in vcpu_info, too");
    check(traps(&c, READ("cr8")), "CR8 cannot be read");
    check_equal(c.entry, 13, "but is vector 13");
    check(traps(&c, WRITE("cr8", 0UL)), "nor written");
    check_equal(c.entry, 13, "which is vector 13");
}
