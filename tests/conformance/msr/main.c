// SPDX-License-Identifier: MIT
/*
 * The MSRs that a PV kernel may touch: what each reads as, and which writes
 * are refused, taken, or passed over without a word.
 *
 * conform: reference dom0 domU
 * requires: MSR-1 MSR-2 MSR-3 MSR-4 MSR-5 MSR-6
 */
#include "conform.h"

static bool read_msr(uint32_t index, uint64_t *value)
{
    static uint32_t low, high;
    struct caught c;

    if (traps(&c, __asm__ volatile("rdmsr"
                                   : "=a"(low), "=d"(high)
                                   : "c"(index))))
        return false;
    *value = (uint64_t)high << 32 | low;
    return true;
}

static bool write_msr(uint32_t index, uint64_t value)
{
    struct caught c;

    return !traps(&c, __asm__ volatile("wrmsr" ::"a"((uint32_t)value),
                                       "d"((uint32_t)(value >> 32)),
                                       "c"(index)));
}

/* What becomes of writes: refused; of 0 alone, of what it reads as alone,
 * taken and forgotten, taken and kept. */
enum writes { NONE, ZERO, SAME, FORGOTTEN, KEPT };

static const struct msr {
    const char *name;
    uint32_t index;
    uint64_t reads;
    enum writes writes;
} known[] = {
    {"CPUID faulting", 0x140, 0, SAME},
    {"platform information", 0xce, 0, NONE},
    {"MCG_CAP: two banks", 0x179, 2, FORGOTTEN},
    {"MCG_STATUS", 0x17a, 0, KEPT},
    {"MCG_CTL", 0x17b, 0, FORGOTTEN},
    {"MISC_ENABLE", 0x1a0, 0x801801, FORGOTTEN},
    {"PAT", 0x277, 0x050100070406, NONE},
    {"performance capabilities", 0x345, 0, NONE},
    {"MC0_CTL", 0x400, ~0UL, FORGOTTEN},
    {"MC0_STATUS", 0x401, 0, ZERO},
    {"MC1_CTL", 0x404, ~0UL, FORGOTTEN},
    {"MC1_MISC", 0x407, 0, ZERO},
    {"a bank beyond the second", 0x408, 0, FORGOTTEN},
    {"the hypercall page's", 0x40000000, 0, NONE},
    {"EFER: SCE, LME, LMA, NX", 0xc0000080, 0xd01, SAME},
    {"TSC_AUX", 0xc0000103, 0, KEPT},
},
known_amd[] = {
    {"microcode revision", 0x8b, 0x01000065, NONE},
    {"a performance counter's event", 0xc0010000, 0, FORGOTTEN},
    {"a performance counter", 0xc0010007, 0, FORGOTTEN},
    {"one of the later six", 0xc0010200, 0, FORGOTTEN},
    {"the last of them", 0xc001020b, 0, FORGOTTEN},
    {"HWCR", 0xc0010015, 0, FORGOTTEN},
    {"northbridge configuration", 0xc001001f, 0, FORGOTTEN},
    {"P-state limit", 0xc0010061, 0, FORGOTTEN},
    {"DE_CFG: LFENCE serialises", 0xc0011029, 2, FORGOTTEN},
};

/* Nobody's business: system call entry, MTRRs, APIC, speculation ... */
static const uint32_t refused_both_ways[] = {
    0x17,   0x2a,       0x34,       0x3b,       0x79,       0xfe,
    0x174,  0x186,      0x199,      0x1d9,      0x200,      0x250,
    0x2ff,  0x309,      0x38f,      0x480,      0x606,      0x6e0,
    0x802,  0x830,      0x12345,    0x40000001, 0xc0000081, 0xc0000082,
    0xc0000083, 0xc0000084, 0xc0000104, 0xc0010055, 0xc0010114, 0xc0010117,
};

static void writes(const struct msr *msr)
{
    uint64_t other = msr->reads ^ 1, value;

    check_equal(write_msr(msr->index, msr->reads),
                msr->writes != NONE && (msr->writes != ZERO || !msr->reads),
                "writing what it reads as");
    check_equal(write_msr(msr->index, other), msr->writes >= FORGOTTEN,
                "writing something else");
    check(read_msr(msr->index, &value), "it reads");
    check_equal(value, msr->writes == KEPT ? other : msr->reads,
                msr->writes == KEPT ? "as written" : "as before");
    write_msr(msr->index, msr->reads);
}

static void look_at(const struct msr *table, unsigned int n)
{
    for (const struct msr *msr = table; msr < table + n; msr++) {
        uint64_t value;

        check(read_msr(msr->index, &value), "%x, %s, reads", msr->index,
              msr->name);
        check_equal(value, msr->reads, "as %lx", msr->reads);
        writes(msr);
    }
}

static bool is_amd(void)
{
    uint32_t a = 0, b, c = 0, d;

    __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return b == 0x68747541; /* "Auth" */
}

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

void test(void)
{
    uint64_t value, later;

    look_at(known, LENGTH(known));
    if (is_amd())
        look_at(known_amd, LENGTH(known_amd));
    else
        skip("the processor is not AMD's", "AMD's MSRs");
    for (unsigned int i = 0; i < LENGTH(refused_both_ways); i++) {
        check(!read_msr(refused_both_ways[i], &value), "%x cannot be read",
              refused_both_ways[i]);
        check(!write_msr(refused_both_ways[i], 0), "nor written");
    }
    check(!read_msr(0xe7, &value), "MPERF cannot be read");
    check(write_msr(0xe7, 0), "a write to it is passed over");
    check(read_msr(0x1b, &value), "APIC_BASE");
    check_equal(value, 0xfee00900, "is on, and the boot processor's");
    check(!write_msr(0x1b, value), "and cannot be written");
    check(read_msr(0x10, &value) && read_msr(0x10, &later) && later > value,
          "the TSC counts");
    check(!write_msr(0x10, 0), "and cannot be written");
    check(!write_msr(0xc0000103, 1UL << 32), "TSC_AUX has 32 bits");
}
