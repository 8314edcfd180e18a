// SPDX-License-Identifier: MIT
// Runs each template of cases.c before and after the patcher, with random
// operands, unprivileged: every instruction that traps is decoded in the
// handler, what it reads is logged (value, width, order), what it writes is
// made up from the seed, and it is stepped over. Before and after must log
// the same, return the same and keep what a callee keeps.
#include <Zydis/Zydis.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

typedef unsigned long u64;

#define ROW(name) u64 before_##name(u64 a, u64 b); \
    u64 after_##name(u64 a, u64 b);
#include "cases.def"

static const struct {
    const char *name;
    u64 (*before)(u64 a, u64 b), (*after)(u64 a, u64 b);
} cases[] = {
#define ROW(name) { #name, before_##name, after_##name },
#include "cases.def"
};

struct entry {
    const char *mnemonic;
    u64 value;
    unsigned width;
};

static struct entry logs[2][256];
static unsigned counts[2], side;
static u64 made; /* the next value that a machine register gives */

static u64 mix(u64 x)
{
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9;
    x ^= x >> 27;
    x *= 0x94d049bb133111eb;
    return x ^ x >> 31;
}

static void note(const char *mnemonic, u64 value, unsigned width)
{
    if (counts[side] < 256)
        logs[side][counts[side]++] = (struct entry){ mnemonic, value, width };
}

/* Where the handler's context keeps a general register. */
static greg_t *place(ucontext_t *context, ZydisRegister reg)
{
    static const int order[] = { REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP,
                                 REG_RBP, REG_RSI, REG_RDI, REG_R8, REG_R9,
                                 REG_R10, REG_R11, REG_R12, REG_R13, REG_R14,
                                 REG_R15 };
    ZydisRegister wide = ZydisRegisterGetLargestEnclosing(
        ZYDIS_MACHINE_MODE_LONG_64, reg);
    ZyanI8 id = ZydisRegisterGetId(wide);

    if (ZydisRegisterGetClass(wide) != ZYDIS_REGCLASS_GPR64 || id < 0)
        return NULL;
    return &context->uc_mcontext.gregs[order[id]];
}

static u64 cut(u64 value, unsigned bits)
{
    return bits >= 64 ? value : value & ((1ul << bits) - 1);
}

static void read_memory(const char *mnemonic, ucontext_t *context,
                        const ZydisDecodedInstruction *insn,
                        const ZydisDecodedOperand *op)
{
    u64 address = (u64)op->mem.disp.value;
    greg_t *base = place(context, op->mem.base);
    greg_t *index = place(context, op->mem.index);
    u64 parts[2] = { 0, 0 };

    if (base)
        address += (u64)*base;
    if (index)
        address += (u64)*index * op->mem.scale;
    if (op->mem.base == ZYDIS_REGISTER_RIP)
        address += (u64)context->uc_mcontext.gregs[REG_RIP] + insn->length;
    if (op->mem.type == ZYDIS_MEMOP_TYPE_AGEN ||
        insn->mnemonic == ZYDIS_MNEMONIC_INVLPG) {
        note(mnemonic, address, 64);
        return;
    }
    memcpy(parts, (void *)address, op->size / 8 > 16 ? 16 : op->size / 8);
    note(mnemonic, parts[0], op->size);
    note(mnemonic, parts[1], op->size);
}

/* rep ins and rep outs: all of it at once, and what the registers become. */
static int step_string(ucontext_t *context, const ZydisDecodedInstruction *insn)
{
    greg_t *regs = context->uc_mcontext.gregs;
    const char *mnemonic = ZydisMnemonicGetString(insn->mnemonic);
    int in = !strncmp(mnemonic, "ins", 3);
    unsigned width = mnemonic[strlen(mnemonic) - 1] == 'b' ? 1
                     : mnemonic[strlen(mnemonic) - 1] == 'w' ? 2 : 4;
    unsigned char *at = (unsigned char *)regs[in ? REG_RDI : REG_RSI];
    u64 count = insn->attributes & ZYDIS_ATTRIB_HAS_REP ? (u64)regs[REG_RCX]
                                                        : 1;

    if (strncmp(mnemonic, in ? "ins" : "outs", in ? 3 : 4) ||
        insn->mnemonic == ZYDIS_MNEMONIC_INSERTPS)
        return 0;
    note(mnemonic, (u64)regs[REG_RDX] & 0xffff, 16);
    note(mnemonic, count, width);
    note("df", (u64)regs[REG_EFL] & 0x400, 1);
    if (count > 64)
        _exit(5); /* no case moves as much */
    for (u64 i = 0; i < count * width; i++)
        if (in)
            at[i] = (unsigned char)(made = mix(made + i));
        else
            note(mnemonic, at[i], 8);
    regs[in ? REG_RDI : REG_RSI] += (greg_t)(count * width);
    if (insn->attributes & ZYDIS_ATTRIB_HAS_REP)
        regs[REG_RCX] = 0;
    return 1;
}

static void step(ucontext_t *context, const ZydisDecodedInstruction *insn,
                 const ZydisDecodedOperand *ops)
{
    const char *mnemonic = ZydisMnemonicGetString(insn->mnemonic);

    note(mnemonic, 0, 0);
    for (int i = 0; i < insn->operand_count; i++) {
        const ZydisDecodedOperand *op = &ops[i];
        greg_t *reg = op->type == ZYDIS_OPERAND_TYPE_REGISTER
                          ? place(context, op->reg.value) : NULL;

        if (op->type == ZYDIS_OPERAND_TYPE_IMMEDIATE)
            note(mnemonic, cut(op->imm.value.u, 16), 16);
        else if (op->type == ZYDIS_OPERAND_TYPE_MEMORY)
            read_memory(mnemonic, context, insn, op);
        else if (reg && op->actions & ZYDIS_OPERAND_ACTION_MASK_READ)
            note(mnemonic, cut((u64)*reg, op->size), op->size);
        else if (op->type == ZYDIS_OPERAND_TYPE_REGISTER && !reg)
            note(ZydisRegisterGetString(op->reg.value), 1, 0);
    }
    for (int i = 0; i < insn->operand_count; i++) {
        const ZydisDecodedOperand *op = &ops[i];
        greg_t *reg = op->type == ZYDIS_OPERAND_TYPE_REGISTER
                          ? place(context, op->reg.value) : NULL;

        if (!reg || !(op->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE))
            continue;
        made = mix(made + 0x9e3779b97f4a7c15);
        if (op->size >= 32) /* 32 bits clear the upper half */
            *reg = (greg_t)cut(made, op->size);
        else
            *reg = (greg_t)(((u64)*reg & ~cut(~0ul, op->size)) |
                            cut(made, op->size));
    }
}

static void trapped(int signal, siginfo_t *info, void *data)
{
    ucontext_t *context = data;
    ZydisDecoder decoder;
    ZydisDecodedInstruction insn;
    ZydisDecodedOperand ops[ZYDIS_MAX_OPERAND_COUNT];
    const void *at = (void *)context->uc_mcontext.gregs[REG_RIP];

    (void)signal, (void)info;
    ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64,
                     ZYDIS_STACK_WIDTH_64);
    if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(
            &decoder, at, 15, &insn, ops)))
        _exit(3);
    if (counts[side] >= 250)
        _exit(4); /* a real fault, over and over */
    if (!step_string(context, &insn))
        step(context, &insn, ops);
    context->uc_mcontext.gregs[REG_RIP] += insn.length;
}

static u64 run(unsigned which, u64 (*function)(u64 a, u64 b), u64 a, u64 b,
               u64 seed)
{
    side = which;
    counts[side] = 0;
    made = seed;
    return function(a, b);
}

static int differs(void)
{
    if (counts[0] != counts[1])
        return 1;
    for (unsigned i = 0; i < counts[0]; i++)
        if (strcmp(logs[0][i].mnemonic, logs[1][i].mnemonic) ||
            logs[0][i].value != logs[1][i].value ||
            (logs[0][i].width != logs[1][i].width))
            return 1;
    return 0;
}

static void show(void)
{
    for (int s = 0; s < 2; s++) {
        printf("# %s:", s ? "after" : "before");
        for (unsigned i = 0; i < counts[s]; i++)
            printf(" %s(%u)=%lx", logs[s][i].mnemonic, logs[s][i].width,
                   logs[s][i].value);
        printf("\n");
    }
}

int main(int argc, char **argv)
{
    unsigned count = sizeof(cases) / sizeof(*cases), failed = 0;
    unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 0) : 500;
    struct sigaction action = { .sa_sigaction = trapped,
                                .sa_flags = SA_SIGINFO | SA_NODEFER };
    cpu_set_t one;

    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    sched_setaffinity(0, sizeof(one), &one); /* CPUID is this CPU's */
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGILL, &action, NULL);
    printf("1..%u\n", count);
    for (unsigned c = 0; c < count; c++) {
        unsigned long bad = 0, traps = 0;

        for (unsigned long i = 0; i < rounds && !bad; i++) {
            u64 a = mix(i * 2 + c * 7919), b = mix(i * 2 + 1 + c * 7919);
            u64 x = run(0, cases[c].before, a, b, i);
            u64 y = run(1, cases[c].after, a, b, i);

            traps += counts[0];
            if (x != y || differs()) {
                bad = i + 1;
                printf("# a=%lx b=%lx: %lx and %lx\n", a, b, x, y);
                show();
            }
        }
        printf("%sok %u - %s: %lu rounds, %lu entries in the log\n",
               bad ? "not " : "", c + 1, cases[c].name, rounds, traps);
        failed += bad != 0;
    }
    return failed != 0;
}
