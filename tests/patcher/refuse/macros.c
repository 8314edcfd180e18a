// SPDX-License-Identifier: MIT
// Must refuse: macros whose text is not one statement, or not all there.
#include "types.h"

/* refuse: the statement does other things as well */
#define STOP(x) asm volatile("cli; movq %0, %%rax" :: "r"(x) : "rax")
#define ANY(insn, x) asm volatile(insn " %0" :: "m"(x))
#define TWICE(insn) do { asm volatile(insn); asm volatile(insn); } while (0)

void macros(u64 value)
{
    /* refuse: STOP is not rewritten */
    STOP(value);
    /* refuse: the macro does other things as well */
    TWICE("cli");
    /* refuse: the library has no operation */
    ANY("lmsw", value);
    /* refuse: a part of the template is not a string here */
    asm volatile("cli; " SOMETHING);
}
