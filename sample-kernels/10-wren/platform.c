// SPDX-License-Identifier: MIT
/* A bare machine with one CPU, and nobody who asks for anything. */
#include "platform.h"

__attribute__((weak)) void platform_begin(void)
{
}

__attribute__((weak)) void platform_end(void)
{
}

__attribute__((weak)) bool platform_interrupt(uint64_t vector)
{
    (void)vector;
    return false;
}
