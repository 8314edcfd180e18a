// SPDX-License-Identifier: MIT
/*
 * A store to a page table that the hypervisor does in the guest's place leaves
 * memory, registers and flags as the processor would: each form is executed
 * on an entry (not present, so that it may hold anything) and on plain memory.
 *
 * conform: reference dom0 domU
 * requires: ASSIST-5 ASSIST-6
 */
#include "conform.h"

#define LOGIC      0x8c5UL /* OF SF ZF PF CF: AF is left undefined */
#define ARITHMETIC 0x8d5UL /* and AF */
#define CARRY      0x001UL /* all that bt leaves defined */
#define NONE       0UL
#define START      0x0011223344556680UL /* bit 0 stays clear */

struct state {
    uint64_t rax, rcx, rdx, rsi, rdi, flags;
};

/* name, flags that are compared, instruction with the address in rdi */
#define FORMS(FORM)                                                            \
    FORM(mov8, NONE, "movb %%al, (%%rdi)")                                     \
    FORM(mov8_high, NONE, "movb %%ah, (%%rdi)")                                \
    FORM(mov8_rex, NONE, "movb %%sil, 1(%%rdi)")                               \
    FORM(mov16, NONE, "movw %%cx, 2(%%rdi)")                                   \
    FORM(mov32, NONE, "movl %%ecx, 4(%%rdi)")                                  \
    FORM(mov64, NONE, "movq %%rcx, (%%rdi)")                                   \
    FORM(mov8_imm, NONE, "movb $0x7e, 3(%%rdi)")                               \
    FORM(mov16_imm, NONE, "movw $0x7e7e, 6(%%rdi)")                            \
    FORM(mov64_imm, NONE, "movq $-2, (%%rdi)")                                 \
    FORM(mov_indexed, NONE, "movl %%ecx, -12(%%rdi, %%rdx, 8)")                \
    FORM(movnti, NONE, "movnti %%rcx, (%%rdi)")                                \
    FORM(xchg8, NONE, "xchgb %%ah, 1(%%rdi)")                                  \
    FORM(xchg32, NONE, "xchgl %%eax, 4(%%rdi)")                                \
    FORM(xchg64, NONE, "xchgq %%rcx, (%%rdi)")                                 \
    FORM(cmpxchg, ARITHMETIC, "lock cmpxchgq %%rcx, (%%rdi)")                  \
    FORM(cmpxchg_not, ARITHMETIC, "inc %%rax; lock cmpxchgq %%rcx, (%%rdi)")   \
    FORM(cmpxchg32, ARITHMETIC, "cmpxchgl %%ecx, (%%rdi)")                     \
    FORM(xadd, ARITHMETIC, "lock xaddq %%rcx, (%%rdi)")                        \
    FORM(add, ARITHMETIC, "addq %%rcx, (%%rdi)")                               \
    FORM(add8, ARITHMETIC, "addb $0x7f, 4(%%rdi)")                             \
    FORM(sub, ARITHMETIC, "lock subq %%rcx, (%%rdi)")                          \
    FORM(sub16, ARITHMETIC, "subw $0x7fff, 2(%%rdi)")                          \
    FORM(and, LOGIC, "lock andq %%rcx, (%%rdi)")                               \
    FORM(and_imm, LOGIC, "andq $-4096, (%%rdi)")                               \
    FORM(or, LOGIC, "orl %%ecx, (%%rdi)")                                      \
    FORM(or_imm, LOGIC, "lock orb $0x40, (%%rdi)")                             \
    FORM(xor, LOGIC, "xorq %%rcx, (%%rdi)")                                    \
    FORM(inc, ARITHMETIC, "lock incw 2(%%rdi)")                                \
    FORM(dec, ARITHMETIC, "decl 4(%%rdi)")                                     \
    FORM(not, NONE, "notb 1(%%rdi)")                                           \
    FORM(neg, ARITHMETIC, "negq (%%rdi)")                                      \
    FORM(bts_imm, CARRY, "lock btsq $52, (%%rdi)")                             \
    FORM(btr_imm, CARRY, "lock btrq $7, (%%rdi)")                              \
    FORM(btc_imm, CARRY, "btcl $30, (%%rdi)")                                  \
    FORM(bts, CARRY, "lock btsq %%rdx, (%%rdi)")                               \
    FORM(btr, CARRY, "btrl %%edx, (%%rdi)")                                    \
    FORM(btc_before, CARRY, "mov $-62, %%rdx; btcq %%rdx, 8(%%rdi)")           \
    FORM(stos, NONE, "and $-2, %%rax; stosq")                                  \
    FORM(rep_stos, NONE, "mov $2, %%ecx; and $-2, %%rax; rep stosl")           \
    FORM(stos_down, NONE, "add $6, %%rdi; std; stosw; cld")                    \
    FORM(movs, NONE, "movsl")                                                  \
    FORM(rep_movs, NONE, "mov $4, %%ecx; rep movsw")

#define DEFINE(name, flags_of, text)                                           \
    static void do_##name(struct state *s)                                     \
    {                                                                          \
        __asm__ volatile("test %%al, %%al; " text "; pushf; pop %5"            \
                         : "+a"(s->rax), "+c"(s->rcx), "+d"(s->rdx),           \
                           "+S"(s->rsi), "+D"(s->rdi), "=r"(s->flags)          \
                         :                                                     \
                         : "memory", "cc");                                    \
    }
FORMS(DEFINE)

static const struct form {
    const char *name;
    uint64_t flags;
    void (*run)(struct state *s);
} forms[] = {
#define ROW(name, flags_of, text) {#name, flags_of, do_##name},
    FORMS(ROW)
};

static struct state run(const struct form *form, volatile uint64_t *at)
{
    static const uint64_t source[2] = {0x8877665544332210, 0};
    struct state s = {START, 0x9abcdef012345678, 2, (uint64_t)source,
                      (uint64_t)at, 0};

    form->run(&s);
    s.rdi -= (uint64_t)at;
    s.flags &= form->flags;
    return s;
}

void test(void)
{
    static volatile uint64_t plain[4];
    char *page = page_new();
    volatile uint64_t *entry = pte_of(page, 1);

    if (!is_dom0())
        works(hypercall_vm_assist(VMASST_CMD_enable,
                                  VMASST_TYPE_writable_pagetables),
              "writable page tables");
    for (unsigned int i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
        struct state here, there;

        works(mmu_update_one(pte_machine(page, 1), START, DOMID_SELF),
              "an entry for %s", forms[i].name);
        plain[1] = START;
        there = run(&forms[i], &plain[1]);
        here = run(&forms[i], entry);
        check_equal(*entry, plain[1], "memory");
        check(here.rax == there.rax && here.rcx == there.rcx &&
                  here.rdx == there.rdx && here.rsi == there.rsi &&
                  here.rdi == there.rdi,
              "registers");
        check_equal(here.flags, there.flags, "flags");
    }
    page_writable(page);
}
