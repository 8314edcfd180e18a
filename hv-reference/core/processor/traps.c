// SPDX-License-Identifier: MIT
/*
 * Frames on the guest's kernel stack, as Xen pushes them, lowest first:
 *
 *      rcx  r11  [ds es fs gs]  [error code]  rip  cs | mask << 32  rflags
 *      rsp  ss
 *
 * The selectors are the failsafe callback's alone. The stack is the present
 * one in kernel mode and the one of stack_switch in user mode, aligned down to
 * 16 before anything is pushed. cs shows the interrupted mode: RPL 0 is kernel,
 * 3 is user. "mask" is evtchn_upcall_mask as it was, and shows up inverted as
 * the frame's IF.
 *
 * Rule: a guest never runs at an address or on a stack that it did not give.
 * If there is no handler or the frame cannot be written, its domain ends.
 */
#include "core/processor/traps.h"

#include <xen/xen.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/guest_access.h"
#include "core/hw.h"
#include "core/vcpu.h"

/* What an exception or interrupt clears before its handler's first step. */
#define FLAGS_CLEARED (FLAG_TF | FLAG_NT | FLAG_RF | FLAG_VM | FLAG_AC)

#define MAX_FRAME 11

/* The words between r11 and rip. */
struct extra {
    unsigned int words;
    uint64_t word[4];
};
static const struct extra nothing;

void toggle_guest_mode(struct vcpu *v)
{
    v->hot.kernel_mode = !v->hot.kernel_mode;
    hw_swap_gs();
    hw_load_page_tables(v);
}

static void load_mode(struct vcpu *v, bool kernel_mode)
{
    if (v->hot.kernel_mode == kernel_mode)
        return;
    v->hot.kernel_mode = kernel_mode;
    hw_load_page_tables(v);
}

size_t copy_from_kernel(struct vcpu *v, void *to, gva_t from, size_t bytes)
{
    bool mode = v->hot.kernel_mode;
    size_t left;

    load_mode(v, true);
    left = copy_from_guest(to, from, bytes);
    load_mode(v, mode);
    return left;
}

size_t copy_to_kernel(struct vcpu *v, gva_t to, const void *from, size_t bytes)
{
    bool mode = v->hot.kernel_mode;
    size_t left;

    load_mode(v, true);
    left = copy_to_guest(to, from, bytes);
    load_mode(v, mode);
    return left;
}

/* RFLAGS as the guest's frame shows it. */
static uint64_t shown_flags(const struct vcpu *v, const struct guest_regs *regs,
                            uint8_t mask)
{
    uint64_t flags = regs->rflags & ~(FLAG_IF | FLAG_IOPL);

    if (!mask)
        flags |= FLAG_IF;
    if (v->domain->vm_assist & 1u << VMASST_TYPE_architectural_iopl)
        flags |= (uint64_t)v->hot.iopl << 12;
    return flags;
}

static __attribute__((cold, noinline)) void
no_handler(const struct guest_regs *regs, const char *what, unsigned int number)
{
    domain_crash(current->domain,
                 "%s %u came at %#lx, and the guest has no handler for it",
                 what, number, regs->rip);
}

static __attribute__((cold, noinline)) void
bad_stack(uint64_t rip, uint64_t sp, const char *what, unsigned int number)
{
    domain_crash(current->domain,
                 "%s %u came at %#lx, and its frame cannot be pushed on the "
                 "guest's stack at %#lx",
                 what, number, rip, sp);
}

/*
 * Enter the guest's kernel at TO. WHAT and NUMBER name the event for last
 * words. Inlined, so that each kind of frame is laid out at compile time: this
 * is the way that everything takes into a guest's kernel.
 */
static inline __attribute__((always_inline)) void
bounce(struct guest_regs *regs, struct callback to, const struct extra *extra,
       const char *what, unsigned int number)
{
    struct vcpu *v = current;
    bool from_kernel = v->hot.kernel_mode;
    uint8_t mask = v->hot.info->evtchn_upcall_mask;
    uint64_t frame[MAX_FRAME], sp, cs = regs->cs & 0xffff;
    unsigned int n = 0;

    if (__builtin_expect(!to.entry, 0)) {
        no_handler(regs, what, number);
        return;
    }
    frame[n++] = regs->rcx;
    frame[n++] = regs->r11;
    for (unsigned int i = 0; i < extra->words; i++)
        frame[n++] = extra->word[i];
    frame[n++] = regs->rip;
    frame[n++] = (from_kernel ? cs & ~3ul : cs) | (uint64_t)mask << 32;
    frame[n++] = shown_flags(v, regs, mask);
    frame[n++] = regs->rsp;
    frame[n++] = regs->ss & 0xffff;

    sp = regs->rsp;
    if (!from_kernel) {
        toggle_guest_mode(v);
        sp = v->hot.kernel_sp;
    }
    sp = (sp & ~15ul) - n * 8;
    if (__builtin_expect(copy_to_guest(GVA(sp), frame, n * 8) != 0, 0)) {
        bad_stack(regs->rip, sp, what, number);
        return;
    }
    if (to.mask_events)
        v->hot.info->evtchn_upcall_mask = 1;
    regs->vector = ENTRY_SYSCALL; /* rcx and r11 are in the frame */
    regs->rip = to.entry;
    regs->cs = SEL_GUEST_CS64;
    regs->rflags &= ~FLAGS_CLEARED;
    regs->rsp = sp;
    regs->ss = SEL_GUEST_DS;
}

/* Vectors whose frame has an error code: 8, 10 to 14, 17, 21. */
static bool has_error_code(unsigned int vector)
{
    return 0x227d00u >> vector & 1;
}

static struct callback handler_of(unsigned int vector)
{
    const struct trap_gate *gate = &current->traps[vector];

    return (struct callback){gate->entry, gate->mask_events};
}

void inject_trap(struct guest_regs *regs, unsigned int vector,
                 uint32_t error_code)
{
    if (vector < 32 && has_error_code(vector)) {
        const struct extra code = {1, {error_code}};

        bounce(regs, handler_of(vector), &code, "exception", vector);
    } else {
        bounce(regs, handler_of(vector), &nothing, "exception", vector);
    }
}

void inject_software_interrupt(struct guest_regs *regs, unsigned int vector)
{
    bounce(regs, handler_of(vector), &nothing, "software interrupt", vector);
}

/* Guest kernels look for "user" in the error code: both modes are ring 3. */
void inject_page_fault(struct guest_regs *regs, uint64_t address,
                       uint32_t error_code)
{
    struct vcpu *v = current;

    error_code |= PF_USER;
    if (v->hot.kernel_mode)
        error_code &= ~PF_USER;
    v->hot.info->arch.cr2 = v->cr2 = address;
    if (!v->traps[TRAP_PF].entry) {
        domain_crash(v->domain,
                     "page fault (error code %#x) at %#lx for address %#lx, "
                     "and the guest has no handler for it",
                     error_code, regs->rip, address);
        return;
    }
    inject_trap(regs, TRAP_PF, error_code);
}

/* An upcall always runs with events masked: else it would nest for ever. */
void inject_event(struct guest_regs *regs)
{
    struct callback to = {current->hot.event.entry, true};

    bounce(regs, to, &nothing, "event upcall of vCPU", current->id);
}

#define SYSCALL_BYTES 2

void inject_syscall(struct guest_regs *regs)
{
    struct vcpu *v = current;

    if (__builtin_expect(!v->hot.syscall.entry, 0)) {
        regs->rip -= SYSCALL_BYTES;
        inject_trap(regs, TRAP_UD, 0);
        return;
    }
    bounce(regs, v->hot.syscall, &nothing, "system call of vCPU", v->id);
}

void guest_syscall32(struct guest_regs *regs)
{
    struct vcpu *v = current;

    if (v->hot.kernel_mode || !v->hot.syscall32.entry) {
        regs->rip -= SYSCALL_BYTES;
        regs->vector = 0;
        inject_trap(regs, TRAP_UD, 0);
        return;
    }
    bounce(regs, v->hot.syscall32, &nothing, "system call of vCPU", v->id);
}

void inject_failsafe(struct guest_regs *regs, const uint16_t selectors[4])
{
    const struct extra extra = {
        4, {selectors[0], selectors[1], selectors[2], selectors[3]}};

    bounce(regs, current->hot.failsafe, &extra, "failsafe callback of vCPU",
           current->id);
}
