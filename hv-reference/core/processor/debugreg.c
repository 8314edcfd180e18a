// SPDX-License-Identifier: MIT
/*
 * set_debugreg and get_debugreg.
 *
 * Rule: no breakpoint is ever at an address of the hypervisor's or at a port,
 * and none asks for general detection: a guest cannot make the hypervisor stop
 * at its own instructions.
 */
#include "core/processor/debugreg.h"
#include "core/cpu.h"
#include "core/hw.h"
#include "core/hypercall.h"
#include "core/vcpu.h"

/* DR6 and DR7: bits that are always one, or always zero. */
#define DR6_ONES  0xffff0ff0ul
#define DR6_ZEROS 0x00001000ul
#define DR7_ONES  0x00000400ul
#define DR7_ZEROS 0x0000d800ul
#define DR7_GENERAL_DETECT 0x2000ul

#define DR7_ENABLED      0xfful
#define DR7_ENABLES(n)   (3ul << 2 * (n))
#define DR7_KIND(dr7, n) ((dr7) >> (16 + 4 * (n)) & 3)
#define DR7_LEN(dr7, n)  ((dr7) >> (18 + 4 * (n)) & 3)
#define KIND_IO             2

/* DR4 and DR5 are other names of 6 and 7, unless CR4.DE makes them illegal. */
static unsigned int real_register(const struct vcpu *v, uint64_t reg)
{
    if ((reg == 4 || reg == 5) && !(v->cr4_guest & CR4_DE))
        return (unsigned int)reg + 2;
    return reg < 8 && reg != 4 && reg != 5 ? (unsigned int)reg : 8;
}

static bool control_ok(const struct vcpu *v, uint64_t dr7)
{
    if (dr7 & DR7_GENERAL_DETECT)
        return false;
    /* As on Xen, the kinds of all four count as soon as one is enabled. */
    for (unsigned int i = 0; i < 4 && (dr7 & DR7_ENABLED); i++)
        if (DR7_KIND(dr7, i) == KIND_IO && !(v->cr4_guest & CR4_DE))
            return false;
    return true;
}

uint64_t processor_dr7(const struct vcpu *v)
{
    uint64_t dr7 = v->dr[7];

    for (unsigned int i = 0; i < 4; i++)
        if (DR7_KIND(v->dr[7], i) == KIND_IO)
            dr7 &= ~DR7_ENABLES(i);
    return dr7;
}

uint8_t io_breakpoints_met(const struct vcpu *v, unsigned int port,
                           unsigned int bytes)
{
    static const uint8_t widths[4] = {1, 2, 8, 4};
    uint64_t dr7 = v->dr[7];
    uint8_t met = 0;

    for (unsigned int i = 0; i < 4; i++) {
        unsigned int width = widths[DR7_LEN(dr7, i)];
        uint64_t start = v->dr[i] & ~(width - 1ul);

        if (dr7 & DR7_ENABLES(i) && DR7_KIND(dr7, i) == KIND_IO &&
            start < port + bytes && start + width > port)
            met |= (uint8_t)(1u << i);
    }
    return met;
}

long set_debug_register(struct vcpu *v, uint64_t reg, uint64_t value)
{
    switch (real_register(v, reg)) {
    case 0 ... 3:
        if (!is_canonical(value) || is_hypervisor_va(value))
            return refuse(RULE_BREAKPOINT_IN_HYPERVISOR, -EPERM, value, 0);
        v->dr[reg] = value;
        break;
    case 6:
        if (value >> 32)
            return refuse(RULE_BAD_DEBUG_CONTROL, -EINVAL, value, 0);
        v->dr[6] = (value & ~DR6_ZEROS) | DR6_ONES;
        break;
    case 7:
        if (value >> 32)
            return refuse(RULE_BAD_DEBUG_CONTROL, -EINVAL, value, 0);
        value = (value & ~DR7_ZEROS) | DR7_ONES;
        if (!control_ok(v, value))
            return refuse(RULE_BAD_DEBUG_CONTROL, -EPERM, value, 0);
        v->dr[7] = value;
        break;
    default:
        return refuse(RULE_NO_SUCH_DEBUG_REG, -ENODEV, reg, 0);
    }
    if (v == current)
        hw_load_debug_regs();
    return 0;
}

bool get_debug_register(const struct vcpu *v, uint64_t reg, uint64_t *value)
{
    unsigned int real = real_register(v, reg);

    if (real == 8)
        return false;
    *value = v->dr[real];
    return true;
}

HYPERCALL(set_debugreg)
{
    return set_debug_register(current, (uint32_t)a1, a2);
}

HYPERCALL(get_debugreg)
{
    uint64_t value;

    if (!get_debug_register(current, (uint32_t)a1, &value))
        return refuse(RULE_NO_SUCH_DEBUG_REG, -ENODEV, a1, 0);
    return (long)value;
}
