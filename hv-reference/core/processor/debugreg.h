/* SPDX-License-Identifier: MIT */
#ifndef HV_DEBUGREG_H
#define HV_DEBUGREG_H

#include "core/vcpu.h"

#define CR4_DE (1ul << 3)

/* Debug register REG of V: 0, or a negative errno after refuse(). */
long set_debug_register(struct vcpu *v, uint64_t reg, uint64_t value);
bool get_debug_register(const struct vcpu *v, uint64_t reg, uint64_t *value);
/*
 * DR7 for the processor: breakpoints on I/O are left out. They would stop the
 * hypervisor at its own ports, and a guest's instruction at a port is emulated.
 */
uint64_t processor_dr7(const struct vcpu *v);
/* DR6's bits of V's breakpoints on I/O that BYTES at PORT meet. Nearly always
 * there are none, and nothing is called for that. */
uint8_t io_breakpoints_met(const struct vcpu *v, unsigned int port,
                           unsigned int bytes);
static inline uint8_t io_breakpoints(const struct vcpu *v, unsigned int port,
                                     unsigned int bytes)
{
    return v->cr4_guest & CR4_DE ? io_breakpoints_met(v, port, bytes) : 0;
}

#endif
