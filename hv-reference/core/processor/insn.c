// SPDX-License-Identifier: MIT
/*
 * Instructions of 64-bit code, taken apart (insn.h). The bytes are a guest's:
 * every read of them is checked.
 */
#include "core/processor/insn.h"
#include "core/hw.h"
#include "core/vcpu.h"

#define REX_W 8
#define REX_R 4
#define REX_X 2
#define REX_B 1

static uint8_t next_byte(struct insn *i)
{
    if (i->length >= i->n) {
        i->bad = true;
        return 0;
    }
    return i->bytes[i->length++];
}

/* Is B a legacy prefix? Then it is noted. */
static bool take_prefix(struct insn *i, uint8_t b)
{
    switch (b) {
    case 0xf0:
        i->lock = true;
        return true;
    case 0xf2:
    case 0xf3:
        i->repeat = b;
        return true;
    case 0x64:
    case 0x65:
        i->segment = b;
        return true;
    case 0x26:
    case 0x2e:
    case 0x36:
    case 0x3e: /* ES CS SS DS: nothing in 64-bit code */
        return true;
    case 0x66:
        i->operand16 = true;
        return true;
    case 0x67:
        i->address32 = true;
        return true;
    default:
        return false;
    }
}

void insn_start(struct insn *i, const uint8_t *bytes, size_t n)
{
    uint8_t b;

    *i = (struct insn){.bytes = bytes, .n = (uint8_t)min_of(n, MAX_INSN_BYTES)};
    i->base = i->index = REGISTER_NONE;
    for (;;) {
        b = next_byte(i);
        if ((b & 0xf0) == 0x40)
            i->rex = b;
        else if (take_prefix(i, b))
            i->rex = 0; /* it counts right before the opcode only */
        else
            break;
    }
    i->opcode = b;
    if (b == 0x0f) {
        i->opcode = 0x0f00 | next_byte(i);
        if (i->opcode == 0x0f38 || i->opcode == 0x0f3a)
            i->opcode = OPCODE_UNKNOWN;
    }
}

static uint8_t rex_bit(const struct insn *i, uint8_t bit)
{
    return i->rex & bit ? 8 : 0;
}

static void take_sib(struct insn *i)
{
    uint8_t sib = next_byte(i), mod = i->modrm >> 6;

    i->scale = sib >> 6;
    i->index = (sib >> 3 & 7) + rex_bit(i, REX_X);
    if (i->index == 4)
        i->index = REGISTER_NONE; /* rsp is no index */
    i->base = (sib & 7) + rex_bit(i, REX_B);
    if ((sib & 7) == 5 && mod == 0) {
        i->base = REGISTER_NONE;
        i->displacement = insn_immediate(i, 4);
    }
}

void insn_modrm(struct insn *i)
{
    uint8_t mod, rm;

    i->modrm = next_byte(i);
    mod = i->modrm >> 6;
    rm = i->modrm & 7;
    i->reg = (i->modrm >> 3 & 7) + rex_bit(i, REX_R);
    i->rm = rm + rex_bit(i, REX_B);
    if (mod == 3)
        return;
    i->memory = true;
    if (rm == 4) {
        take_sib(i);
    } else if (rm == 5 && mod == 0) {
        i->rip_relative = true;
        i->displacement = insn_immediate(i, 4);
    } else {
        i->base = i->rm;
    }
    if (mod == 1)
        i->displacement = insn_immediate(i, 1);
    else if (mod == 2)
        i->displacement = insn_immediate(i, 4);
}

int64_t insn_immediate(struct insn *i, unsigned int size)
{
    unsigned int shift = 64 - 8 * size;
    uint64_t value = 0;

    for (unsigned int k = 0; k < size; k++)
        value |= (uint64_t)next_byte(i) << 8 * k;
    return (int64_t)(value << shift) >> shift;
}

uint64_t insn_segment_base(const struct insn *i)
{
    if (i->segment == 0x64)
        return hw_read_base(HW_FS_BASE);
    if (i->segment == 0x65)
        return hw_read_gs_base();
    return 0;
}

bool insn_end(struct insn *i, const struct guest_regs *regs)
{
    uint64_t address = (uint64_t)i->displacement;

    if (i->bad)
        return false;
    if (i->rip_relative)
        address += regs->rip + i->length;
    if (i->base != REGISTER_NONE)
        address += register_value(regs, i->base);
    if (i->index != REGISTER_NONE)
        address += register_value(regs, i->index) << i->scale;
    if (i->address32)
        address &= 0xffffffff;
    i->address = address + insn_segment_base(i);
    return true;
}

unsigned int insn_operand_size(const struct insn *i)
{
    if (i->rex & REX_W)
        return 8;
    return i->operand16 ? 2 : 4;
}

uint64_t *register_of(struct guest_regs *regs, unsigned int number)
{
    uint64_t *const all[16] = {
        &regs->rax, &regs->rcx, &regs->rdx, &regs->rbx, &regs->rsp, &regs->rbp,
        &regs->rsi, &regs->rdi, &regs->r8,  &regs->r9,  &regs->r10, &regs->r11,
        &regs->r12, &regs->r13, &regs->r14, &regs->r15,
    };

    return all[number];
}

uint64_t register_value(const struct guest_regs *regs, unsigned int number)
{
    return *register_of((struct guest_regs *)regs, number);
}

uint64_t truncate_to(uint64_t value, unsigned int bytes)
{
    return bytes == 8 ? value : value & ((1ul << 8 * bytes) - 1);
}

void write_register(struct guest_regs *regs, unsigned int number,
                    unsigned int bytes, uint64_t value)
{
    uint64_t *reg = register_of(regs, number);
    uint64_t kept = bytes >= 4 ? 0 : *reg & ~truncate_to(~0ul, bytes);

    *reg = kept | truncate_to(value, bytes);
}
