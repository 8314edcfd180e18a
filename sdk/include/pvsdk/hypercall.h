/* SPDX-License-Identifier: MIT */
/*
 * Hypercalls in three levels:
 *
 *   number       __HYPERVISOR_sched_op, in xen/xen.h
 *   raw call     xen_hypercall2(number, arg1, arg2): words in, a word out
 *   typed call   hypercall_sched_op(SCHEDOP_yield, 0), one for each row of
 *                xen/hypercalls.def but iret (see iret.h)
 *
 * The raw call is the `syscall` instruction. A kernel that defines
 * XEN_HYPERCALL_PAGE (the name of the page that its ELF note HYPERCALL_PAGE
 * points to) before including this calls through that page instead; stub n lies
 * 32 bytes times n behind its start, and the result is the same.
 *
 * What the compiler must know: `syscall` overwrites rcx and r11; a debug build
 * of Xen overwrites the argument registers too; memory may have changed. The
 * page pushes on the stack, so compile with -mno-red-zone, as kernels do.
 */
#ifndef PVSDK_HYPERCALL_H
#define PVSDK_HYPERCALL_H

#include <xen/xen.h>
#include <xen/event_channel.h>
#include <xen/physdev.h>

#ifdef XEN_HYPERCALL_PAGE
#ifdef __cplusplus
extern "C" char XEN_HYPERCALL_PAGE[];
#else
extern char XEN_HYPERCALL_PAGE[];
#endif
#define __XEN_CALL "call *%[how]"
#define __XEN_HOW  [how] "a"(XEN_HYPERCALL_PAGE + 32 * number)
#else
#define __XEN_CALL "syscall"
#define __XEN_HOW  "a"(number)
#endif

typedef unsigned long xen_word_t;

/* All raw calls have this shape; only the registers that carry arguments
 * differ. An argument that the call may overwrite is an in-out operand. */
/* clang-format off */
#define __XEN_RAW_CALL(...)                                                    \
    long result;                                                               \
                                                                               \
    __asm__ volatile(__XEN_CALL                                                \
                     : "=a"(result) __VA_ARGS__                                \
                     : __XEN_HOW                                               \
                     : "rcx", "r11", "memory", "cc");                          \
    return result
/* clang-format on */

static inline long xen_hypercall0(xen_word_t number)
{
    __XEN_RAW_CALL();
}

static inline long xen_hypercall1(xen_word_t number, xen_word_t a1)
{
    __XEN_RAW_CALL(, "+D"(a1));
}

static inline long xen_hypercall2(xen_word_t number, xen_word_t a1,
                                  xen_word_t a2)
{
    __XEN_RAW_CALL(, "+D"(a1), "+S"(a2));
}

static inline long xen_hypercall3(xen_word_t number, xen_word_t a1,
                                  xen_word_t a2, xen_word_t a3)
{
    __XEN_RAW_CALL(, "+D"(a1), "+S"(a2), "+d"(a3));
}

static inline long xen_hypercall4(xen_word_t number, xen_word_t a1,
                                  xen_word_t a2, xen_word_t a3, xen_word_t a4)
{
    register xen_word_t r10 __asm__("r10") = a4;

    __XEN_RAW_CALL(, "+D"(a1), "+S"(a2), "+d"(a3), "+r"(r10));
}

static inline long xen_hypercall5(xen_word_t number, xen_word_t a1,
                                  xen_word_t a2, xen_word_t a3, xen_word_t a4,
                                  xen_word_t a5)
{
    register xen_word_t r10 __asm__("r10") = a4;
    register xen_word_t r8 __asm__("r8") = a5;

    __XEN_RAW_CALL(, "+D"(a1), "+S"(a2), "+d"(a3), "+r"(r10), "+r"(r8));
}

/* The typed calls. */
#define HYPERCALL0(nr, name)
#define HYPERCALL1(nr, name, f, t1, a1)                                        \
    static inline long hypercall_##name(t1 a1)                                 \
    {                                                                          \
        return xen_hypercall1(nr, (xen_word_t)(a1));                           \
    }
#define HYPERCALL2(nr, name, f, t1, a1, t2, a2)                                \
    static inline long hypercall_##name(t1 a1, t2 a2)                          \
    {                                                                          \
        return xen_hypercall2(nr, (xen_word_t)(a1), (xen_word_t)(a2));         \
    }
#define HYPERCALL3(nr, name, f, t1, a1, t2, a2, t3, a3)                        \
    static inline long hypercall_##name(t1 a1, t2 a2, t3 a3)                   \
    {                                                                          \
        return xen_hypercall3(nr, (xen_word_t)(a1), (xen_word_t)(a2),          \
                              (xen_word_t)(a3));                               \
    }
#define HYPERCALL4(nr, name, f, t1, a1, t2, a2, t3, a3, t4, a4)                \
    static inline long hypercall_##name(t1 a1, t2 a2, t3 a3, t4 a4)            \
    {                                                                          \
        return xen_hypercall4(nr, (xen_word_t)(a1), (xen_word_t)(a2),          \
                              (xen_word_t)(a3), (xen_word_t)(a4));             \
    }
#define HYPERCALL5(nr, name, f, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5)        \
    static inline long hypercall_##name(t1 a1, t2 a2, t3 a3, t4 a4, t5 a5)     \
    {                                                                          \
        return xen_hypercall5(nr, (xen_word_t)(a1), (xen_word_t)(a2),          \
                              (xen_word_t)(a3), (xen_word_t)(a4),              \
                              (xen_word_t)(a5));                               \
    }
#include <xen/hypercalls.def>

/* The list and xen.h say the same numbers: unequal ones make a bit-field of
 * negative width. (Older editions give the compat numbers other names.) */
#if __XEN_INTERFACE_VERSION__ >= 0x00030202
struct xen_hypercall_numbers_agree {
#define HYPERCALL(nr, name, count, formats, ...)                               \
    int name##_ : __HYPERVISOR_##name == nr ? 1 : -1;
#include <xen/hypercalls.def>
};
#endif

#endif
