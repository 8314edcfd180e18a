/* SPDX-License-Identifier: MIT */
#ifndef HV_X86_TIME_H
#define HV_X86_TIME_H

#include "core/types.h"

/* Calibrate TSC and local APIC timer; system time starts here. */
void time_init(void);

#endif
