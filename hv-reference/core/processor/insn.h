/* SPDX-License-Identifier: MIT */
/*
 * The common part of 64-bit x86 instructions: prefixes, opcode, ModRM and the
 * address it means. What follows (which opcodes have a ModRM byte, which an
 * immediate) is the business of whoever asks: decode.c, emulate.c.
 *
 *     struct insn i;
 *
 *     insn_start(&i, bytes, n);       prefixes and opcode
 *     insn_modrm(&i);                 if this opcode has one
 *     value = insn_immediate(&i, 4);  if it has one; sign-extended
 *     insn_end(&i, regs)              complete? then .address is right
 */
#ifndef HV_INSN_H
#define HV_INSN_H

#include "core/types.h"

struct guest_regs;

#define MAX_INSN_BYTES 15

/* Opcodes as 16 bits: 0x00XX one byte, 0x0fXX two; others are not known. */
#define OPCODE_UNKNOWN 0xffffu

struct insn { /* small: it is cleared for each */
    const uint8_t *bytes;
    uint64_t address; /* segment base included; set by insn_end() */
    int64_t displacement;
    uint16_t opcode;
    uint8_t n;      /* how many bytes there are */
    uint8_t length; /* how many were used */
    bool bad;       /* there were too few, or it cannot be */

    uint8_t rex;
    bool lock, operand16, address32;
    uint8_t repeat;  /* 0xf2, 0xf3 or 0 */
    uint8_t segment; /* 0x64 FS, 0x65 GS or 0 */

    bool memory; /* ModRM means memory, at .address */
    uint8_t modrm;
    uint8_t reg, rm; /* REX included: registers 0 to 15 */
    uint8_t base, index, scale; /* REGISTER_NONE: not there */
    bool rip_relative;
    uint8_t breakpoints; /* on I/O: DR6's bits of those that it met (ports.c) */
};
#define REGISTER_NONE 16

void insn_start(struct insn *i, const uint8_t *bytes, size_t n);
void insn_modrm(struct insn *i);
/* SIZE bytes, sign-extended. */
int64_t insn_immediate(struct insn *i, unsigned int size);
/* FS's or GS's, if a prefix names it; 0. */
uint64_t insn_segment_base(const struct insn *i);
bool insn_end(struct insn *i, const struct guest_regs *regs);

/* Operand size by prefixes: 2, 4 or 8. */
unsigned int insn_operand_size(const struct insn *i);

/* General register NUMBER as the processor counts: rax, rcx, rdx, rbx, … */
uint64_t *register_of(struct guest_regs *regs, unsigned int number);
uint64_t register_value(const struct guest_regs *regs, unsigned int number);
/* Write BYTES of it as the processor does: 4 bytes clear the upper half. */
void write_register(struct guest_regs *regs, unsigned int number,
                    unsigned int bytes, uint64_t value);
/* The value's lower BYTES. */
uint64_t truncate_to(uint64_t value, unsigned int bytes);

#endif
