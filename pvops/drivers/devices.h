// SPDX-License-Identifier: MIT
/*
 * Models of the devices that small kernels drive by ports, each a thin front
 * of what Xen offers: a kernel that writes to ports by pv_outb() keeps its
 * drivers as they are. ports.def says which port is whose.
 */
#ifndef PVOPS_DEVICES_H
#define PVOPS_DEVICES_H

#include <stdint.h>

#define DEVICE(name)                                                          \
    unsigned pv_##name##_read(unsigned port);                                      \
    void pv_##name##_write(unsigned port, unsigned value);

DEVICE(i8259)
DEVICE(i8254)
DEVICE(uart)
DEVICE(chipset)
DEVICE(vga)
DEVICE(absent)
#undef DEVICE

/* clock.c */
/* Who may have a deadline on a CPU. */
enum clock_user { CLOCK_KERNEL, CLOCK_I8254, CLOCK_CPU, CLOCK_USERS };
void pv_clock_set(enum clock_user user, uint64_t deadline);

#endif
