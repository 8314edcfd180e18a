/* SPDX-License-Identifier: MIT */
#ifndef HV_DEBUGREG_H
#define HV_DEBUGREG_H

#include "core/types.h"

struct vcpu;

/* Debug register REG of V: 0, or a negative errno after refuse(). */
long set_debug_register(struct vcpu *v, uint64_t reg, uint64_t value);
bool get_debug_register(const struct vcpu *v, uint64_t reg, uint64_t *value);

#endif
