// SPDX-License-Identifier: MIT
/*
 * Privileged instructions of a guest's kernel, one function each: those that
 * Xen emulates are done in the guest's place, the others are the guest's #GP.
 *
 * Rule: no instruction reaches a real port or control register, and none does
 * more than a hypercall of the same guest could.
 */
#include "core/processor/privileged.h"

#include "core/cpu.h"
#include "core/processor/cpuid.h"
#include "core/processor/debugreg.h"
#include "core/domain.h"
#include "core/errno.h"
#include "core/hw.h"
#include "core/processor/insn.h"
#include "core/memory/mm.h"
#include "core/processor/msr.h"
#include "core/processor/ports.h"
#include "core/processor/traps.h"
#include "core/vcpu.h"

#define CR0_GUEST 0x80050033ul /* PG AM WP NE ET MP PE: but for TS it is fixed */
#define CR0_TS    (1ul << 3)
#define CR4_OSXSAVE (1ul << 18)

static const char *msr(struct guest_regs *regs, struct insn *i)
{
    uint32_t index = (uint32_t)regs->rcx;
    uint64_t value;

    if (i->opcode == 0x0f30) {
        value = (regs->rax & 0xffffffff) | regs->rdx << 32;
        return guest_wrmsr(current, index, value) ? "wrmsr" : NULL;
    }
    if (!guest_rdmsr(current, index, &value)) {
        /* A kernel that has no handler yet is spared, as on Xen. */
        if (current->traps[TRAP_GP].entry)
            return NULL;
        value = 0;
    }
    regs->rax = (uint32_t)value;
    regs->rdx = value >> 32;
    return "rdmsr";
}

static const char *read_cr(struct guest_regs *regs, struct insn *i)
{
    struct vcpu *v = current;
    uint64_t value;

    switch (i->reg) {
    case 0:
        value = CR0_GUEST | (v->cr0_ts ? CR0_TS : 0);
        break;
    case 2:
        value = v->cr2;
        break;
    case 3:
        value = v->hot.kernel_cr3;
        break;
    case 4:
        value = v->cr4_guest;
        break;
    default:
        return NULL;
    }
    write_register(regs, i->rm, 8, value);
    return "mov from a control register";
}

static const char *write_cr(struct guest_regs *regs, struct insn *i)
{
    uint64_t value = register_value(regs, i->rm);
    struct vcpu *v = current;
    int rc;

    switch (i->reg) {
    case 0:
        if ((value ^ CR0_GUEST) & ~CR0_TS)
            return NULL;
        v->cr0_ts = value & CR0_TS;
        hw_load_ts();
        break;
    case 2:
        v->hot.info->arch.cr2 = v->cr2 = value;
        break;
    case 3:
        rc = set_kernel_root(v, maddr_to_mfn(MADDR(value)));
        if (rc == -EINTR)
            i->length = 0; /* preempted: the guest executes it again */
        else if (rc)
            return NULL;
        break;
    case 4:
        v->cr4_guest = guest_cr4(v->cr4_guest, value);
        hw_load_cr4();
        break;
    default:
        return NULL;
    }
    return "mov to a control register";
}

static const char *control_register(struct guest_regs *regs, struct insn *i)
{
    insn_modrm(i);
    if (i->bad)
        return NULL;
    return i->opcode == 0x0f20 ? read_cr(regs, i) : write_cr(regs, i);
}

static const char *debug_register(struct guest_regs *regs, struct insn *i)
{
    uint64_t value;

    insn_modrm(i);
    if (i->bad)
        return NULL;
    if (i->opcode == 0x0f23) {
        value = register_value(regs, i->rm);
        if (set_debug_register(current, i->reg, value))
            return NULL;
        return "mov to a debug register";
    }
    if (!get_debug_register(current, i->reg, &value))
        return NULL;
    write_register(regs, i->rm, 8, value);
    return "mov from a debug register";
}

static const char *clear_ts(struct guest_regs *regs, struct insn *i)
{
    (void)regs, (void)i;
    current->cr0_ts = false;
    hw_load_ts();
    return "clts";
}

static const char *cache(struct guest_regs *regs, struct insn *i)
{
    (void)regs, (void)i;
    return "wbinvd";
}

static void read_tsc(struct guest_regs *regs)
{
    uint64_t tsc = hw_tsc();

    regs->rax = (uint32_t)tsc;
    regs->rdx = tsc >> 32;
}

/* Faults only if the guest itself set CR4.TSD, against its user mode. */
static const char *rdtsc(struct guest_regs *regs, struct insn *i)
{
    (void)i;
    read_tsc(regs);
    return "rdtsc";
}

const char *const undefined_instruction = "";
const char *const exception_raised = "-";

static const char *set_xcr(struct guest_regs *regs)
{
    uint64_t value = (regs->rax & 0xffffffff) | regs->rdx << 32;

    if (!(current->cr4_guest & CR4_OSXSAVE))
        return undefined_instruction;
    if ((uint32_t)regs->rcx != 0 || !hw_set_xcr0(value))
        return NULL;
    return "xsetbv";
}

/* 0f 01: many instructions by their ModRM byte. */
static const char *group7(struct guest_regs *regs, struct insn *i)
{
    insn_modrm(i);
    if (i->bad)
        return NULL;
    if (i->memory)
        return NULL; /* invlpg as well: Xen does not do it for a guest */
    if (i->modrm == 0xd1)
        return set_xcr(regs);
    if (i->modrm == 0xf9) {
        read_tsc(regs);
        regs->rcx = current->tsc_aux;
        return "rdtscp";
    }
    return NULL;
}

void emulate_cpuid(struct guest_regs *regs)
{
    struct cpuid_result r;

    guest_cpuid(current, (uint32_t)regs->rax, (uint32_t)regs->rcx, &r);
    regs->rax = r.a;
    regs->rbx = r.b;
    regs->rcx = r.c;
    regs->rdx = r.d;
}

typedef const char *emulator(struct guest_regs *regs, struct insn *i);

/* What may be emulated in user mode too has its own check (ports.c). */
static emulator *emulator_of(const struct insn *i, bool kernel)
{
    switch (i->opcode) {
    case 0xfa:
    case 0xfb:
        return emulate_interrupt_flag;
    case 0x6c ... 0x6f:
        return emulate_port_string;
    case 0xe4 ... 0xe7:
    case 0xec ... 0xef:
        return emulate_port;
    }
    if (!kernel)
        return NULL;
    switch (i->opcode) {
    case 0x0f01:
        return group7;
    case 0x0f06:
        return clear_ts;
    case 0x0f09:
        return cache;
    case 0x0f20:
    case 0x0f22:
        return control_register;
    case 0x0f21:
    case 0x0f23:
        return debug_register;
    case 0x0f30:
    case 0x0f32:
        return msr;
    case 0x0f31:
        return rdtsc;
    default:
        return NULL;
    }
}

const char *emulate_privileged(struct guest_regs *regs, struct insn *i)
{
    emulator *run = emulator_of(i, current->hot.kernel_mode);

    if (!run || i->bad)
        return NULL;
    return i->lock ? undefined_instruction : run(regs, i);
}
