// SPDX-License-Identifier: MIT
// The functions by which a compiler offers sensitive instructions without an
// asm statement. A tree's own function of the same name goes first: that is
// the caller's to check.
#include <string.h>

#include "finding.h"

static const struct {
    const char *name;
    enum rule rule;
} intrinsics[] = {
    { "__builtin_ia32_rdtsc", R_rdtsc },
    { "__builtin_ia32_rdtscp", R_rdtscp },
    { "__builtin_ia32_rdpmc", R_rdpmc },
    { "__builtin_ia32_wbinvd", R_wbinvd },
    { "__builtin_ia32_wbnoinvd", R_wbnoinvd },
    { "__builtin_ia32_xsetbv", R_xsetbv },
    { "__builtin_ia32_xsaves", R_xsaves },
    { "__builtin_ia32_xsaves64", R_xsaves },
    { "__builtin_ia32_xrstors", R_xrstors },
    { "__builtin_ia32_xrstors64", R_xrstors },
    { "__builtin_ia32_readeflags_u64", R_pushf },
    { "__builtin_ia32_readeflags_u32", R_pushf },
    { "__builtin_ia32_writeeflags_u64", R_popf },
    { "__builtin_ia32_writeeflags_u32", R_popf },
    { "__builtin_ia32_monitor", R_monitor },
    { "__builtin_ia32_mwait", R_mwait },
    { "__rdtsc", R_rdtsc },
    { "_rdtsc", R_rdtsc },
    { "__rdtscp", R_rdtscp },
    { "__rdpmc", R_rdpmc },
    { "_rdpmc", R_rdpmc },
    { "_wbinvd", R_wbinvd },
    { "_wbnoinvd", R_wbnoinvd },
    { "_xsetbv", R_xsetbv },
    { "_invpcid", R_invpcid },
    { "__readeflags", R_pushf },
    { "__writeeflags", R_popf },
    { "_mm_monitor", R_monitor },
    { "_mm_mwait", R_mwait },
    { "__cpuid", R_cpuid },
    { "__cpuid_count", R_cpuid },
    { "__get_cpuid", R_cpuid },
    { "__get_cpuid_count", R_cpuid },
    { "__get_cpuid_max", R_cpuid },
};

enum rule intrinsic_rule(const char *name, size_t length)
{
    if (length < 7 || name[0] != '_')
        return RULE_NONE;
    for (size_t i = 0; i < sizeof(intrinsics) / sizeof(*intrinsics); i++)
        if (strlen(intrinsics[i].name) == length &&
            !memcmp(intrinsics[i].name, name, length))
            return intrinsics[i].rule;
    return RULE_NONE;
}
