// SPDX-License-Identifier: MIT
/*
 * Stores, done as the processor would: what is written, and which registers
 * and flags change (decode.h).
 */
#include "core/processor/decode.h"
#include "core/vcpu.h"

#define RAX 0
#define RSI 6
#define RDI 7

#define FLAG_PF (1ul << 2)
#define FLAG_AF (1ul << 4)
#define FLAG_ZF (1ul << 6)
#define FLAG_SF (1ul << 7)
#define FLAG_OF (1ul << 11)
#define FLAGS_ARITHMETIC                                                       \
    (FLAG_CF | FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_OF)

static uint64_t compute(const struct store *s, uint64_t old)
{
    uint64_t bit = 1ul << (s->value & 63);

    switch (s->kind) {
    case STORE_MOV:
    case STORE_XCHG:
    case STORE_CMPXCHG:
        return s->value;
    case STORE_XADD:
    case STORE_ADD:
    case STORE_INC:
        return old + s->value;
    case STORE_SUB:
    case STORE_DEC:
        return old - s->value;
    case STORE_AND:
        return old & s->value;
    case STORE_OR:
        return old | s->value;
    case STORE_XOR:
        return old ^ s->value;
    case STORE_NEG:
        return -old;
    case STORE_NOT:
        return ~old;
    case STORE_BTS:
        return old | bit;
    case STORE_BTR:
        return old & ~bit;
    case STORE_BTC:
        return old ^ bit;
    }
    return old;
}

bool store_result(const struct store *s, uint64_t old,
                  const struct guest_regs *regs, uint64_t *new)
{
    if (s->kind == STORE_CMPXCHG &&
        truncate_to(regs->rax, s->bytes) != truncate_to(old, s->bytes))
        return false;
    *new = truncate_to(compute(s, truncate_to(old, s->bytes)), s->bytes);
    return true;
}

/* ZF, SF and PF by a result. */
static uint64_t result_flags(uint64_t result, unsigned int bytes)
{
    uint64_t flags = 0;

    if (result == 0)
        flags |= FLAG_ZF;
    if (result >> (bytes * 8 - 1) & 1)
        flags |= FLAG_SF;
    if (!__builtin_parity(result & 0xff))
        flags |= FLAG_PF;
    return flags;
}

/* All six of A + B, or of A - B. */
static uint64_t sum_flags(uint64_t a, uint64_t b, unsigned int bytes, bool minus)
{
    uint64_t r = truncate_to(minus ? a - b : a + b, bytes);
    uint64_t flags = result_flags(r, bytes);
    uint64_t overflow = minus ? (a ^ b) & (a ^ r) : ~(a ^ b) & (a ^ r);

    if (minus ? a < b : r < a)
        flags |= FLAG_CF;
    if ((a ^ b ^ r) & 0x10)
        flags |= FLAG_AF;
    if (overflow >> (bytes * 8 - 1) & 1)
        flags |= FLAG_OF;
    return flags;
}

/* RFLAGS after S has met OLD. */
static uint64_t flags_after(const struct store *s, uint64_t old,
                            const struct guest_regs *regs)
{
    uint64_t others = regs->rflags & ~FLAGS_ARITHMETIC;

    switch (s->kind) {
    case STORE_MOV:
    case STORE_XCHG:
    case STORE_NOT:
        return regs->rflags;
    case STORE_CMPXCHG:
        return others | sum_flags(truncate_to(regs->rax, s->bytes), old,
                                  s->bytes, true);
    case STORE_XADD:
    case STORE_ADD:
        return others | sum_flags(old, s->value, s->bytes, false);
    case STORE_SUB:
        return others | sum_flags(old, s->value, s->bytes, true);
    case STORE_NEG:
        return others | sum_flags(0, old, s->bytes, true);
    case STORE_INC:
    case STORE_DEC:
        return others | (regs->rflags & FLAG_CF) |
               (sum_flags(old, 1, s->bytes, s->kind == STORE_DEC) & ~FLAG_CF);
    case STORE_AND:
    case STORE_OR:
    case STORE_XOR:
        return others | result_flags(truncate_to(compute(s, old), s->bytes),
                                     s->bytes);
    case STORE_BTS:
    case STORE_BTR:
    case STORE_BTC:
        return (regs->rflags & ~FLAG_CF) |
               (old >> s->value & 1 ? FLAG_CF : 0);
    }
    return regs->rflags;
}

static void put_old(const struct store *s, uint64_t old,
                    struct guest_regs *regs)
{
    uint64_t *reg;

    if (!s->high_byte) {
        write_register(regs, s->reg, s->bytes, old);
        return;
    }
    reg = register_of(regs, s->reg - 4u);
    *reg = (*reg & ~0xff00ul) | old << 8;
}

void retire_store(const struct store *s, uint64_t old, struct guest_regs *regs)
{
    uint64_t new;
    bool stored;

    old = truncate_to(old, s->bytes);
    stored = store_result(s, old, regs, &new);
    regs->rflags = flags_after(s, old, regs) & ~FLAG_RF;
    if (s->kind == STORE_XCHG || s->kind == STORE_XADD)
        put_old(s, old, regs);
    if (s->kind == STORE_CMPXCHG && !stored)
        write_register(regs, RAX, s->bytes, old);
    if (s->string) {
        *register_of(regs, RDI) += (uint64_t)(int64_t)s->string;
        if (s->from)
            *register_of(regs, RSI) += (uint64_t)(int64_t)s->string;
        if (s->repeat && --regs->rcx)
            return;
    }
    regs->rip += s->length;
}
