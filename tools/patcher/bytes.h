/* SPDX-License-Identifier: MIT
 *
 * Which rule machine code falls under: for images, and for instructions that
 * a source writes as bytes.
 */
#ifndef PATCHER_BYTES_H
#define PATCHER_BYTES_H

#include <Zydis/Zydis.h>

#include "sensitive.h"

/* By a decoded instruction. */
enum rule bytes_rule_of(const ZydisDecodedInstruction *insn,
                        const ZydisDecodedOperand *operands);

/* By the bytes of one whole 64-bit instruction; RULE_NONE if they are none. */
enum rule bytes_rule(const unsigned char *bytes, unsigned count);

#endif
