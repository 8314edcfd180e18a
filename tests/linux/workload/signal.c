// SPDX-License-Identifier: MIT
/*
 * Signals: the kernel makes a frame in user memory, and all of the state that
 * it put there comes back by rt_sigreturn.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#include "workload.h"

static void handle(int number, void (*handler)(int, siginfo_t *, void *),
                   int flags)
{
    struct sigaction action = { .sa_sigaction = handler,
                                .sa_flags = SA_SIGINFO | flags };

    need(!sigaction(number, &action, NULL), "sigaction: %m");
}

static volatile int received, sum;

static void count(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    received++;
    sum += info->si_value.sival_int;
}

/* Queued signals are not merged; each carries its number. */
void item_signal_storm(void)
{
    enum { SIGNALS = 5000, AT_ONCE = 50 };
    sigset_t none, ours;
    pid_t pid;

    handle(SIGRTMIN, count, 0);
    sigemptyset(&none);
    sigemptyset(&ours);
    sigaddset(&ours, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &ours, NULL);
    pid = fork();
    need(pid >= 0, "fork: %m");
    if (!pid) {
        for (int i = 0; i < SIGNALS; i++) {
            union sigval value = { .sival_int = i };

            while (sigqueue(getppid(), SIGRTMIN, value))
                usleep(100); /* the queue is full */
            if (i % AT_ONCE == 0)
                usleep(1);
        }
        _exit(0);
    }
    while (received < SIGNALS)
        sigsuspend(&none);
    need_exit(pid, 0);
    need(sum == SIGNALS * (SIGNALS - 1) / 2, "the values add up to %d", sum);
}

static volatile int ticks;

static void tick(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    (void)context;
    ticks++;
    /* What was in the registers is the interrupted code's: spoil it. */
    asm volatile("xor %%eax, %%eax; xor %%ecx, %%ecx; xor %%edx, %%edx;"
                 "xor %%esi, %%esi; xor %%edi, %%edi; xor %%r8d, %%r8d;"
                 "xor %%r9d, %%r9d; xor %%r10d, %%r10d; xor %%r11d, %%r11d"
                 ::: "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10",
                 "r11", "cc");
}

/* Loads 14 registers, spins, and returns how many of them changed. */
uint64_t spin_with_registers(uint64_t turns);
asm(".pushsection .text\n"
    "spin_with_registers:\n"
    "    push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
    "    mov $0x1111111111111111, %rax; lea 1(%rax), %rbx\n"
    "    lea 2(%rax), %rcx; lea 3(%rax), %rdx; lea 4(%rax), %rsi\n"
    "    lea 5(%rax), %rbp; lea 6(%rax), %r8; lea 7(%rax), %r9\n"
    "    lea 8(%rax), %r10; lea 9(%rax), %r11; lea 10(%rax), %r12\n"
    "    lea 11(%rax), %r13; lea 12(%rax), %r14; lea 13(%rax), %r15\n"
    "1:  stc\n"
    "    dec %rdi\n"
    "    jnc 2f\n" /* DEC leaves the carry flag alone */
    "    jnz 1b\n"
    "2:  setnc %dil\n"
    "    movzbl %dil, %edi\n"
    ".macro same n, reg\n"
    "    push %rdx; lea \\n(%rax), %rdx; cmp %rdx, \\reg; pop %rdx\n"
    "    je 3f; inc %rdi; 3:\n"
    ".endm\n"
    "    same 1, %rbx; same 2, %rcx; same 4, %rsi; same 5, %rbp\n"
    "    same 6, %r8; same 7, %r9; same 8, %r10; same 9, %r11\n"
    "    same 10, %r12; same 11, %r13; same 12, %r14; same 13, %r15\n"
    "    lea 3(%rax), %rcx; cmp %rcx, %rdx; je 3f; inc %rdi; 3:\n"
    "    mov $0x1111111111111111, %rcx\n"
    "    cmp %rcx, %rax; je 3f; inc %rdi; 3:\n"
    "    mov %rdi, %rax\n"
    "    pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
    "    ret\n"
    ".popsection");

void item_signal_registers(void)
{
    struct itimerval often = { { 0, 1000 }, { 0, 1000 } };

    handle(SIGALRM, tick, 0);
    need(!setitimer(ITIMER_REAL, &often, NULL), "setitimer: %m");
    for (int64_t end = now_ns() + 20000000000; ticks < 60;) {
        uint64_t changed = spin_with_registers(100000);

        need(!changed, "%lu registers changed", changed);
        need(now_ns() < end, "there were %d signals in 20 s", ticks);
    }
}

static char *stack_begin, *stack_end;
static volatile int depth;

static void need_here(bool on_stack)
{
    char here;

    need((&here >= stack_begin && &here < stack_end) == on_stack,
         "a handler's stack is the wrong one");
}

static void inner(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    (void)context;
    need_here(true);
    depth = 2;
}

static void outer(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    (void)context;
    need_here(true);
    raise(SIGUSR2);
    need(depth == 2, "the inner handler did not run within the outer one");
}

void item_signal_stack(void)
{
    enum { SIZE = 65536 };
    stack_t stack = { .ss_size = SIZE };

    stack_begin = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    stack_end = stack_begin + SIZE;
    stack.ss_sp = stack_begin;
    need(!sigaltstack(&stack, NULL), "sigaltstack: %m");
    handle(SIGUSR1, outer, SA_ONSTACK);
    handle(SIGUSR2, inner, SA_ONSTACK);
    for (int i = 0; i < 100; i++) {
        depth = 0;
        raise(SIGUSR1);
        need(depth == 2, "no handler ran");
        need_here(false);
    }
}

static sigjmp_buf back;
static volatile siginfo_t seen;
static volatile uint64_t error_code;

static void on_fault(int number, siginfo_t *info, void *context)
{
    ucontext_t *state = context;

    (void)number;
    seen = *info;
    error_code = (uint64_t)state->uc_mcontext.gregs[REG_ERR];
    siglongjmp(back, 1);
}

static void need_fault(volatile char *p, int write, int code, uint64_t error)
{
    if (!sigsetjmp(back, 1)) {
        if (write)
            *p = 1;
        else
            (void)*p;
        fail_item("no fault at %p", p);
    }
    need(seen.si_addr == p, "the fault at %p is said to be at %p", p,
         seen.si_addr);
    need(seen.si_code == code, "the fault at %p is of kind %d, not %d", p,
         seen.si_code, code);
    need(error_code == error, "the fault at %p has the error code %#lx, not "
         "%#lx", p, error_code, error);
}

void item_segfault(void)
{
    char *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    handle(SIGSEGV, on_fault, 0);
    for (int i = 0; i < 100; i++) {
        need_fault((char *)24, 0, SEGV_MAPERR, 4);
        need_fault((char *)24, 1, SEGV_MAPERR, 6);
        need_fault((char *)0x7ffffffff000 - 4096, 0, SEGV_MAPERR, 4);
        need(!*p, "a new page is not zero");
        need_fault(p, 1, SEGV_ACCERR, 7);
        /* The kernel's part, where a hypervisor's tables may show, too. */
        need_fault((char *)0xffff888000000000, 0, SEGV_MAPERR, 5);
        need_fault((char *)0xffffffff81000000, 0, SEGV_MAPERR, 5);
    }
}
