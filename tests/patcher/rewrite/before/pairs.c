// SPDX-License-Identifier: MIT
// sti and hlt behind each other are one operation; apart they are two.
#include "types.h"

#define enable() asm volatile("sti" ::: "memory")
#define halt() asm volatile("hlt")

void wait(int times)
{
    asm volatile("sti" ::: "memory");
    asm volatile("hlt");
    /* by macros: */
    enable();
    halt();
    enable(); times++;
    halt();
    asm volatile("hlt");
    asm volatile("sti");
}
