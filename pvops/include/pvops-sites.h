/* SPDX-License-Identifier: MIT */
/*
 * How a call of an operation that has sites is compiled (pvops.h includes
 * this): in what form it stands in the text before it is patched, and what of
 * it is recorded in the section pv_sites.
 *
 * The rule: the compiler is told of no register but the operands, for a site
 * keeps all others, flags aside. A site pushes, so a kernel is built with
 * -mno-red-zone. `inline` tells the compiler that it is one instruction: what
 * it counts must not keep a function from being inlined.
 */
#ifndef PVOPS_SITES_H
#define PVOPS_SITES_H

/* A register in the text of an asm statement with operands. */
#define PV_R(name) "%%" #name

/* One recorded call site. The numbers are relative to their own addresses. */
struct pv_site {
    int where; /* the site: the bare instruction's place */
    int which; /* pv_site_<name>, by which it calls before it is patched */
    int call;  /* that call: the site itself, or in a stub of its own */
    unsigned char length, bare_length;
    unsigned char bare[14]; /* the instruction, as assembled here */
}; /* parapet inspect --sites reads it */

/* The sites that were linked, as the linker names the section's two ends. */
extern const struct pv_site __start_pv_sites[], __stop_pv_sites[];

/* A struct pv_site: where the site is, its call, its end. Behind an instruction
 * of the text, for an assembler has no lines for those of other sections. */
#define PV_RECORD(name, bare, site, call, end)                                \
    "\t.pushsection pv_sites, \"a\"\n"                                        \
    "\t.balign 4\n"                                                           \
    "\t.long " site " - .\n"                                                  \
    "\t.long pv_site_" #name " - .\n"                                         \
    "\t.long " call " - .\n"                                                  \
    "\t.byte " end " - " site ", 774f - 773f\n"                               \
    "773:\t" bare "\n"                                                        \
    "774:\t.skip 14 - (774b - 773b)\n"                                        \
    "\t.popsection\n"

/* Seven bytes, of which a direct call takes five. */
#define PV_SITE_CALL(name) "772:\tcall *pv_site_" #name "(%%rip)\n\tnop\n"

#if defined(PV_TARGET_NATIVE)
#define PV_SITE(name, bare) bare
#define PV_SITE_APART(name, bare, before, after) bare "\n"
#elif defined(PV_TARGET_XENPV)
#define PV_SITE(name, bare) "call pv_xenpv_site_" #name
#define PV_SITE_APART(name, bare, before, after)                              \
    before "call pv_xenpv_site_" #name "\n" after
#else
#define PV_SITE(name, bare)                                                   \
    "771:\n" PV_SITE_CALL(name) "776:\n"                                      \
    PV_RECORD(name, bare, "771b", "772b", "776b")
/*
 * With operands that the compiler chooses: a jump of five bytes and room for
 * the bare instruction. The stub behind the section's other code hands the
 * operands over on the stack. It is a jump, so that an operand that is
 * relative to the stack pointer is right until `before` has pushed.
 */
#define PV_SITE_APART(name, bare, before, after)                              \
    "\t.subsection 1\n"                                                       \
    "775:\t" before PV_SITE_CALL(name) after                                  \
    "\tjmp 776f\n"                                                            \
    "\t.subsection 0\n"                                                       \
    PV_RECORD(name, bare, "771f", "772b", "776f")                             \
    "771:\t.byte 0xe9\n"                                                      \
    "\t.long 775b - . - 4\n"                                                  \
    "\t.fill -((774b - 773b) > 5) * ((774b - 773b) - 5), 1, 0x90\n"           \
    "776:\n"
#endif

#define PV_OPERANDS(...) __VA_ARGS__

#define PV_HOT(group, name, returns, params, args, replaces, bare, operands,  \
               doc)                                                           \
    static inline void pv_##name params                                       \
    {                                                                         \
        __asm__ __inline__ volatile(PV_SITE(name, bare)                       \
                                    :                                         \
                                    : PV_OPERANDS operands                    \
                                    : "memory", "cc");                        \
    }
#define PV_HOT_R(group, name, returns, params, args, replaces, bare,          \
                 operands, doc)                                               \
    static inline returns pv_##name params                                    \
    {                                                                         \
        returns pv_result;                                                    \
                                                                              \
        __asm__ __inline__ volatile(PV_SITE(name, bare)                       \
                                    : "=a"(pv_result)                         \
                                    : PV_OPERANDS operands                    \
                                    : "memory", "cc");                        \
        return pv_result;                                                     \
    }
#define PV_STORE(group, name, returns, params, args, replaces, doc)           \
    static inline void pv_##name params                                       \
    {                                                                         \
        __asm__ __inline__ volatile(                                          \
            PV_SITE_APART(name, "movq %1, (%0)",                              \
                          "pushq %1\n\tpushq %0\n", "")                       \
            :                                                                 \
            : "r"(entry), "re"(value)                                         \
            : "memory", "cc");                                                \
    }
/* The result's register has the address first, before anything is pushed. */
#define PV_LOAD(group, name, returns, params, args, replaces, doc)            \
    static inline unsigned long pv_##name params                              \
    {                                                                         \
        unsigned long pv_result;                                              \
                                                                              \
        __asm__ __inline__(                                                   \
            PV_SITE_APART(name, "movq %1, %0",                                \
                          "leaq %1, %0\n\tpushq %0\n", "\tpopq %0\n")         \
            : "=r"(pv_result)                                                 \
            : "m"(*(const unsigned long *)entry)                              \
            : "cc");                                                          \
        return pv_result;                                                     \
    }
/* The answer is in the flags, of the stub's callee too, and used here: a
 * compiler would keep them in a register first. */
#define PV_TEST(group, name, returns, params, args, replaces, doc)            \
    static inline int pv_##name params                                        \
    {                                                                         \
        __asm__ __inline__ goto(                                              \
            PV_SITE_APART(name, "testq %1, (%0)",                             \
                          "pushq %1\n\tpushq %0\n", "")                       \
            "\tjnz %l[pv_set]"                                                \
            :                                                                 \
            : "r"(entry), "re"(bits), "m"(*(const unsigned long *)entry)      \
            : "cc"                                                            \
            : pv_set);                                                        \
        return 0;                                                             \
    pv_set:                                                                   \
        return 1;                                                             \
    }

#endif
