/* SPDX-License-Identifier: MIT */
/*
 * What an instruction of a guest would store, for those that the hypervisor
 * must do in the guest's place: a store to a page table that is mapped
 * read-only (ptwr.c). Decoding changes nothing; the caller does the store, and
 * then lets the instruction retire.
 *
 *     struct store s;
 *     uint64_t new;
 *
 *     if (!decode_store(bytes, n, regs, &s))
 *         …                                   not a store that is understood
 *     if (s.from)
 *         s.value = the .bytes bytes at .from
 *     old = the .bytes bytes at .address
 *     if (store_result(&s, old, regs, &new))
 *         write new there, if it still reads old
 *     retire_store(&s, old, regs);
 */
#ifndef HV_DECODE_H
#define HV_DECODE_H

#include "core/processor/insn.h"
#include "core/types.h"

struct guest_regs;

/* How the new value comes about: from .value (register or immediate) and old. */
enum store_kind {
    STORE_MOV,     /* new = value: mov, movnti, stos, movs */
    STORE_XCHG,    /* new = value; the register gets old */
    STORE_CMPXCHG, /* if old = rax: new = value; else rax gets old */
    STORE_XADD,    /* new = old + value; the register gets old */
    STORE_ADD,
    STORE_SUB,
    STORE_AND,
    STORE_OR,
    STORE_XOR,
    STORE_INC,
    STORE_DEC,
    STORE_NEG,
    STORE_NOT,
    STORE_BTS, /* value: the bit's number within the operand */
    STORE_BTR,
    STORE_BTC,
};

struct store {
    enum store_kind kind;
    uint8_t length; /* of the instruction */
    uint8_t bytes;  /* of the operand: 1, 2, 4 or 8 */
    uint8_t reg;    /* XCHG, XADD: the register, as the processor numbers them */
    bool high_byte; /* … ah, ch, dh, bh */
    uint64_t address; /* guest virtual; segment bases of FS and GS included */
    uint64_t value;
    uint64_t from; /* movs: .value is what lies there, read by the caller */
    int8_t string; /* stos, movs: what each pointer moves by; 0: neither */
    bool repeat;   /* … rep: one round of it, rip moves on with the last */
};

/*
 * Decode the instruction in the N bytes at INSN. False: not complete, or not
 * such a store.
 */
bool decode_store(const uint8_t *insn, size_t n, const struct guest_regs *regs,
                  struct store *store);

/* Does the store happen, OLD being there? Then *NEW is what it writes. */
bool store_result(const struct store *store, uint64_t old,
                  const struct guest_regs *regs, uint64_t *new);

/* The instruction is done: registers, flags and rip as it leaves them. */
void retire_store(const struct store *store, uint64_t old,
                  struct guest_regs *regs);

#endif
