// SPDX-License-Identifier: MIT
/*
 * The store decoder against Zydis, over random instructions; and what it says
 * a store does against the processor that runs this test.
 */
#include <Zydis/Zydis.h>
#include <string.h>
#include <sys/mman.h>

#include "core/processor/decode.h"
#include "core/hw.h"
#include "fake_vcpu.h"
#include "unit.h"

#define ROUNDS 300000

static struct unit_random rng = {.state = 20260601};

static const struct {
    ZydisMnemonic mnemonic;
    enum store_kind kind;
} kinds[] = {
    {ZYDIS_MNEMONIC_MOV, STORE_MOV},      {ZYDIS_MNEMONIC_MOVNTI, STORE_MOV},
    {ZYDIS_MNEMONIC_STOSB, STORE_MOV},    {ZYDIS_MNEMONIC_STOSW, STORE_MOV},
    {ZYDIS_MNEMONIC_STOSD, STORE_MOV},    {ZYDIS_MNEMONIC_STOSQ, STORE_MOV},
    {ZYDIS_MNEMONIC_MOVSB, STORE_MOV},    {ZYDIS_MNEMONIC_MOVSW, STORE_MOV},
    {ZYDIS_MNEMONIC_MOVSD, STORE_MOV},    {ZYDIS_MNEMONIC_MOVSQ, STORE_MOV},
    {ZYDIS_MNEMONIC_XCHG, STORE_XCHG},    {ZYDIS_MNEMONIC_XADD, STORE_XADD},
    {ZYDIS_MNEMONIC_CMPXCHG, STORE_CMPXCHG},
    {ZYDIS_MNEMONIC_ADD, STORE_ADD},      {ZYDIS_MNEMONIC_SUB, STORE_SUB},
    {ZYDIS_MNEMONIC_AND, STORE_AND},      {ZYDIS_MNEMONIC_OR, STORE_OR},
    {ZYDIS_MNEMONIC_XOR, STORE_XOR},      {ZYDIS_MNEMONIC_INC, STORE_INC},
    {ZYDIS_MNEMONIC_DEC, STORE_DEC},      {ZYDIS_MNEMONIC_NEG, STORE_NEG},
    {ZYDIS_MNEMONIC_NOT, STORE_NOT},      {ZYDIS_MNEMONIC_BTS, STORE_BTS},
    {ZYDIS_MNEMONIC_BTR, STORE_BTR},      {ZYDIS_MNEMONIC_BTC, STORE_BTC},
};

static int kind_of(ZydisMnemonic mnemonic)
{
    for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++)
        if (kinds[i].mnemonic == mnemonic)
            return (int)kinds[i].kind;
    return -1;
}

static uint64_t *zydis_register(struct guest_regs *regs, ZydisRegister reg)
{
    ZydisRegister full =
        ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, reg);

    return register_of(regs, full - ZYDIS_REGISTER_RAX);
}

static void random_registers(struct guest_regs *regs)
{
    for (unsigned int i = 0; i < 16; i++)
        *register_of(regs, i) = unit_random(&rng);
    regs->rip = unit_random(&rng);
    regs->rflags = FLAG_IF | FLAG_ONE |
                   (unit_random(&rng) & (FLAG_DF | FLAG_CF));
}

static void random_code(uint8_t *code)
{
    static const uint8_t prefixes[] = {0x66, 0x67, 0xf0, 0xf2,
                                       0xf3, 0x64, 0x65, 0x2e};
    unsigned int n = 0;

    for (unsigned int i = 0; i < MAX_INSN_BYTES; i++)
        code[i] = (uint8_t)unit_random(&rng);
    while (unit_random(&rng) % 3 == 0 && n < 4)
        code[n++] = prefixes[unit_random(&rng) % sizeof(prefixes)];
    if (unit_random(&rng) % 2)
        code[n++] = 0x40 | (unit_random(&rng) & 15);
    if (unit_random(&rng) % 3 == 0)
        code[n++] = 0x0f;
}

struct zydis {
    ZydisDecodedInstruction insn;
    ZydisDecodedOperand op[ZYDIS_MAX_OPERAND_COUNT];
};

static bool is_string(const struct zydis *z)
{
    return z->insn.meta.category == ZYDIS_CATEGORY_STRINGOP;
}

/* SSE has a movsd too, and segment registers a mov. */
static bool has_namesake(const struct zydis *z)
{
    if (z->insn.mnemonic == ZYDIS_MNEMONIC_MOVSD)
        return !is_string(z);
    return z->op[1].type == ZYDIS_OPERAND_TYPE_REGISTER &&
           ZydisRegisterGetClass(z->op[1].reg.value) == ZYDIS_REGCLASS_SEGMENT;
}

/* Is it a store of the kinds above, of at most eight bytes? */
static bool is_store(const struct zydis *z)
{
    return z->op[0].type == ZYDIS_OPERAND_TYPE_MEMORY &&
           (z->op[0].actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) &&
           z->op[0].size <= 64 && kind_of(z->insn.mnemonic) >= 0 &&
           !has_namesake(z);
}

/* String instructions with odd prefixes are left to the guest's fault. */
static bool may_be_declined(const struct zydis *z)
{
    return is_string(z) &&
           (z->insn.attributes & ZYDIS_ATTRIB_HAS_SEGMENT ||
            z->insn.address_width != 64);
}

static uint64_t segment_base(const ZydisDecodedOperand *op)
{
    if (op->mem.segment == ZYDIS_REGISTER_FS)
        return fake.base[HW_FS_BASE];
    if (op->mem.segment == ZYDIS_REGISTER_GS)
        return hw_read_gs_base();
    return 0;
}

/*
 * Zydis 4.0 takes r13 for the base of a SIB byte with base 5, REX.B and mod 0;
 * processors have no base there, with or without REX.B.
 */
static bool is_mistaken_r13(const struct zydis *z)
{
    return z->insn.raw.modrm.mod == 0 && z->insn.raw.modrm.rm == 4 &&
           z->insn.raw.sib.base == 5 && z->insn.raw.rex.B;
}

static uint64_t address_without_base(const struct zydis *z,
                                     struct guest_regs *regs)
{
    const ZydisDecodedOperand *op = &z->op[0];
    uint64_t address = (uint64_t)z->insn.raw.disp.value;

    if (op->mem.index != ZYDIS_REGISTER_NONE)
        address += *zydis_register(regs, op->mem.index) * op->mem.scale;
    address = truncate_to(address, z->insn.address_width / 8);
    return address + segment_base(op);
}

static uint64_t address_of(const struct zydis *z, struct guest_regs *regs)
{
    const ZydisDecodedOperand *op = &z->op[0];
    ZydisRegisterContext context = {{0}};
    ZyanU64 address;

    if (is_mistaken_r13(z))
        return address_without_base(z, regs);
    for (unsigned int i = 0; i < 16; i++) {
        context.values[ZYDIS_REGISTER_RAX + i] = register_value(regs, i);
        context.values[ZYDIS_REGISTER_EAX + i] =
            truncate_to(register_value(regs, i), 4);
    }
    ck_assert(ZYAN_SUCCESS(ZydisCalcAbsoluteAddressEx(&z->insn, op, regs->rip,
                                                      &context, &address)));
    return address + segment_base(op);
}

static uint64_t value_of(const struct zydis *z, struct guest_regs *regs)
{
    const ZydisDecodedOperand *op = &z->op[1];
    uint64_t value;

    if (z->insn.mnemonic == ZYDIS_MNEMONIC_INC ||
        z->insn.mnemonic == ZYDIS_MNEMONIC_DEC)
        return 1;
    if (op->type == ZYDIS_OPERAND_TYPE_IMMEDIATE)
        return truncate_to(op->imm.value.u, z->op[0].size / 8);
    switch (op->reg.value) {
    case ZYDIS_REGISTER_AH:
    case ZYDIS_REGISTER_CH:
    case ZYDIS_REGISTER_DH:
    case ZYDIS_REGISTER_BH:
        return *zydis_register(regs, op->reg.value) >> 8 & 0xff;
    default:
        value = *zydis_register(regs, op->reg.value);
        return truncate_to(value, z->op[0].size / 8);
    }
}

static bool has_bit_number(const struct store *s)
{
    return s->kind == STORE_BTS || s->kind == STORE_BTR ||
           s->kind == STORE_BTC;
}

static void compare_bit(const struct zydis *z, const struct store *s,
                        struct guest_regs *regs)
{
    const ZydisDecodedOperand *op = &z->op[1];
    unsigned int bits = s->bytes * 8;
    int64_t bit;
    uint64_t at = address_of(z, regs);

    if (op->type == ZYDIS_OPERAND_TYPE_IMMEDIATE) {
        ck_assert_uint_eq(s->value, op->imm.value.u & (bits - 1));
        ck_assert_uint_eq(s->address, at);
        return;
    }
    bit = (int64_t)(value_of(z, regs) << (64 - bits)) >> (64 - bits);
    /* The bit's own position in memory is the same, however it is split. */
    ck_assert_int_eq((int64_t)(s->address - at) * 8 + (int64_t)s->value, bit);
    ck_assert_uint_lt(s->value, bits);
    ck_assert_int_eq((int64_t)(s->address - at) % s->bytes, 0);
}

static void compare(const struct zydis *z, const struct store *s,
                    struct guest_regs *regs)
{
    ck_assert_int_eq(s->kind, kind_of(z->insn.mnemonic));
    ck_assert_uint_eq(s->length, z->insn.length);
    ck_assert_uint_eq(s->bytes, z->op[0].size / 8);
    ck_assert_int_eq(s->string != 0, is_string(z));
    if (has_bit_number(s)) {
        compare_bit(z, s, regs);
        return;
    }
    ck_assert_uint_eq(s->address, address_of(z, regs));
    if (s->kind == STORE_NEG || s->kind == STORE_NOT)
        return;
    if (s->from)
        ck_assert_uint_eq(s->from, regs->rsi);
    else
        ck_assert_uint_eq(s->value, value_of(z, regs));
}

START_TEST(agrees_with_zydis)
{
    unsigned int stores = 0, seen[ARRAY_SIZE(kinds)] = {0};
    struct guest_regs regs = {0};
    ZydisDecoder decoder;

    ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64,
                     ZYDIS_STACK_WIDTH_64);
    for (unsigned int round = 0; round < ROUNDS; round++) {
        uint8_t code[MAX_INSN_BYTES];
        struct store store;
        struct zydis z;
        bool valid, ours;

        fake_reset();
        fake.base[HW_FS_BASE] = 0x1230000;
        fake.base[HW_GS_KERNEL_BASE] = 0x4560000;
        random_registers(&regs);
        random_code(code);
        valid = ZYAN_SUCCESS(ZydisDecoderDecodeFull(
            &decoder, code, sizeof(code), &z.insn, z.op));
        ours = decode_store(code, sizeof(code), &regs, &store);
        if (!valid || !is_store(&z)) {
            ck_assert_msg(!ours, "%02x %02x %02x %02x %02x is no store",
                          code[0], code[1], code[2], code[3], code[4]);
            continue;
        }
        if (!ours) {
            ck_assert_msg(may_be_declined(&z),
                          "%02x %02x %02x %02x %02x is a store (%s)", code[0],
                          code[1], code[2], code[3], code[4],
                          ZydisMnemonicGetString(z.insn.mnemonic));
            continue;
        }
        compare(&z, &store, &regs);
        stores++;
        for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++)
            seen[i] += kinds[i].mnemonic == z.insn.mnemonic;
        /* No shorter piece of it is taken for an instruction. */
        for (unsigned int n = 0; n < store.length; n++)
            ck_assert(!decode_store(code, n, &regs, &store));
    }
    ck_assert_uint_gt(stores, ROUNDS / 20);
    for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++)
        ck_assert_msg(seen[i] > 2, "too few: %s",
                      ZydisMnemonicGetString(kinds[i].mnemonic));
}
END_TEST

/* --- what a store does --- */

struct native {
    uint64_t rax, rcx, rbx, rdi, rsi, rflags;
};

/* Run the instruction at CODE, with a RET behind it. */
static void run_native(struct native *n, const void *code)
{
    register uint64_t rflags __asm__("r8") = n->rflags;

    __asm__ volatile("push %[flags]; popf; call *%[code]; pushf; pop %[flags];"
                     "cld"
                     : "+a"(n->rax), "+c"(n->rcx), "+b"(n->rbx), "+D"(n->rdi),
                       "+S"(n->rsi), [flags] "+r"(rflags)
                     : [code] "r"(code)
                     : "memory", "cc");
    n->rflags = rflags;
}

/* op (%rbx), %rcx and its kin, in every size; the operand may be rcx or imm8. */
static const struct {
    const char *name;
    uint8_t bytes[4]; /* the 64-bit form without its REX */
    uint8_t n;
    uint64_t undefined; /* flags that the manual leaves open */
} semantics[] = {
    {"mov", {0x89, 0x0b}, 2, 0},
    {"xchg", {0x87, 0x0b}, 2, 0},
    {"add", {0x01, 0x0b}, 2, 0},
    {"or", {0x09, 0x0b}, 2, 0x10},
    {"and", {0x21, 0x0b}, 2, 0x10},
    {"sub", {0x29, 0x0b}, 2, 0},
    {"xor", {0x31, 0x0b}, 2, 0x10},
    {"add imm8", {0x83, 0x03, 0x81}, 3, 0},
    {"and imm8", {0x83, 0x23, 0x81}, 3, 0x10},
    {"sub imm8", {0x83, 0x2b, 0x7f}, 3, 0},
    {"not", {0xf7, 0x13}, 2, 0},
    {"neg", {0xf7, 0x1b}, 2, 0},
    {"inc", {0xff, 0x03}, 2, 0},
    {"dec", {0xff, 0x0b}, 2, 0},
    {"xadd", {0x0f, 0xc1, 0x0b}, 3, 0},
    {"cmpxchg", {0x0f, 0xb1, 0x0b}, 3, 0},
    {"bts imm8", {0x0f, 0xba, 0x2b, 0x0d}, 4, 0x894},
    {"btr imm8", {0x0f, 0xba, 0x33, 0x0d}, 4, 0x894},
    {"btc imm8", {0x0f, 0xba, 0x3b, 0x0d}, 4, 0x894},
    {"stos", {0xab}, 1, 0},
    {"movs", {0xa5}, 1, 0},
};

/* Values where carries and signs change, and random ones. */
static uint64_t interesting(void)
{
    static const uint64_t edges[] = {
        0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff,
        0x80000000, 0xffffffff, 0x7ffffffffffffffful, 0x8000000000000000ul,
        ~0ul};

    if (unit_random(&rng) % 3)
        return edges[unit_random(&rng) % ARRAY_SIZE(edges)];
    return unit_random(&rng);
}

#define STATUS_FLAGS 0x8d5ul

static void check_semantics(unsigned int which, unsigned int size, uint8_t *page)
{
    static uint64_t memory, source;
    struct guest_regs regs = {0};
    struct native native;
    struct store s;
    uint64_t old = interesting(), new, after;
    unsigned int n = 0;

    if (size == 8)
        page[n++] = 0x48;
    if (size == 2)
        page[n++] = 0x66;
    memcpy(page + n, semantics[which].bytes, semantics[which].n);
    n += semantics[which].n;
    page[n] = 0xc3;

    source = interesting();
    memory = old;
    regs.rax = interesting();
    if (unit_random(&rng) % 2)
        regs.rax = old; /* cmpxchg finds what it looks for */
    regs.rcx = interesting();
    regs.rbx = regs.rdi = (uint64_t)&memory;
    regs.rsi = (uint64_t)&source;
    regs.rflags = 0x202 | (unit_random(&rng) & STATUS_FLAGS);
    native = (struct native){regs.rax, regs.rcx, regs.rbx,
                             regs.rdi, regs.rsi, regs.rflags};
    run_native(&native, page);

    ck_assert(decode_store(page, n, &regs, &s));
    ck_assert_uint_eq(s.address, (uint64_t)&memory);
    if (s.from)
        s.value = truncate_to(source, s.bytes);
    after = old;
    if (store_result(&s, old, &regs, &new)) {
        ck_assert_uint_eq(new, truncate_to(new, s.bytes));
        after = (old & ~truncate_to(~0ul, s.bytes)) | new;
    }
    retire_store(&s, old, &regs);
    ck_assert_msg(after == memory, "%s, %u bytes: %lx, not %lx",
                  semantics[which].name, size, after, memory);
    ck_assert_uint_eq(regs.rax, native.rax);
    ck_assert_uint_eq(regs.rcx, native.rcx);
    ck_assert_uint_eq(regs.rdi, native.rdi);
    ck_assert_uint_eq(regs.rsi, native.rsi);
    ck_assert_msg(!((regs.rflags ^ native.rflags) & STATUS_FLAGS &
                    ~semantics[which].undefined),
                  "%s, %u bytes: flags %lx, not %lx", semantics[which].name,
                  size, regs.rflags, native.rflags);
    ck_assert_uint_eq(regs.rip, n);
}

START_TEST(does_as_the_processor)
{
    static const unsigned int sizes[] = {2, 4, 8};
    uint8_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    ck_assert_ptr_ne(page, MAP_FAILED);
    for (unsigned int i = 0; i < ARRAY_SIZE(semantics); i++)
        for (unsigned int k = 0; k < 3; k++)
            for (unsigned int round = 0; round < 500; round++)
                check_semantics(i, sizes[k], page);
    munmap(page, 4096);
}
END_TEST

START_TEST(repeats_round_by_round)
{
    static const uint8_t rep_stosq[] = {0xf3, 0x48, 0xab};
    struct guest_regs regs = {.rcx = 2, .rdi = 0x1000, .rax = 7};
    struct store s;

    for (unsigned int round = 0; round < 2; round++) {
        ck_assert_uint_eq(regs.rip, 0);
        ck_assert(decode_store(rep_stosq, sizeof(rep_stosq), &regs, &s));
        ck_assert_uint_eq(s.address, 0x1000 + 8 * round);
        retire_store(&s, 0, &regs);
    }
    ck_assert_uint_eq(regs.rip, sizeof(rep_stosq));
    ck_assert_uint_eq(regs.rcx, 0);
}
END_TEST

START_TEST(keeps_high_bytes)
{
    static const uint8_t xchg_ah[] = {0x86, 0x23}; /* xchg %ah, (%rbx) */
    struct guest_regs regs = {.rax = 0x1122334455667788};
    struct store s;
    uint64_t new;

    ck_assert(decode_store(xchg_ah, sizeof(xchg_ah), &regs, &s));
    ck_assert(store_result(&s, 0x99, &regs, &new));
    ck_assert_uint_eq(new, 0x77);
    retire_store(&s, 0x99, &regs);
    ck_assert_uint_eq(regs.rax, 0x1122334455669988);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decode");
    TCase *tc = tcase_create("stores");

    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, agrees_with_zydis);
    tcase_add_test(tc, does_as_the_processor);
    tcase_add_test(tc, repeats_round_by_round);
    tcase_add_test(tc, keeps_high_bytes);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
