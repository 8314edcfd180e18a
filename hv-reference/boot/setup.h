/* SPDX-License-Identifier: MIT */
#ifndef HV_SETUP_H
#define HV_SETUP_H

#include <stdint.h>

/* From head.S: MAGIC and INFO as the loader gave them. */
_Noreturn void boot_setup(uint32_t magic, uint32_t info);

#endif
