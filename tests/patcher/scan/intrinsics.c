// SPDX-License-Identifier: MIT
// The compiler's own functions for instructions.
unsigned long long __rdpmc_like(int);
static inline int __wbinvd_mine(void) { return 0; }

unsigned long all(int n)
{
    unsigned id;

    unsigned long t = __builtin_ia32_rdtsc();            /* want: rdtsc */
    t += __builtin_ia32_rdtscp(&id);                     /* want: rdtscp */
    t += __builtin_ia32_rdpmc(n);                        /* want: rdpmc */
    t += __builtin_ia32_readeflags_u64();                /* want: pushf */
    __builtin_ia32_writeeflags_u64(t);                   /* want: popf */
    t += __rdtsc() + __rdpmc(n);                         /* want: rdtsc rdpmc */
    _xsetbv(0, __readeflags());                          /* want: pushf xsetbv */
    return t + __rdpmc_like(n) + __wbinvd_mine();
}
