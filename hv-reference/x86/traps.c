// SPDX-License-Identifier: MIT
/*
 * Exceptions and interrupts, sorted by where they came from.
 *
 * Rule: from ring 0 only three things are legitimate: an interrupt while the
 * CPU idles, a fault at an instruction of the exception table (guest copies,
 * loads of guest selectors, the final IRETQ), and NMI or #DB, which may come
 * anywhere and change nothing. All else is a bug of the hypervisor and ends it.
 */
#include "core/cpu.h"
#include "core/domain.h"
#include "core/hw.h"
#include "core/memory/mm.h"
#include "core/scheduler/sched.h"
#include "core/processor/traps.h"
#include "core/vcpu.h"
#include "drivers/drivers.h"
#include "explain/log.h"
#include "x86/apic.h"
#include "x86/asm.h"
#include "x86/context.h"
#include "x86/entry.h"
#include "x86/tlb.h"

#define FIRST_INTERRUPT 32

struct exception_entry {
    uint64_t from, to;
};
extern const struct exception_entry exception_table_start[];
extern const struct exception_entry exception_table_end[];

static void pic_interrupt(unsigned int irq)
{
    if (pic_eoi(irq) && irq == SERIAL_IRQ)
        serial_interrupt();
}

static void interrupt(unsigned int vector)
{
    switch (vector) {
    case VECTOR_PIC ... VECTOR_PIC + 15:
        pic_interrupt(vector - VECTOR_PIC);
        return;
    case VECTOR_TIMER:
        apic_eoi();
        timer_interrupt();
        return;
    case VECTOR_FLUSH:
        apic_eoi();
        tlb_serve_request();
        return;
    case VECTOR_KICK: /* what there is to do is looked at on the way out */
        apic_eoi();
        return;
    case VECTOR_SPURIOUS:
        return;
    default:
        apic_eoi();
        log_line("interrupt vector %#x came, which nothing asked for", vector);
    }
}

/* The FPU is the guest's own business, unless it asked to be told. */
static void device_not_available(struct guest_regs *regs)
{
    struct vcpu *v = current;

    v->cr0_ts = false;
    fpu_set_ts(v);
    inject_trap(regs, TRAP_NM, 0);
}

static void debug_exception(struct guest_regs *regs)
{
    uint64_t dr6;

    __asm__ volatile("mov %%dr6, %0" : "=r"(dr6));
    __asm__ volatile("mov %0, %%dr6" : : "r"(DR6_NOTHING));
    current->dr[6] = dr6;
    inject_trap(regs, TRAP_DB, 0);
}

void trap_from_guest(struct guest_regs *regs)
{
    uint64_t address;

    switch (regs->vector) {
    case TRAP_PF:
        address = read_cr2();
        if (!fix_guest_fault(regs, address, regs->error_code))
            inject_page_fault(regs, address, regs->error_code);
        return;
    case TRAP_GP:
        guest_general_protection(regs);
        return;
    case TRAP_UD:
        guest_invalid_opcode(regs);
        return;
    case TRAP_NM:
        device_not_available(regs);
        return;
    case TRAP_DB:
        debug_exception(regs);
        return;
    case TRAP_NMI:
        log_line("an NMI came from the machine, while a guest ran");
        return;
    case TRAP_MC:
        panic("machine check");
    case ENTRY_SYSCALL32:
        guest_syscall32(regs);
        return;
    default:
        if (regs->vector >= FIRST_INTERRUPT)
            interrupt(regs->vector);
        else
            inject_trap(regs, regs->vector, regs->error_code);
    }
}

void syscall_from_user(struct guest_regs *regs)
{
    inject_syscall(regs);
}

static _Noreturn void die(const struct guest_regs *regs)
{
    log_line("rip %lx cs %lx rflags %lx rsp %lx cr2 %lx", regs->rip, regs->cs,
             regs->rflags, regs->rsp, read_cr2());
    log_line("rax %lx rbx %lx rcx %lx rdx %lx", regs->rax, regs->rbx,
             regs->rcx, regs->rdx);
    log_line("rsi %lx rdi %lx rbp %lx r8 %lx", regs->rsi, regs->rdi, regs->rbp,
             regs->r8);
    panic("exception %u (error code %#x) in the hypervisor at %#lx",
          regs->vector, regs->error_code, regs->rip);
}

static const struct exception_entry *find_exception_entry(uint64_t rip)
{
    const struct exception_entry *e;

    for (e = exception_table_start; e < exception_table_end; e++)
        if (e->from == rip)
            return e;
    return NULL;
}

void trap_from_hypervisor(struct guest_regs *regs)
{
    const struct exception_entry *e;

    if (regs->vector >= FIRST_INTERRUPT) {
        interrupt(regs->vector);
        return;
    }
    if (regs->vector == TRAP_NMI)
        return;
    if (regs->vector == TRAP_DB) {
        __asm__ volatile("mov %0, %%dr6" : : "r"(DR6_NOTHING));
        return;
    }
    if (regs->vector == TRAP_DF || regs->vector == TRAP_MC)
        die(regs);
    e = find_exception_entry(regs->rip);
    if (!e)
        die(regs);
    if (regs->vector == TRAP_PF &&
        fix_hypervisor_fault(read_cr2(), regs->error_code))
        return;
    regs->rip = e->to;
    this_cpu()->fixed_vector = regs->vector;
    this_cpu()->fixed_error = regs->error_code;
}

/*
 * IRETQ refused the guest's frame: for the guest, what it returned to has
 * faulted, with the processor's own vector and error code.
 */
void iret_failed(struct guest_regs *regs)
{
    const struct cpu *cpu = this_cpu();

    regs->vector = 0;
    inject_trap(regs, cpu->fixed_vector, cpu->fixed_error);
}

void way_out(struct guest_regs *regs)
{
    leave_to_guest();
    if (current->failsafe_due) {
        current->failsafe_due = false;
        inject_failsafe(regs, current->failsafe_selectors);
    }
    deliver_nmi(regs);
}
