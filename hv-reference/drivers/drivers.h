/* SPDX-License-Identifier: MIT */
/*
 * The host's devices, as the services see them.
 */
#ifndef HV_DRIVERS_H
#define HV_DRIVERS_H

#include <stdbool.h>
#include <stddef.h>

/* serial.c: a 16550. Output waits for room; input comes by interrupt. */
#define SERIAL_IRQ 4
void serial_init(void);
void serial_enable_input(void);
/* What is written between the two stays together. */
void serial_lock(void);
void serial_unlock(void);
void serial_write(const char *bytes, size_t n);
/* Does the last line still lack its end? */
bool serial_in_line(void);
/* The machine is ending: do not wait for who may never unlock it. */
void serial_break_lock(void);
/* The next byte of input, or -1. */
int serial_read(void);

#endif
