// SPDX-License-Identifier: MIT
/*
 * I/O instructions of a guest: in, out, ins, outs, and cli and sti, which go by
 * the same privilege level.
 *
 * No port of the machine is a guest's: what is read is all ones, what is
 * written is lost. Two registers are kept for it, as on Xen: the address of PCI
 * configuration (behind which there is nothing), and the index of the clock's.
 *
 * Rule: no instruction reaches a real port, and none loops longer than until
 * the next preemption.
 */
#include "core/processor/ports.h"

#include <xen/xen.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/guest_access.h"
#include "core/hw.h"
#include "core/hypercall.h"
#include "core/processor/debugreg.h"
#include "core/processor/insn.h"
#include "core/processor/privileged.h"
#include "core/processor/traps.h"
#include "core/vcpu.h"

#define PCI_ADDRESS 0xcf8u /* as one double word; its bytes are no register */
#define RTC_INDEX   0x70u

/* A PV kernel is in ring 1, unless it asked for an IOPL as on bare metal. */
static bool iopl_ok(const struct vcpu *v)
{
    bool bare = v->domain->vm_assist & 1u << VMASST_TYPE_architectural_iopl;

    if (v->hot.kernel_mode)
        return bare || v->hot.iopl >= 1;
    return v->hot.iopl >= 3;
}

/* By the bitmap that the kernel gave for its program. Apart, so that a kernel
 * with its IOPL does not save registers for it. */
static __attribute__((noinline)) bool bitmap_ok(struct vcpu *v,
                                                unsigned int port,
                                                unsigned int bytes)
{
    uint8_t bits[2] = { 0xff, 0xff };
    size_t missing;

    if (port + bytes > v->bitmap_ports)
        return false;
    missing = copy_from_kernel(v, bits, GVA(v->port_bitmap.a + port / 8), 2);
    if (missing)
        bits[1] = 0xff;
    if (missing == 2)
        bits[0] = 0xff;
    return !((bits[0] | bits[1] << 8) & ((1 << bytes) - 1) << port % 8);
}

static bool port_ok(struct vcpu *v, unsigned int port, unsigned int bytes)
{
    return iopl_ok(v) || bitmap_ok(v, port, bytes);
}

/* As on Xen: ignored. A guest's interrupt flag is its upcall mask. */
const char *emulate_interrupt_flag(struct guest_regs *regs, struct insn *i)
{
    (void)regs;
    if (!iopl_ok(current))
        return NULL;
    return i->opcode == 0xfa ? "cli" : "sti";
}

static uint32_t read_port(unsigned int port, unsigned int bytes)
{
    const struct domain *d = current->domain;
    uint32_t value = ~0u;

    if (port == PCI_ADDRESS && bytes == 4)
        return read_once(d->pci_address);
    if (port <= RTC_INDEX && port + bytes > RTC_INDEX) {
        unsigned int shift = (RTC_INDEX - port) * 8;

        value &= ~(0xffu << shift);
        value |= (uint32_t)read_once(d->rtc_index) << shift;
    }
    return value;
}

static void write_port(unsigned int port, unsigned int bytes, uint32_t value)
{
    struct domain *d = current->domain;

    if (port == PCI_ADDRESS && bytes == 4)
        write_once(d->pci_address, value);
    else if (port <= RTC_INDEX && port + bytes > RTC_INDEX)
        write_once(d->rtc_index, (uint8_t)(value >> (RTC_INDEX - port) * 8));
}

/* The even opcodes are those of bytes; REX.W makes nothing wider. */
static unsigned int width(const struct insn *i)
{
    return i->opcode & 1 ? min_of(insn_operand_size(i), 4u) : 1;
}

const char *emulate_port(struct guest_regs *regs, struct insn *i)
{
    bool out = i->opcode & 2;
    unsigned int size = width(i);
    uint16_t number = (uint16_t)regs->rdx;

    if (!(i->opcode & 8)) /* the port is in the instruction */
        number = (uint8_t)insn_immediate(i, 1);
    if (i->bad || !port_ok(current, number, size))
        return NULL;
    i->breakpoints = io_breakpoints(current, number, size);
    if (out)
        write_port(number, size, (uint32_t)regs->rax);
    else
        write_register(regs, 0, size, read_port(number, size));
    return out ? "out" : "in";
}

/* --- ins and outs --- */

/* One round, of SIZE bytes at ADDRESS. False: it has become an exception. */
static bool round_ok(struct guest_regs *regs, const struct insn *i,
                     uint64_t address, unsigned int size)
{
    bool out = i->opcode & 2;
    uint16_t number = (uint16_t)regs->rdx;
    uint32_t value = 0;
    size_t missing;

    if (!guest_range_ok(GVA(address), size)) {
        inject_trap(regs, TRAP_GP, 0);
        return false;
    }
    if (out) {
        missing = copy_from_guest(&value, GVA(address), size);
    } else {
        value = read_port(number, size);
        missing = copy_to_guest(GVA(address), &value, size);
    }
    if (missing) {
        inject_page_fault(regs, address + size - missing,
                          out ? 0 : PF_WRITE);
        return false;
    }
    if (out)
        write_port(number, size, value);
    return true;
}

/* A pointer or the count goes on by N, as wide as addresses are. */
static void advance(uint64_t *reg, const struct insn *i, uint64_t n)
{
    *reg = i->address32 ? (uint32_t)(*reg + n) : *reg + n;
}

const char *emulate_port_string(struct guest_regs *regs, struct insn *i)
{
    bool out = i->opcode & 2;
    unsigned int size = width(i);
    uint64_t step = regs->rflags & FLAG_DF ? -(uint64_t)size : size;
    uint64_t *pointer = out ? &regs->rsi : &regs->rdi;
    uint64_t base = out ? insn_segment_base(i) : 0, left = 1;

    if (i->repeat)
        left = i->address32 ? (uint32_t)regs->rcx : regs->rcx;
    if (!left) /* as on Xen: no port is asked for, so that none is refused */
        return out ? "outs" : "ins";
    if (!port_ok(current, (uint16_t)regs->rdx, size))
        return NULL;
    i->breakpoints = io_breakpoints(current, (uint16_t)regs->rdx, size);
    while (left) {
        uint64_t offset = i->address32 ? (uint32_t)*pointer : *pointer;

        if (!round_ok(regs, i, base + offset, size))
            return exception_raised;
        advance(pointer, i, step);
        if (!i->repeat)
            break;
        advance(&regs->rcx, i, ~0ul);
        left--;
        if (left && (i->breakpoints || regs->rflags & FLAG_TF ||
                     preempt_pending())) {
            i->length = 0; /* the guest executes the rest */
            break;
        }
    }
    return out ? "outs" : "ins";
}
