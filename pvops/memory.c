// SPDX-License-Identifier: MIT
/*
 * The two functions that a compiler may call unasked. They have names of the
 * library's own, and the build renames the calls, so that nothing is asked of
 * the kernel and nothing of the kernel's is taken.
 */
#include "internal.h"

void *pv_memset(void *to, int byte, size_t count)
{
    void *at = to;

    asm volatile("rep stosb" : "+D"(at), "+c"(count) : "a"(byte) : "memory");
    return to;
}

void *pv_memcpy(void *to, const void *from, size_t count)
{
    void *at = to;

    asm volatile("rep movsb"
                 : "+D"(at), "+S"(from), "+c"(count) : : "memory");
    return to;
}
