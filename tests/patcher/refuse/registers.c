// SPDX-License-Identifier: MIT
// Must refuse: what is in which register is not proven.
#include "types.h"

void registers(u16 port, u8 byte, u32 low, u32 high, u64 both, u16 *at)
{
    /* refuse: its port is not proven to be in DX */
    asm volatile("outb %0, %w1" :: "a"(byte), "r"(port));
    /* refuse: it uses a register that no operand */
    asm volatile("outb %%al, $0x80");
    /* refuse: it uses a register that no operand */
    asm volatile("mov %%rax, %%cr3" ::: "rax");
    /* refuse: ECX is not an operand */
    asm volatile("rdmsr" : "=a"(low), "=d"(high));
    /* refuse: not all of ECX, EDX and EAX */
    asm volatile("wrmsr" :: "c"(1), "a"(low));
    /* refuse: not all of ECX, EDX and EAX */
    asm volatile("wrmsr" :: "c"(1), "A"(both));
    /* refuse: its result is not proven to go to EDX:EAX */
    asm volatile("rdtsc" : "=A"(both));
    /* refuse: EAX is not an operand */
    asm volatile("cpuid" : "=b"(low) : "c"(high));
    /* refuse: it reads what is only an output */
    asm volatile("mov %0, %%cr3" : "=r"(both));
    /* refuse: it writes what is not an output */
    asm volatile("mov %%cr3, %0" :: "r"(both));
    /* refuse: an operand has no role that is understood */
    asm volatile("cli" :: "r"(at));
    /* refuse: an operand has no role that is understood */
    asm volatile("cli" :: "m"(*at++));
    /* refuse: an operand has no role that is understood */
    asm volatile("cli" :: "rm"(*at));
    /* refuse: an operand has no role that is understood */
    asm volatile("cli" : "=r"(both));
    /* refuse: an operand is not in the statement|an operand is not understood */
    asm volatile("mov %5, %%cr3" :: "r"(both));
    /* refuse: its operand is not in memory */
    asm volatile("lgdt %0" :: "r"(at));
    /* refuse: it is not proven that an address is in a register */
    asm volatile("lidt (%0)" :: "m"(*at));
    /* refuse: an output's place has side effects */
    asm volatile("mov %%cr2, %0" : "=r"(*(u64 *)at++));
    /* refuse: an operand is a comma expression */
    asm volatile("mov %0, %%cr3" :: "r"((both++), both));
    /* refuse: an operand's constraint is a macro */
    asm volatile("mov %0, %%cr3" :: CONSTRAINT (both));
}
