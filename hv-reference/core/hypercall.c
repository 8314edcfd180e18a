// SPDX-License-Identifier: MIT
/*
 * From a hypercall's number to its handler, and back with its result.
 *
 * The table is an expansion of <xen/hypercalls.def>. A row whose do_NAME() no
 * file defines is a hypercall that is not offered: its slot is NULL.
 */
#include "core/hypercall.h"

#include <stdarg.h>

#include <xen/xen.h>

#include "core/cpu.h"
#include "core/hw.h"
#include "core/memory/mm.h"
#include "core/vcpu.h"

#undef HYPERCALL
#define HYPERCALL(nr, name, ...)                                               \
    extern hypercall_fn do_##name __attribute__((weak));
#include <xen/hypercalls.def>

static hypercall_fn *const handlers[] = {
#define HYPERCALL(nr, name, ...) [nr] = do_##name,
#include <xen/hypercalls.def>
};

/* Errors are -1 to -4095, as in every kernel of this family. */
static bool is_error(long result)
{
    return (unsigned long)result >= -4095UL;
}

static long call(uint64_t nr, uint64_t a1, uint64_t a2, uint64_t a3,
                 uint64_t a4, uint64_t a5, uint64_t a6)
{
    if (nr >= ARRAY_SIZE(handlers) || !handlers[nr])
        return refuse(RULE_NO_SUCH_HYPERCALL, -ENOSYS, nr, 0);
    return handlers[nr](a1, a2, a3, a4, a5, a6);
}

long hypercall_dispatch(uint64_t nr, const uint64_t args[6])
{
    long result = call(nr, args[0], args[1], args[2], args[3], args[4],
                       args[5]);

    if (is_error(result))
        explain_hypercall((unsigned int)nr, args, result);
    return result;
}

void hypercall_entry(struct guest_regs *regs)
{
    uint64_t nr = regs->rax;
    long result = call(nr, regs->rdi, regs->rsi, regs->rdx, regs->r10,
                       regs->r8, regs->r9);

    regs->rax = (uint64_t)result;
    if (is_error(result) && nr != __HYPERVISOR_iret) {
        /* Only a call that is to be continued changes its arguments. */
        uint64_t args[6] = {regs->rdi, regs->rsi, regs->rdx,
                            regs->r10, regs->r8, regs->r9};

        explain_hypercall((unsigned int)nr, args, result);
    }
#ifdef HV_CHECKING
    check_after_hypercall();
#endif
}

bool preempt_pending(void)
{
    const struct cpu *cpu = this_cpu();

    return cpu->work || hw_now() >= cpu->timer;
}

/* SYSCALL is two bytes: the guest executes it again, with new arguments. */
long continue_hypercall(unsigned int nr, unsigned int nargs, ...)
{
    struct guest_regs *regs = guest_regs();
    uint64_t *const in_regs[6] = {&regs->rdi, &regs->rsi, &regs->rdx,
                                  &regs->r10, &regs->r8, &regs->r9};
    struct cpu *cpu = this_cpu();
    unsigned int i;
    va_list ap;

    va_start(ap, nargs);
    for (i = 0; i < nargs; i++) {
        uint64_t value = va_arg(ap, uint64_t);

        if (cpu->call)
            cpu->call->args[i] = value;
        else
            *in_regs[i] = value;
    }
    va_end(ap);
    if (cpu->call) {
        cpu->call->op = nr;
        cpu->call_continues = true;
    } else {
        regs->rip -= 2;
    }
    return nr;
}
