/* SPDX-License-Identifier: MIT
 *
 * What the fuzz targets of the patcher share: one input is one run, fail()
 * ends the run and not the program, and memory starts afresh.
 */
#ifndef PATCHER_FUZZ_H
#define PATCHER_FUZZ_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

extern jmp_buf fuzz_end; /* where fail() goes */

/* The target: reads one input. */
void fuzz_one(const uint8_t *data, size_t size);

/* The path of a file that holds the input. */
const char *fuzz_file(const uint8_t *data, size_t size);

#endif
