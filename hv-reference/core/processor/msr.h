/* SPDX-License-Identifier: MIT */
#ifndef HV_MSR_H
#define HV_MSR_H

#include "core/types.h"

struct vcpu;

/* MSR INDEX as V, which is current, sees it; false: it is a #GP. */
bool guest_rdmsr(const struct vcpu *v, uint32_t index, uint64_t *value);
bool guest_wrmsr(struct vcpu *v, uint32_t index, uint64_t value);

#endif
