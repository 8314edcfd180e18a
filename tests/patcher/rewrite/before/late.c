// SPDX-License-Identifier: MIT
// What a header does that other headers need: an #include behind the code.
#include "types.h"

static inline void quiet(void)
{
    asm volatile("cli" ::: "memory");
}

#include "types.h"
