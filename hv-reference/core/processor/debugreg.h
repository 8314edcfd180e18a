/* SPDX-License-Identifier: MIT */
#ifndef HV_DEBUGREG_H
#define HV_DEBUGREG_H

#include "core/types.h"

struct vcpu;

/* Debug register REG of V: 0, or a negative errno after refuse(). */
long set_debug_register(struct vcpu *v, uint64_t reg, uint64_t value);
bool get_debug_register(const struct vcpu *v, uint64_t reg, uint64_t *value);
/*
 * DR7 for the processor: breakpoints on I/O are left out. They would stop the
 * hypervisor at its own ports, and a guest's instruction at a port is emulated.
 */
uint64_t processor_dr7(const struct vcpu *v);
/* DR6's bits of V's breakpoints on I/O that BYTES at PORT meet. */
uint8_t io_breakpoints(const struct vcpu *v, unsigned int port,
                       unsigned int bytes);

#endif
