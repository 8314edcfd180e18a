// SPDX-License-Identifier: MIT
/*
 * Privileged instructions in all their forms: those that are done for the
 * kernel, with any register and prefix; those that are not; and none of them
 * for user mode.
 *
 * conform: reference dom0 domU
 * requires: PRIV-21 PRIV-22 PRIV-23
 */
#include "conform.h"

static struct caught c;

#define DO(text) __asm__ volatile(text ::: "rax", "rbx", "rcx", "rdx", "r8",   \
                                  "r9", "r10", "r12", "r13", "memory")
#define DONE(text) check(!traps(&c, DO(text)), "%s is done", text)
#define TRAPS(vector, text)                                                    \
    ({                                                                         \
        check(traps(&c, DO(text)), "%s traps", text);                          \
        check_equal(c.entry, vector, "to vector %u", vector);                  \
    })

#define FROM(text)                                                             \
    ({                                                                         \
        uint64_t value;                                                        \
        __asm__ volatile(text "; mov %%r12, %0"                                \
                         : "=r"(value)::"rax", "rcx", "rdx", "r12");           \
        value;                                                                 \
    })

static void registers(void)
{
    uint64_t cr3 = FROM("mov %%cr3, %%r12"), cr4 = FROM("mov %%cr4, %%r12");

    check_equal(cr3, xen_pfn_to_cr3(page_mfn((void *)start->pt_base)),
                "cr3 is the top table's");
    check_equal(FROM("mov %%cr3, %%rax; mov %%rax, %%r12"), cr3, "into rax");
    check_equal(FROM("data16 mov %%cr3, %%r12"), cr3, "with a size prefix");
    check_equal(FROM("fs mov %%cr3, %%r12"), cr3, "with a segment prefix");
    check_equal(FROM("rex.W mov %%cr3, %%rdx; mov %%rdx, %%r12"), cr3, "with REX");
    check_equal(FROM(".byte 0x41, 0x0f, 0x20, 0x1c; nop"), cr3,
                "with mod 0, which means a register all the same");
    check_equal(FROM("mov $0x1234, %%r12d; mov %%r12, %%cr2;"
                     "xor %%r12d, %%r12d; mov %%cr2, %%r12"),
                0x1234, "cr2 by a high register");
    check_equal(FROM("mov %%cr4, %%r12; mov %%r12, %%cr4; mov %%cr4, %%r12"),
                cr4, "cr4");
    DONE("mov %%cr3, %%r13; mov %%r13, %%cr3");
    DONE("mov %%cr0, %%r8; mov %%r8, %%cr0");
    check_equal(FROM("mov $0x5000, %%r12d; mov %%r12, %%db3;"
                     "xor %%r12d, %%r12d; mov %%db3, %%r12"),
                0x5000, "dr3 by a high register");
    check_equal(hypercall_get_debugreg(3), 0x5000, "it is the one");
    check_equal(FROM("mov %%db7, %%r12"), 0x400, "dr7 reads as it is empty");
    check_equal(FROM("mov %%db5, %%r12"), 0x400, "dr5 is another name of it");
    TRAPS(13, "mov $0x2000, %%eax; mov %%rax, %%db7");
    TRAPS(13, "mov $0xffff800000000000, %%rax; mov %%rax, %%db0");
    TRAPS(13, "mov %%cr8, %%rax");
    TRAPS(13, "xor %%eax, %%eax; mov %%rax, %%cr8");
}

static void numbers(void)
{
    check_equal(FROM("mov $0xffffffff00000277, %%rcx; xor %%eax, %%eax;"
                     "rdmsr; shl $32, %%rdx; lea (%%rax, %%rdx), %%r12"),
                0x50100070406, "rdmsr takes 32 bits of rcx");
    check_equal(FROM("mov $0xc0000100, %%ecx; mov $-1, %%rax; mov $-1, %%rdx;"
                     "shr $48, %%rax; shl $32, %%rdx; wrmsr;"
                     "rdmsr; shl $32, %%rdx; lea (%%rax, %%rdx), %%r12"),
                0xffff, "wrmsr takes the lower halves of rax and rdx");
    check(FROM("mov $-1, %%rax; mov $-1, %%rdx; rdtsc;"
               "shr $32, %%rax; shr $32, %%rdx; lea (%%rax, %%rdx), %%r12") == 0,
          "rdtsc clears the upper halves");
    DONE("clts");
    DONE("data16 clts");
    DONE("wbinvd");
    DONE(".byte 0xf3, 0x0f, 0x09"); /* wbnoinvd */
}

static void refused_ones(void)
{
    TRAPS(13, "hlt");
    TRAPS(13, "invd");
    TRAPS(13, "lgdt (%%rsp)");
    TRAPS(13, "lidt (%%rsp)");
    TRAPS(13, "xor %%eax, %%eax; lldt %%ax");
    TRAPS(13, "xor %%eax, %%eax; ltr %%ax");
    TRAPS(13, "xor %%eax, %%eax; lmsw %%ax");
    TRAPS(13, "invlpg (%%rsp)");
    TRAPS(13, "swapgs");
    TRAPS(13, "sysretq");
    TRAPS(13, "xor %%ecx, %%ecx; rdpmc");
    TRAPS(13, "cli");
    TRAPS(13, "sti");
    TRAPS(13, "mov $0x99999999, %%ecx; rdmsr");
    TRAPS(13, "mov $0x99999999, %%ecx; wrmsr");
    TRAPS(6, ".byte 0xf0, 0x0f, 0x20, 0xd8"); /* lock mov %cr3, %rax */
    TRAPS(6, "ud2; .ascii \"xen\"; nop; nop");
}

#define USER(name, text)                                                       \
    static void name(uint64_t arg)                                             \
    {                                                                          \
        (void)arg;                                                             \
        DO(text "; int3");                                                     \
    }
USER(user_cr3, "mov %%cr3, %%rax")
USER(user_msr, "mov $0x277, %%ecx; rdmsr")
USER(user_clts, "clts")
USER(user_wbinvd, "wbinvd")
USER(user_dr, "mov %%db7, %%rax")
USER(user_cpuid, "mov $0x40000000, %%eax; ud2; .ascii \"xen\"; cpuid")

static void in_user_mode(void)
{
    static void (*const code[])(uint64_t) = {user_cr3, user_msr, user_clts,
                                             user_wbinvd, user_dr};

    for (unsigned int i = 0; i < sizeof(code) / sizeof(*code); i++) {
        user_run(code[i], 0, &c);
        check_equal(c.entry, 13, "user mode, %u: vector 13", i);
    }
    user_run(user_cpuid, 0, &c);
    check_equal(c.entry, 3, "but it has the prefix for cpuid");
    check_equal(c.regs.rbx, 0x566e6558, "which says XenV");
}

/* The last bytes of a page, with nothing mapped behind them. */
static void at_the_end(void)
{
    static const uint8_t code[] = {0x0f, 0x06, 0xc3}; /* clts; ret */
    static const uint8_t cut[] = {0x0f, 0x20};        /* mov cr, … */
    char *page = page_new(), *next = page_new();
    typedef void function(void);

    if (next != page + 4096)
        error("the pages are apart");
    works(hypercall_update_va_mapping((unsigned long)next, 0, UVMF_INVLPG),
          "a page that ends");
    for (unsigned int i = 0; i < sizeof(code); i++)
        next[(int)i - (int)sizeof(code)] = (char)code[i];
    check(!traps(&c, ((function *)(next - sizeof(code)))()),
          "its last instruction is done");
    for (unsigned int i = 0; i < sizeof(cut); i++)
        next[(int)i - (int)sizeof(cut)] = (char)cut[i];
    check(traps(&c, ((function *)(next - sizeof(cut)))()),
          "one that goes beyond it");
    check_equal(c.entry, 14, "is a page fault");
    check_equal(c.cr2, next, "behind it");
    page_writable(next);
}

void test(void)
{
    user_init();
    registers();
    numbers();
    refused_ones();
    in_user_mode();
    at_the_end();
}
