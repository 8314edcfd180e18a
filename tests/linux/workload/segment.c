// SPDX-License-Identifier: MIT
/*
 * What x86-64 has left of segments: bases, local descriptors, 32-bit code;
 * and I/O ports, which were born with them.
 */
#include <asm/ldt.h>
#include <asm/prctl.h>
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "workload.h"

#define HWCAP2_FSGSBASE 2

static sigjmp_buf back;

static void on_fault(int number)
{
    (void)number;
    siglongjmp(back, 1);
}

static void handle_faults(void)
{
    struct sigaction action = { .sa_handler = on_fault };

    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
}

static uint64_t read_gs(void)
{
    uint64_t value;

    asm volatile("mov %%gs:0, %0" : "=r"(value));
    return value;
}

/* Each process has a base of its own and looks whether it still has it. */
static void keep_base(uint64_t *there, bool by_instruction)
{
    uint64_t base;

    if (by_instruction)
        asm volatile("wrgsbase %0" ::"r"(there));
    else
        need(!syscall(SYS_arch_prctl, ARCH_SET_GS, there), "arch_prctl: %m");
    for (int i = 0; i < 300; i++) {
        need(read_gs() == *there, "GS leads to another's word");
        sched_yield();
        need(!syscall(SYS_arch_prctl, ARCH_GET_GS, &base), "arch_prctl: %m");
        need(base == (uint64_t)there, "the GS base is %#lx, not %p", base,
             there);
    }
}

void item_bases(void)
{
    bool instructions = getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE;
    static uint64_t words[4] = { 10, 11, 12, 13 };
    pid_t pids[4];

    for (int i = 0; i < 4; i++) {
        pids[i] = fork();
        need(pids[i] >= 0, "fork: %m");
        if (!pids[i]) {
            keep_base(&words[i], instructions && i % 2);
            _exit(0);
        }
    }
    for (int i = 0; i < 4; i++)
        need_exit(pids[i], 0);
    need(syscall(SYS_arch_prctl, ARCH_SET_GS, 1ul << 63) && errno == EPERM,
         "a base that is no address is taken");
}

static void set_entry(unsigned number, void *base, unsigned limit)
{
    struct user_desc entry = {
        .entry_number = number,
        .base_addr = (unsigned)(uintptr_t)base,
        .limit = limit,
        .seg_32bit = 1,
        .useable = 1,
    };

    need(!syscall(SYS_modify_ldt, 0x11, &entry, sizeof(entry)),
         "modify_ldt: %m");
}

/* In 64-bit mode a data segment is only looked at: loaded, and by LSL. */
static long limit_of(unsigned selector)
{
    long limit = -1;

    asm volatile("lsl %k1, %k0\n jz 1f\n mov $-1, %0\n1:"
                 : "+r"(limit) : "r"(selector) : "cc");
    return limit;
}

static bool loads(unsigned selector)
{
    if (sigsetjmp(back, 1))
        return false;
    asm volatile("mov %0, %%es" ::"r"(selector));
    return true;
}

void item_local_descriptors(void)
{
    struct user_desc none = { .entry_number = 1, .read_exec_only = 1,
                              .seg_not_present = 1 };
    char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    pid_t pid;

    need(low != MAP_FAILED, "mmap: %m");
    handle_faults();
    need(!loads(1 * 8 + 7), "a selector of an empty LDT can be loaded");
    set_entry(1, low, 99);
    set_entry(600, low, 0x123);
    for (int i = 0; i < 50; i++) {
        need(loads(1 * 8 + 7) && loads(600 * 8 + 7),
             "an LDT selector cannot be loaded");
        sched_yield();
        need(limit_of(15) == 99 && limit_of(600 * 8 + 7) == 0x123,
             "limits are %ld and %ld", limit_of(15), limit_of(600 * 8 + 7));
        need(!loads(2 * 8 + 7), "an empty entry can be loaded");
    }
    pid = fork(); /* which has a copy, and its own */
    need(pid >= 0, "fork: %m");
    if (!pid) {
        set_entry(1, low, 7);
        need(limit_of(15) == 7, "the child's limit is %ld", limit_of(15));
        _exit(0);
    }
    need_exit(pid, 0);
    need(limit_of(15) == 99, "the parent's limit is %ld", limit_of(15));
    need(loads(0), "the null selector cannot be loaded");
    need(!syscall(SYS_modify_ldt, 0x11, &none, sizeof(none)),
         "modify_ldt: %m");
    need(!loads(15), "a cleared entry can be loaded");
}

/* 32-bit code: calls getpid by INT 0x80, adds a word of DS, goes back. */
extern const char code32[], code32_end[];
asm(".pushsection .rodata\n"
    ".code32\n"
    "code32:\n"
    "    mov $20, %eax\n"
    "    int $0x80\n"
    "    add (%ebx), %eax\n"
    "    inc %edi\n" /* 47: a REX prefix in 64-bit mode */
    "    ljmp *4(%ebx)\n"
    ".code64\n"
    "code32_end:\n"
    ".popsection");

/* In the first 4 GB: what the 32-bit code reads, then the way back. */
struct low {
    uint32_t word;
    struct {
        uint32_t to;
        uint16_t selector;
    } __attribute__((packed)) exit;
    uint8_t stub[64];
    uint8_t code[64];
};

void item_compatibility(void)
{
    struct low *low = mmap(NULL, 65536, PROT_READ | PROT_WRITE | PROT_EXEC,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    static const uint8_t jump_r12[] = { 0x41, 0xff, 0xe4 };

    need(low != MAP_FAILED, "mmap: %m");
    memcpy(low->code, code32, (size_t)(code32_end - code32));
    memcpy(low->stub, jump_r12, sizeof(jump_r12));
    low->exit.to = (uint32_t)(uintptr_t)low->stub;
    low->exit.selector = 0x33;
    for (int i = 0; i < 200; i++) {
        uint64_t sum, turns = 7;

        low->word = (uint32_t)i;
        asm volatile("mov %%rsp, %%r13\n"
                     "lea 1f(%%rip), %%r12\n"
                     "lea 65536(%%rbx), %%rsp\n"
                     "pushq $0x23\n push %[code]\n"
                     "mov %%ds, %%r14d\n mov $0x2b, %%eax\n mov %%eax, %%ds\n"
                     "lretq\n"
                     "1: mov %%r14d, %%ds\n mov %%r13, %%rsp"
                     : "=a"(sum), "+D"(turns)
                     : "b"(low), [code] "r"((uint64_t)low->code)
                     : "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "r12",
                       "r13", "r14", "memory", "cc");
        need((uint32_t)sum == (uint32_t)getpid() + (uint32_t)i,
             "the 32-bit code's result is %#lx", sum);
        need((uint32_t)turns == 8, "INC EDI gave %#lx", turns);
    }
}

void item_io_ports(void)
{
    handle_faults();
    if (!sigsetjmp(back, 1)) {
        outb(0, 0x80);
        fail_item("a port can be written without leave");
    }
    need(!ioperm(0x80, 1, 1), "ioperm: %m");
    if (sigsetjmp(back, 1))
        fail_item("port 0x80 faults though it is allowed");
    for (int i = 0; i < 100; i++)
        outb((unsigned char)i, 0x80);
    if (!sigsetjmp(back, 1)) {
        outb(0, 0x81);
        fail_item("another port than the one allowed can be written");
    }
}
