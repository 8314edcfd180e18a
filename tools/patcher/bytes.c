// SPDX-License-Identifier: MIT
// Which rule machine code falls under: see bytes.h. Zydis decodes; which of
// its instructions are sensitive is sensitive.def's to say.
#include "bytes.h"

#include <ctype.h>
#include <string.h>

/* Names that Zydis has for what sensitive.def calls by the assembler's. */
enum rule bytes_rule_of(const ZydisDecodedInstruction *insn,
                        const ZydisDecodedOperand *operands)
{
    struct insn seen = { .syntax = SYNTAX_INTEL };
    const char *name = ZydisMnemonicGetString(insn->mnemonic);
    bool is_mov = insn->mnemonic == ZYDIS_MNEMONIC_MOV;
    bool is_far = insn->meta.branch_type == ZYDIS_BRANCH_TYPE_FAR;

    if (!name)
        return RULE_NONE;
    if (insn->mnemonic == ZYDIS_MNEMONIC_JMP)
        return is_far ? R_far_jump : RULE_NONE;
    if (insn->mnemonic == ZYDIS_MNEMONIC_CALL)
        return is_far ? R_far_call : RULE_NONE;
    if (insn->mnemonic == ZYDIS_MNEMONIC_RET)
        return is_far ? R_far_return : RULE_NONE;
    for (size_t i = 0; name[i] && i < sizeof(seen.mnemonic) - 1; i++)
        seen.mnemonic[i] = (char)tolower((unsigned char)name[i]);
    if (!strncmp(seen.mnemonic, "mov", 3) && !is_mov)
        return RULE_NONE;
    for (int i = 0; i < insn->operand_count_visible && i < MAX_OPERANDS; i++) {
        const ZydisDecodedOperand *op = &operands[i];

        seen.operands[seen.count++] =
            op->type == ZYDIS_OPERAND_TYPE_REGISTER
                ? ZydisRegisterGetString(op->reg.value)
                : "?";
    }
    if (insn->mnemonic == ZYDIS_MNEMONIC_INT)
        return R_int_n;
    return sensitive_rule(&seen);
}

enum rule bytes_rule(const unsigned char *bytes, unsigned count)
{
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    ZydisDecodedInstruction insn;
    ZydisDecoder decoder;

    ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64,
                     ZYDIS_STACK_WIDTH_64);
    if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, bytes, count, &insn,
                                             operands)) ||
        insn.length != count)
        return RULE_NONE;
    return bytes_rule_of(&insn, operands);
}
