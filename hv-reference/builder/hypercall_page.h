/* SPDX-License-Identifier: MIT */
/*
 * The page of stubs that a guest can call instead of issuing SYSCALL itself.
 */
#ifndef HV_HYPERCALL_PAGE_H
#define HV_HYPERCALL_PAGE_H

#include "core/types.h"

/* Fill PAGE with 128 stubs of 32 bytes, one for each hypercall number. */
void write_hypercall_page(uint8_t *page);

#endif
