// SPDX-License-Identifier: MIT
/*
 * What the machine may have besides, around the demonstration. Wren itself
 * knows of nothing; a port may, and defines these again. What is printed here
 * begins with "platform:", for it differs.
 */
#ifndef WREN_PLATFORM_H
#define WREN_PLATFORM_H

#include "types.h"

void platform_begin(void);
void platform_end(void);
/* Whether the interrupt was the platform's, and is dealt with. */
bool platform_interrupt(uint64_t vector);

#endif
