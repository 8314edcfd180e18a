// SPDX-License-Identifier: MIT
#ifndef WREN_POWER_H
#define WREN_POWER_H

void power_off(void) __attribute__((noreturn));

#endif
