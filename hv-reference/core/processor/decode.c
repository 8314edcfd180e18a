// SPDX-License-Identifier: MIT
/*
 * Stores, decoded (decode.h). What is not in the tables here is not
 * understood, and then the guest gets its page fault: nothing is guessed.
 */
#include "core/processor/decode.h"
#include "core/vcpu.h"

/* Without REX, byte registers 4 to 7 are ah, ch, dh, bh. */
static uint64_t source_register(const struct insn *i, struct store *s,
                                const struct guest_regs *regs)
{
    s->reg = i->reg;
    s->high_byte = s->bytes == 1 && !i->rex && i->reg >= 4;
    if (s->high_byte)
        return register_value(regs, i->reg - 4u) >> 8 & 0xff;
    return truncate_to(register_value(regs, i->reg), s->bytes);
}

static void set_immediate(struct insn *i, struct store *s, unsigned int size)
{
    s->value = truncate_to((uint64_t)insn_immediate(i, size), s->bytes);
}

/* add, or, (adc, sbb,) and, sub, xor: by the three bits that choose. */
static bool arithmetic(struct store *s, unsigned int which)
{
    static const int8_t kinds[8] = {STORE_ADD, STORE_OR,  -1,        -1,
                                    STORE_AND, STORE_SUB, STORE_XOR, -1};

    if (kinds[which] < 0)
        return false;
    s->kind = (enum store_kind)kinds[which];
    return true;
}

static bool string_store(const struct insn *i, struct store *s,
                         const struct guest_regs *regs, bool moves)
{
    if (i->address32 || (moves && i->segment))
        return false;
    s->kind = STORE_MOV;
    s->address = regs->rdi;
    s->from = moves ? regs->rsi : 0;
    s->value = truncate_to(regs->rax, s->bytes);
    s->string = (int8_t)s->bytes;
    if (regs->rflags & FLAG_DF)
        s->string = (int8_t)-s->string;
    s->repeat = i->repeat != 0;
    return true;
}

/* bts, btr, btc with a register may mean a bit outside the operand. */
static void bit_register(const struct insn *i, struct store *s,
                         const struct guest_regs *regs, int64_t *offset)
{
    unsigned int bits = s->bytes * 8u;
    int64_t bit = (int64_t)register_value(regs, i->reg);

    if (s->bytes == 4)
        bit = (int32_t)bit;
    else if (s->bytes == 2)
        bit = (int16_t)bit;
    s->value = (uint64_t)bit & (bits - 1);
    *offset = (bit - (int64_t)s->value) / 8;
}

/* Opcodes with a ModRM byte whose other operand is a register. */
static bool register_kind(const struct insn *i, struct store *s)
{
    switch (i->opcode) {
    case 0x00:
    case 0x01:
    case 0x08:
    case 0x09:
    case 0x20:
    case 0x21:
    case 0x28:
    case 0x29:
    case 0x30:
    case 0x31:
        return arithmetic(s, i->opcode >> 3);
    case 0x86:
    case 0x87:
        s->kind = STORE_XCHG;
        return true;
    case 0x88:
    case 0x89:
        s->kind = STORE_MOV;
        return true;
    case 0x0fc3:
        s->kind = STORE_MOV; /* movnti; with prefixes it is nothing */
        return !i->repeat && !i->operand16;
    case 0x0fb0:
    case 0x0fb1:
        s->kind = STORE_CMPXCHG;
        return true;
    case 0x0fc0:
    case 0x0fc1:
        s->kind = STORE_XADD;
        return true;
    default:
        return false;
    }
}

/* Opcodes that ModRM's reg field completes. */
static bool group_kind(struct insn *i, struct store *s)
{
    static const uint8_t bit_kinds[] = {STORE_BTS, STORE_BTR, STORE_BTC};
    unsigned int which = i->reg & 7, immediate = min_of(s->bytes, 4);

    switch (i->opcode) {
    case 0x80:
    case 0x83:
        set_immediate(i, s, 1);
        return arithmetic(s, which);
    case 0x81:
        set_immediate(i, s, immediate);
        return arithmetic(s, which);
    case 0xc6:
    case 0xc7:
        s->kind = STORE_MOV;
        set_immediate(i, s, immediate);
        return which == 0;
    case 0xf6:
    case 0xf7:
        s->kind = which == 2 ? STORE_NOT : STORE_NEG;
        return which == 2 || which == 3;
    case 0xfe:
    case 0xff:
        s->kind = which == 0 ? STORE_INC : STORE_DEC;
        s->value = 1;
        return which <= 1;
    case 0x0fba:
        if (which < 5)
            return false;
        s->kind = bit_kinds[which - 5];
        s->value = (uint64_t)insn_immediate(i, 1) & (s->bytes * 8u - 1);
        return true;
    default:
        return false;
    }
}

static bool bit_kind(const struct insn *i, struct store *s)
{
    switch (i->opcode) {
    case 0x0fab:
        s->kind = STORE_BTS;
        return true;
    case 0x0fb3:
        s->kind = STORE_BTR;
        return true;
    case 0x0fbb:
        s->kind = STORE_BTC;
        return true;
    default:
        return false;
    }
}

/* Even opcodes are the byte forms, but for these. */
static bool has_byte_form(uint16_t opcode)
{
    switch (opcode) {
    case 0x0fab:
    case 0x0fb3:
    case 0x0fba:
    case 0x0fbb:
    case 0x0fc3:
    case 0x83:
        return false;
    default:
        return true;
    }
}

/* Which stores may have a LOCK prefix (xchg has it always). */
static bool lockable(const struct store *s)
{
    return s->kind != STORE_MOV;
}

bool decode_store(const uint8_t *insn, size_t n, const struct guest_regs *regs,
                  struct store *s)
{
    struct insn i;
    int64_t offset = 0;

    *s = (struct store){.bytes = 1};
    insn_start(&i, insn, n);
    if (!has_byte_form(i.opcode) || i.opcode & 1)
        s->bytes = (uint8_t)insn_operand_size(&i);

    if (i.opcode == 0xaa || i.opcode == 0xab || i.opcode == 0xa4 ||
        i.opcode == 0xa5) {
        s->length = i.length;
        return !i.bad && !i.lock &&
               string_store(&i, s, regs, i.opcode <= 0xa5);
    }
    if (i.opcode == 0xa2 || i.opcode == 0xa3) { /* mov to a 64-bit address */
        i.displacement = insn_immediate(&i, i.address32 ? 4 : 8);
        s->kind = STORE_MOV;
        s->value = truncate_to(regs->rax, s->bytes);
    } else {
        insn_modrm(&i);
        if (i.bad || !i.memory)
            return false;
        if (bit_kind(&i, s))
            bit_register(&i, s, regs, &offset);
        else if (register_kind(&i, s))
            s->value = source_register(&i, s, regs);
        else if (!group_kind(&i, s))
            return false;
    }
    if (!insn_end(&i, regs) || (i.lock && !lockable(s)))
        return false;
    s->length = i.length;
    s->address = i.address + (uint64_t)offset;
    return true;
}
