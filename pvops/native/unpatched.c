// SPDX-License-Identifier: MIT
/*
 * What call sites go to before they are patched: the bare instructions of
 * ops.def, with operands in the registers that it names or, for a store and a
 * load, on the stack (pvops-sites.h). They keep every other register.
 */
#include "../internal.h"

#define FUNCTION(name, text)                                                  \
    void pv_native_site_##name(void);                                         \
    __attribute__((naked)) void pv_native_site_##name(void)                   \
    {                                                                         \
        __asm__ volatile(text);                                               \
    }

#define PV_R(name) "%" #name

#define PV_OP(group, name, returns, params, args, replaces, doc)
#define PV_HOT(group, name, returns, params, args, replaces, bare, operands,  \
               doc)                                                           \
    FUNCTION(name, "\t" bare "\n\tret\n")
#define PV_HOT_R PV_HOT

/* The address is the last that was pushed, the value lies above it. */
#define PV_STORE(group, name, returns, params, args, replaces, doc)           \
    FUNCTION(name, "\tpushq %rax\n"                                           \
                   "\tpushq %rcx\n"                                           \
                   "\tmovq 24(%rsp), %rax\n"                                  \
                   "\tmovq 32(%rsp), %rcx\n"                                  \
                   "\tmovq %rcx, (%rax)\n"                                    \
                   "\tpopq %rcx\n"                                            \
                   "\tpopq %rax\n"                                            \
                   "\tret $16\n")

/* The value takes the address's place. */
#define PV_LOAD(group, name, returns, params, args, replaces, doc)            \
    FUNCTION(name, "\tpushq %rax\n"                                           \
                   "\tmovq 16(%rsp), %rax\n"                                  \
                   "\tmovq (%rax), %rax\n"                                    \
                   "\tmovq %rax, 16(%rsp)\n"                                  \
                   "\tpopq %rax\n"                                            \
                   "\tret\n")

/* The answer is in the flags, which `ret` and `pop` leave alone. */
#define PV_TEST(group, name, returns, params, args, replaces, doc)            \
    FUNCTION(name, "\tpushq %rax\n"                                           \
                   "\tpushq %rcx\n"                                           \
                   "\tmovq 24(%rsp), %rax\n"                                  \
                   "\tmovq 32(%rsp), %rcx\n"                                  \
                   "\ttestq %rcx, (%rax)\n"                                   \
                   "\tpopq %rcx\n"                                            \
                   "\tpopq %rax\n"                                            \
                   "\tret $16\n")
#include "../ops.def"
