/* SPDX-License-Identifier: MIT */
#ifndef HV_PTWR_H
#define HV_PTWR_H

#include "core/types.h"

struct guest_regs;

/*
 * The guest's kernel faulted writing at ADDRESS, where it maps a page table
 * read-only: do it in its place. False: it was no such write, or a refused one.
 */
bool emulate_table_write(struct guest_regs *regs, uint64_t address);

#endif
