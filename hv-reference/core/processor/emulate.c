// SPDX-License-Identifier: MIT
/*
 * #GP and #UD of a guest: which of them are instructions that are emulated
 * (privileged.c), which are INT n, and which are the guest's own business. A
 * complete port has nothing emulated: each is counted.
 */
#include <xen/xen.h>

#include "core/cpu.h"
#include "core/guest_access.h"
#include "core/hw.h"
#include "core/processor/insn.h"
#include "core/lib.h"
#include "core/processor/privileged.h"
#include "core/processor/traps.h"
#include "core/vcpu.h"

#define DR6_BS (1ul << 14)

#define ERROR_CODE_IDT 2u
#define INT_BYTES      2

/* The instruction is done. Under single-step the guest's #DB follows, and
 * after a breakpoint on the port that it used. */
static void retire(struct guest_regs *regs, const struct insn *i)
{
    uint64_t dr6 = i->breakpoints;

    regs->rip += i->length;
    regs->rflags &= ~FLAG_RF;
    if (regs->rflags & FLAG_TF)
        dr6 |= DR6_BS;
    if (dr6) {
        current->dr[6] |= dr6;
        inject_trap(regs, TRAP_DB, 0);
    }
}

/* The code at rip, as far as it can be read. */
static size_t fetch(const struct guest_regs *regs, uint8_t *bytes, size_t n)
{
    return n - copy_from_guest(bytes, GVA(regs->rip), n);
}

/* Two words, which are quicker to copy than MAX_INSN_BYTES bytes are. */
#define FETCHED 16

static bool emulate(struct guest_regs *regs)
{
    uint8_t bytes[FETCHED];
    uint64_t rip = regs->rip;
    const char *done;
    struct insn i;
    size_t n;

    if (!hw_is_code64((uint16_t)regs->cs))
        return false;
    n = fetch(regs, bytes, sizeof(bytes));
    insn_start(&i, bytes, n);
    done = emulate_privileged(regs, &i);
    /* The rest of it is not there, where there could be something? */
    if (!done && i.bad && n < MAX_INSN_BYTES &&
        guest_range_ok(GVA(rip + n), 1)) {
        inject_page_fault(regs, rip + n, 0);
        return true;
    }
    if (!done)
        return false;
    if (done == undefined_instruction) {
        inject_trap(regs, TRAP_UD, 0);
        return true;
    }
    if (done == exception_raised)
        return true;
    count_leftover(current->domain, LEFTOVER_PRIVILEGED, rip, done);
    retire(regs, &i);
    return true;
}

/*
 * INT n: the processor's gate refused it with error code n * 8 + 2, QEMU 7.2
 * with n * 16 + 2. The instruction itself tells which; without it (it was
 * changed meanwhile) the processor's word is taken.
 */
static unsigned int software_vector(const struct guest_regs *regs)
{
    uint32_t code = regs->error_code;
    uint8_t bytes[INT_BYTES];

    if (fetch(regs, bytes, sizeof(bytes)) == sizeof(bytes) && bytes[0] == 0xcd &&
        (code == bytes[1] * 8u + 2 || code == bytes[1] * 16u + 2))
        return bytes[1];
    return code >> 3 & 0xff;
}

/* The guest's table says who may raise a vector by instruction. */
static void software_interrupt(struct guest_regs *regs)
{
    unsigned int vector = software_vector(regs);
    const struct vcpu *v = current;
    const struct trap_gate *gate = &v->traps[vector];

    if (gate->dpl >= (v->hot.kernel_mode ? 1 : 3)) {
        regs->rip += INT_BYTES;
        inject_software_interrupt(regs, vector);
        return;
    }
    inject_trap(regs, TRAP_GP, vector * 8 + ERROR_CODE_IDT);
}

void guest_general_protection(struct guest_regs *regs)
{
    if ((regs->error_code & 7) == ERROR_CODE_IDT)
        software_interrupt(regs);
    else if (regs->error_code || !emulate(regs))
        inject_trap(regs, TRAP_GP, regs->error_code);
}

/* ud2; .ascii "xen": the prefix by which a PV guest asks for emulation. */
static const uint8_t forced_prefix[5] = {0x0f, 0x0b, 'x', 'e', 'n'};
static const uint8_t cpuid_bytes[2] = {0x0f, 0xa2};

void guest_invalid_opcode(struct guest_regs *regs)
{
    uint8_t bytes[sizeof(forced_prefix) + sizeof(cpuid_bytes)];
    struct insn i = {.length = sizeof(bytes)};

    if (fetch(regs, bytes, sizeof(bytes)) == sizeof(bytes) &&
        memcmp(bytes, forced_prefix, sizeof(forced_prefix)) == 0 &&
        memcmp(bytes + sizeof(forced_prefix), cpuid_bytes,
               sizeof(cpuid_bytes)) == 0) {
        emulate_cpuid(regs);
        retire(regs, &i);
        return;
    }
    inject_trap(regs, TRAP_UD, 0);
}
