/* SPDX-License-Identifier: MIT
 * asm in macros: found where it is written and at each use (macros.c). */
#define CLI() asm volatile("cli" ::: "memory")           /* want: cli */
#define SAVE(flags)                                     \
    do {                                                \
        asm volatile("pushfq\n\t" /* want: pushf */     \
                     "popq %0" : "=r"(flags));          \
        CLI();                                          \
    } while (0)
#define READ_CR(n) ({ unsigned long v; \
    asm volatile("mov %%cr" #n ", %0" : "=r"(v)); v; })
#define TABLE(insn, x) asm volatile(insn " %0" :: "m"(x))
#define PORT(kind, suffix) \
    static inline void do_##kind##suffix(unsigned short port) \
    { asm volatile(#kind #suffix " %%al, %0" :: "d"(port)); }
#define load_seg_es(x) asm volatile("mov %0, %%es" :: "r"(x)) /* want: mov_to_seg */
#define load_seg(seg, x) load_seg_ ## seg (x)
#define OP_STRING "wbinvd"
#define STRING(x) #x
#ifdef TRACED
#define RAW_HLT() asm volatile("hlt")                    /* want: hlt */
#else
#define RAW_HLT() trace_halt()
#endif
#define WAIT() do { RAW_HLT(); } while (0)
