// SPDX-License-Identifier: MIT
// Must refuse: another CPU mode, another syntax, control that leaves, and
// what no operation stands for.
#include "types.h"

void mode(u64 value, u16 sel)
{
    /* refuse: its template has assembler directives|it runs in another CPU mode */
    asm volatile(".code16\n\t cli\n\t .code64");
    asm volatile(".intel_syntax noprefix\n\t"
                 /* refuse: it is in Intel syntax */
                 "cli\n\t"
                 ".att_syntax");
    /* refuse: it exchanges the segment bases */
    asm volatile("swapgs");
    /* refuse: its form is not understood|the library has no operation */
    asm volatile("iretq");
    /* refuse: the library has no operation */
    asm volatile("int $0x80" :: "a"(value));
    /* refuse: the library has no operation */
    asm volatile("mov %0, %%ds" :: "r"(sel));
    /* refuse: the library has no operation */
    asm volatile("mov %%ss, %0" : "=r"(sel));
    /* refuse: the library has no operation|its template has a label */
    asm volatile("ljmp $8, $1f; 1:");
    /* refuse: the library has no operation */
    asm volatile("smsw %0" : "=r"(sel));
    /* refuse: the patcher does not change how per-CPU data */
    asm volatile("mov %%gs:8, %0" : "=r"(value));
}

/* refuse: it stands outside functions */
asm(".globl way_out\n" "way_out: iretq");
