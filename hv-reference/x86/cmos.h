/* SPDX-License-Identifier: MIT */
#ifndef HV_X86_CMOS_H
#define HV_X86_CMOS_H

#include "core/types.h"

/* The battery-backed clock, in seconds since 1970 (UTC). */
uint64_t cmos_seconds(void);

#endif
