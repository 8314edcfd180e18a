/* SPDX-License-Identifier: MIT */
/*
 * What a guest is told of its processor, and which bits of CR4 it may change.
 */
#ifndef HV_CPUID_H
#define HV_CPUID_H

#include "core/hw.h"

struct vcpu;

void guest_cpuid(const struct vcpu *v, uint32_t leaf, uint32_t subleaf,
                 struct cpuid_result *r);

/* What a vCPU's CR4 reads at first: OSXMMEXCPT OSFXSR MCE PAE. */
#define CR4_GUEST_START 0x660ul
/* CR4 after a guest that has OLD there asked for NEW: the rest stays. */
uint64_t guest_cr4(uint64_t old, uint64_t new);

#endif
