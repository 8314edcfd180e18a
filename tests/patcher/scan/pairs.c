// SPDX-License-Identifier: MIT
// sti and hlt as functions: where they are called behind each other, the two
// are one step.
static inline void enable(void)
{
    asm volatile("sti" ::: "memory");                   /* want: sti */
}

static inline void halt(void)
{
    asm volatile("hlt");                                /* want: hlt */
}

static inline void count_and_halt(int *count)
{
    ++*count;
    asm volatile("hlt");                                /* want: hlt */
}

void pv_irq_enable(void);
static inline void patched(void) { pv_irq_enable(); }

void idle(int *count)
{
    enable(); halt();                                   /* want: hlt */
    patched();
    halt();                                             /* want: hlt */
    pv_irq_enable(); halt();                            /* want: hlt */
    enable();
    count_and_halt(count);
    halt();
    enable();
}
