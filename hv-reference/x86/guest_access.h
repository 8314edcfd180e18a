/* SPDX-License-Identifier: MIT */
#ifndef HV_X86_GUEST_ACCESS_H
#define HV_X86_GUEST_ACCESS_H

#include <stddef.h>

/* Bytes NOT copied; addresses are the caller's to check (guest_copy.S). */
size_t guest_copy(void *to, const void *from, size_t n);

#endif
