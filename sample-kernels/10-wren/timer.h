// SPDX-License-Identifier: MIT
/* The 8254 timer: ticks, HZ a second. */
#ifndef WREN_TIMER_H
#define WREN_TIMER_H

#include "types.h"

#define HZ 100

void timer_init(void);
void timer_interrupt(void);
uint64_t timer_ticks(void);
void timer_wait(uint64_t ticks);

#endif
