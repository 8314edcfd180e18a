/* SPDX-License-Identifier: MIT */
#ifndef HV_X86_SEGMENT_LOAD_H
#define HV_X86_SEGMENT_LOAD_H

#include <stdint.h>

/* 0, or 1 if SELECTOR cannot be loaded: the register is null then. */
int load_ds(uint16_t selector);
int load_es(uint16_t selector);
int load_fs(uint16_t selector);
int load_gs(uint16_t selector);

#endif
