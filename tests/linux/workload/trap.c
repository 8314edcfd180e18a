// SPDX-License-Identifier: MIT
/*
 * Exceptions of user mode: that each becomes the right signal, with the right
 * address, and that the program goes on where it should.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "workload.h"

static volatile int traps;
static volatile uint64_t trap_at, first_step, last_step;
static volatile int trap_code;
static sigjmp_buf back;

static void handle(int number, void (*handler)(int, siginfo_t *, void *))
{
    struct sigaction action = { .sa_sigaction = handler,
                                .sa_flags = SA_SIGINFO };

    need(!sigaction(number, &action, NULL), "sigaction: %m");
}

static void on_trap(int number, siginfo_t *info, void *context)
{
    ucontext_t *state = context;

    (void)number;
    traps++;
    trap_code = info->si_code;
    trap_at = (uint64_t)state->uc_mcontext.gregs[REG_RIP];
    if (traps == 1)
        first_step = trap_at;
    last_step = trap_at;
}

void item_int3(void)
{
    handle(SIGTRAP, on_trap);
    for (int i = 0; i < 500; i++) {
        uint64_t next;

        traps = 0;
        asm volatile("lea 1f(%%rip), %0\n int3\n1:" : "=r"(next) : : "memory");
        need(traps == 1, "int3 gave %d signals", traps);
        need(trap_at == next, "int3 stopped at %#lx, not at %#lx", trap_at,
             next);
        need(trap_code == SI_KERNEL, "int3 has the code %d", trap_code);
    }
}

void item_single_step(void)
{
    handle(SIGTRAP, on_trap);
    for (int i = 0; i < 200; i++) {
        uint64_t begin, end;

        traps = 0;
        asm volatile("lea 1f(%%rip), %0\n"
                     "lea 2f(%%rip), %1\n"
                     "pushfq\n orq $0x100, (%%rsp)\n popfq\n"
                     "nop\n" /* POPF arms it: the trap is after this one */
                     "1: nop\n nop\n push %%rax\n pop %%rax\n"
                     "pushfq\n andq $~0x100, (%%rsp)\n popfq\n"
                     "2: nop\n"
                     : "=&r"(begin), "=&r"(end)
                     :
                     : "memory", "cc");
        need(traps == 8, "there were %d steps, not 8", traps);
        need(first_step == begin && last_step == end,
             "steps from %#lx to %#lx, not from %#lx to %#lx", first_step,
             last_step, begin, end);
        need(trap_code == TRAP_TRACE, "a step has the code %d", trap_code);
    }
}

static volatile long watched;

static void wait_trap(pid_t pid)
{
    int status;

    need(waitpid(pid, &status, 0) == pid, "waitpid: %m");
    need(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP,
         "the child did not stop by SIGTRAP: wait status %#x", status);
}

static void poke(pid_t pid, int number, uint64_t value)
{
    size_t at = offsetof(struct user, u_debugreg) + (size_t)number * 8;

    need(!ptrace(PTRACE_POKEUSER, pid, at, value), "debug register %d: %m",
         number);
}

void item_traced_step(void)
{
    struct user_regs_struct regs;
    uint64_t was = 0;
    pid_t pid = fork();

    need(pid >= 0, "fork: %m");
    if (!pid) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        asm volatile("int3\n nop\n nop\n nop\n nop\n nop\n nop\n nop\n nop\n");
        watched = 1;
        _exit(5);
    }
    wait_trap(pid);
    for (int i = 0; i < 8; i++) {
        need(!ptrace(PTRACE_GETREGS, pid, 0, &regs), "PTRACE_GETREGS: %m");
        need(!i || regs.rip == was + 1, "a step went from %#lx to %#llx", was,
             regs.rip);
        was = regs.rip;
        need(!ptrace(PTRACE_SINGLESTEP, pid, 0, 0), "PTRACE_SINGLESTEP: %m");
        wait_trap(pid);
    }
    poke(pid, 0, (uint64_t)&watched);
    poke(pid, 7, 0x90001); /* DR0: eight bytes, on writes */
    need(!ptrace(PTRACE_CONT, pid, 0, 0), "PTRACE_CONT: %m");
    wait_trap(pid);
    errno = 0;
    was = (uint64_t)ptrace(PTRACE_PEEKUSER, pid,
                           offsetof(struct user, u_debugreg) + 6 * 8, 0);
    need(!errno && (was & 15) == 1, "DR6 is %#lx after a watched write", was);
    poke(pid, 7, 0);
    need(!ptrace(PTRACE_CONT, pid, 0, 0), "PTRACE_CONT: %m");
    need_exit(pid, 5);
}

static volatile int fault_signal, fault_code;

static void on_fault(int number, siginfo_t *info, void *context)
{
    (void)context;
    fault_signal = number;
    fault_code = info->si_code;
    siglongjmp(back, 1);
}

#define need_signal(number, code, instruction)                                 \
    do {                                                                       \
        if (!sigsetjmp(back, 1)) {                                             \
            asm volatile(instruction ::: "rax", "rcx", "rdx", "memory", "cc"); \
            fail_item("nothing happened at: " instruction);                    \
        }                                                                      \
        need(fault_signal == (number) && fault_code == (code),                 \
             "signal %d, code %d, and not %d, %d at: " instruction,            \
             fault_signal, fault_code, number, code);                          \
    } while (0)

void item_undefined(void)
{
    handle(SIGILL, on_fault);
    handle(SIGFPE, on_fault);
    handle(SIGSEGV, on_fault);
    handle(SIGBUS, on_fault);
    for (int i = 0; i < 50; i++) {
        need_signal(SIGILL, ILL_ILLOPN, "ud2");
        need_signal(SIGFPE, FPE_INTDIV,
                    "xor %%ecx, %%ecx\n mov $1, %%eax\n cltd\n idiv %%ecx");
        need_signal(SIGSEGV, SI_KERNEL, "hlt");
        need_signal(SIGSEGV, SI_KERNEL, "cli");
        need_signal(SIGSEGV, SI_KERNEL, "mov %%cr3, %%rax");
        need_signal(SIGSEGV, SI_KERNEL, "xor %%ecx, %%ecx\n rdmsr");
        need_signal(SIGSEGV, SI_KERNEL, "int $0x20");
        need_signal(SIGSEGV, SI_KERNEL,
                    "mov $0x8000000000000000, %%rax\n mov (%%rax), %%al");
    }
}

void item_system_calls(void)
{
    for (int i = 0; i < 200; i++) {
        long pid, old, none, rcx, kept = 0x1234567890, kept2 = i;

        asm volatile("lea 1f(%%rip), %%rbx\n syscall\n1: sub %%rbx, %%rcx"
                     : "=a"(pid), "=c"(rcx)
                     : "a"(39)
                     : "rbx", "r11", "memory");
        need(pid == getpid(), "SYSCALL says that I am %ld", pid);
        need(rcx == 0, "SYSCALL returns another RCX than it should");
        asm volatile("int $0x80" : "=a"(old), "+D"(kept), "+S"(kept2)
                     : "a"(20) : "r8", "r9", "r10", "r11", "memory");
        need(old == pid, "INT 0x80 says that I am %ld", old);
        need(kept == 0x1234567890 && kept2 == i, "INT 0x80 changes registers");
        asm volatile("syscall" : "=a"(none) : "a"(100000)
                     : "rcx", "r11", "memory");
        need(none == -ENOSYS, "system call 100,000 gives %ld", none);
    }
}
