// SPDX-License-Identifier: MIT
// Must refuse: the statement does other things, between or around.
#include "types.h"

void order(u64 value, u64 *memory)
{
    u64 flags;

    /* refuse: the statement does other things as well */
    asm volatile("cli; movq %0, %1" :: "r"(value), "m"(*memory));
    /* refuse: the statement does other things as well */
    asm volatile("mfence; cli" ::: "memory");
    /* refuse: the statement does other things as well */
    asm volatile("cld; cli");
    /* refuse: the statement does other things as well */
    asm volatile("std; rep insb" : "+D"(memory), "+c"(value) : "d"(1));
    /* refuse: what it pushes is not popped by the next */
    asm volatile("pushfq; cli; popq %0" : "=r"(flags));
    /* refuse: the statement does other things as well */
    asm volatile("pushfq; movq (%%rsp), %0; popfq" : "=r"(flags));
    /* refuse: what it pushes is not popped by the next */
    asm volatile("pushfq; cli; pushq %0; popfq; popfq" :: "r"(flags));
    /* refuse: what it pushes is not popped by the next */
    asm volatile("pushfq; cli");
    /* refuse: its form is not understood */
    asm volatile("popfq");
    /* refuse: its form is not understood */
    asm volatile("cli; popfq; sti");
    /* refuse: the statement does other things as well */
    asm volatile("rep; cli");
    /* refuse: the statement does other things as well */
    asm volatile("pushq %0; cli; popfq" :: "r"(flags));
    /* refuse: it uses a register that no operand */
    asm volatile("mov %%cr0, %%rax; or $8, %%rax; mov %%rax, %%cr0" ::: "rax");
    /* refuse: its template has a label */
    asm volatile("mov %0, %%cr0; jmp 1f; 1:" :: "r"(value));
    /* refuse: its template has assembler directives */
    asm volatile("cli; .byte 0x90");
    /* refuse: its template has assembler directives */
    asm volatile(".pushsection .text; cli; .popsection");
    /* refuse: its template has a label */
    asm volatile("1: rdmsr; 2:" : "=a"(value), "=d"(flags) : "c"(1));
    /* refuse: it has a result in two registers, and more */
    asm volatile("cli; rdtsc" : "=a"(value), "=d"(flags));
    /* refuse: CR4.DE says whether DR4 */
    asm volatile("mov %0, %%dr4" :: "r"(value) : "memory");
    /* refuse: CR4.DE says whether DR4 */
    asm volatile("mov %%dr5, %0" : "=r"(value));
    if (value)
        asm volatile("sti"); /* refuse: no interrupt may come between */
    asm volatile("hlt"); /* refuse: no interrupt may come between */
    /* refuse: the library has no operation */
    asm volatile("invpcid %0, %1" :: "m"(*memory), "r"(value));
}

int jumps(u64 value)
{
    /* refuse: it is an asm goto */
    asm goto("mov %0, %%cr3; jmp %l[out]" :: "r"(value) :: out);
    return 1;
out:
    return 0;
}
