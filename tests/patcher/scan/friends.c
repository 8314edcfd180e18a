// SPDX-License-Identifier: MIT
// What only looks like it: no line of this file has a finding.
#define IN "in"
struct out { int in, hlt; };
register unsigned long sp asm("rsp");
extern int named(void) asm("cli_named");
static const char *words[] = { "cli", "asm volatile(\"sti\");", "lgdt" };
/* asm volatile("cli"); */
// asm volatile("hlt");
int str(int lar);
int in(struct out *out) { return out->in + str(out->hlt); }
int asm_like(int x)
{
    int iret = x, wrmsr = 2; // cli
    asm volatile("" ::: "memory");
    asm volatile("pause; lfence; mfence; nop");
    asm volatile("lock; cmpxchgl %1, %0" : "+m"(x) : "r"(iret));
    asm volatile("movl %%esp, %0" : "=r"(x));
    asm volatile("fninit; fxsave %0" : "=m"(x));
    asm volatile("rdfsbase %0" : "=r"(sp));
    asm volatile("call in; jmp out");
    return iret + wrmsr + named() + !words[0] + !IN;
}
