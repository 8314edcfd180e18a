// SPDX-License-Identifier: MIT
#include "types.h"

struct pointer { u16 limit; u64 base; } __attribute__((packed));
extern void reload(void);

u64 flags_and_registers(u64 in, u16 sel, struct pointer *p)
{
    u64 flags, out;
    u32 low, high, eax = 1, ebx, ecx = 0, edx;
    struct pointer here;

    asm volatile("pushfq ; popq %0" : "=rm"(flags) :: "memory");
    asm volatile("pushf\n\tpop %0\n\tcli" : "=r"(flags) :: "memory");
    asm volatile("push %0 ; popf" :: "g"(flags) : "memory", "cc");
    asm volatile("sti");
    asm volatile("cli; hlt");
    asm volatile("sti; hlt");
    asm volatile("mov %%cr3, %0; mov %0, %%cr3" : "=r"(out) :: "memory");
    asm volatile("mov %%cr0, %0" : "=r"(out));
    asm volatile("mov %0, %%cr4" :: "r"(out | 0x80));
    asm volatile("mov %%dr6, %0" : "=r"(out));
    asm volatile("mov %0, %%dr7" :: "r"(in));
    asm volatile("invlpg (%0)" :: "r"(in) : "memory");
    asm volatile("invlpg %0" :: "m"(*(char *)in) : "memory");
    asm volatile("lgdt %0" :: "m"(*p));
    asm volatile("lidt (%0)" :: "r"(p));
    asm volatile("sgdt %0" : "=m"(here));
    asm volatile("ltr %w0; lldt %w1" :: "r"(sel), "r"((u16)0));
    asm volatile("str %0" : "=r"(sel));
    asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(0xc0000080));
    asm volatile("wrmsr" :: "c"(0xc0000080), "a"(low), "d"(high));
    asm volatile("rdtsc" : "=a"(low), "=d"(high));
    asm volatile("cpuid" : "=a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx)
                 : "0"(eax), "2"(ecx));
    asm volatile("clts; wbinvd");
    reload();
    return flags + out + ebx + edx;
}

int with_goto(u64 x)
{
    asm volatile("cli");
    asm goto("jmp %l[away]" :::: away);
    asm volatile("sti" ::: "memory");
    return (int)x;
away:
    asm volatile("mov %%cr2, %0" : "=r"(x));
    return (int)x;
}
