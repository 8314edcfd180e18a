// SPDX-License-Identifier: MIT
/*
 * The state of x87, SSE and AVX belongs to a thread. Processes with values of
 * their own take turns; all registers are loaded at once and looked at after
 * each switch, by assembly, so that no compiler moves a value elsewhere.
 */
#include <cpuid.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "workload.h"

#define SWITCHES 300

struct state {
    uint8_t xmm[16][32]; /* and the upper halves, for AVX */
    double x87[4];
    uint32_t mxcsr;
    uint16_t control;
};

static void make_state(struct state *state, unsigned seed)
{
    for (int i = 0; i < 16; i++)
        for (int b = 0; b < 32; b++)
            state->xmm[i][b] = (uint8_t)(seed * 37 + (unsigned)(i * 32 + b));
    for (int i = 0; i < 4; i++)
        state->x87[i] = seed + i * 0.5;
    state->mxcsr = 0x1f80 | (seed & 3) << 13;
    state->control = (uint16_t)(0x37f | (seed & 3) << 10);
}

/*
 * Loads the registers, waits `spins` turns of a loop or yields once, and
 * stores them. The system call is made here: none may use SSE in between.
 */
#define FOR_16(x)                                                              \
    x(0) x(1) x(2) x(3) x(4) x(5) x(6) x(7)                                    \
    x(8) x(9) x(10) x(11) x(12) x(13) x(14) x(15)
#define LOAD_SSE(n) "movdqu 32*" #n "(%[in]), %%xmm" #n "\n"
#define SAVE_SSE(n) "movdqu %%xmm" #n ", 32*" #n "(%[out])\n"
#define LOAD_AVX(n) "vmovdqu 32*" #n "(%[in]), %%ymm" #n "\n"
#define SAVE_AVX(n) "vmovdqu %%ymm" #n ", 32*" #n "(%[out])\n"
#define LOAD_X87                                                               \
    "fninit\n fldcw %[cw_in]\n ldmxcsr %[mx_in]\n"                             \
    "fldl 3*8+%[st_in]\n fldl 2*8+%[st_in]\n"                                  \
    "fldl 8+%[st_in]\n fldl %[st_in]\n"
#define SAVE_X87                                                               \
    "fstpl %[st_out]\n fstpl 8+%[st_out]\n"                                    \
    "fstpl 2*8+%[st_out]\n fstpl 3*8+%[st_out]\n"                              \
    "fnstcw %[cw_out]\n stmxcsr %[mx_out]\n"
#define WAIT                                                                   \
    "1: dec %[spins]\n jg 1b\n"                                                \
    "test %[call], %[call]\n jz 2f\n"                                          \
    "mov $24, %%eax\n syscall\n" /* sched_yield */                             \
    "2:\n"

#define EXCHANGE(name, load, save, ...)                                        \
    static void name(const struct state *from, struct state *to, long spins,   \
                     long call)                                                \
    {                                                                          \
        asm volatile(FOR_16(load) LOAD_X87 WAIT FOR_16(save) SAVE_X87          \
                     : [spins] "+r"(spins), [st_out] "=o"(to->x87),            \
                       [cw_out] "=m"(to->control), [mx_out] "=m"(to->mxcsr)    \
                     : [in] "r"(from->xmm), [out] "r"(to->xmm),                \
                       [call] "r"(call), [st_in] "o"(from->x87),               \
                       [cw_in] "m"(from->control), [mx_in] "m"(from->mxcsr)    \
                     : "memory", "rax", "rcx", "r11", "cc", "st",              \
                       "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",         \
                       "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",       \
                       "xmm12", "xmm13", "xmm14", "xmm15");                    \
    }
EXCHANGE(exchange_sse, LOAD_SSE, SAVE_SSE)
EXCHANGE(exchange_avx, LOAD_AVX, SAVE_AVX)

typedef void exchange_t(const struct state *from, struct state *to,
                        long spins, long call);

static void keep(exchange_t *exchange, unsigned seed, size_t width, long spins,
                 long call)
{
    uint32_t normal = 0x1f80;
    struct state mine, back;

    make_state(&mine, seed);
    memset(&back, 0, sizeof(back));
    exchange(&mine, &back, spins, call);
    asm volatile("fninit; ldmxcsr %0" ::"m"(normal));
    for (int i = 0; i < 16; i++)
        need(!memcmp(mine.xmm[i], back.xmm[i], width),
             "register %d of process %u has changed", i, seed);
    need(!memcmp(mine.x87, back.x87, sizeof(mine.x87)),
         "an x87 register of process %u has changed", seed);
    need(mine.mxcsr == back.mxcsr && mine.control == back.control,
         "MXCSR is %#x, not %#x; the control word %#x, not %#x", back.mxcsr,
         mine.mxcsr, back.control, mine.control);
}

static void in_turns(exchange_t *exchange, size_t width)
{
    pid_t pids[4];

    for (unsigned i = 0; i < 4; i++) {
        pids[i] = fork();
        need(pids[i] >= 0, "fork: %m");
        if (pids[i])
            continue;
        for (int n = 0; n < SWITCHES; n++)
            keep(exchange, i * 50 + (unsigned)n, width, 1000, 1);
        _exit(0);
    }
    for (int i = 0; i < 4; i++)
        need_exit(pids[i], 0);
}

void item_fpu_switch(void)
{
    in_turns(exchange_sse, 16);
}

static bool has_avx(void)
{
    unsigned a, b, c, d, low, high;

    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE) ||
        !(c & bit_AVX))
        return false;
    asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & 6) == 6;
}

void item_avx_switch(void)
{
    if (!has_avx())
        skip_item("the kernel offers no AVX");
    in_turns(exchange_avx, 32);
}

static volatile sig_atomic_t signals;

static void spoil(int number)
{
    struct state state;

    (void)number;
    make_state(&state, 250);
    exchange_sse(&state, &state, 1, 0);
    signals++;
}

void item_fpu_signal(void)
{
    struct itimerval often = { { 0, 2000 }, { 0, 2000 } };
    exchange_t *exchange = has_avx() ? exchange_avx : exchange_sse;

    signal(SIGALRM, spoil);
    need(!setitimer(ITIMER_REAL, &often, NULL), "setitimer: %m");
    for (int64_t end = now_ns() + 20000000000; signals < 50;) {
        keep(exchange, 3, has_avx() ? 32 : 16, 200000, 0);
        need(now_ns() < end, "there were %d signals in 20 s", signals);
    }
}
