// SPDX-License-Identifier: MIT
// A kernel that runs each template of ring0.c before and after the patcher,
// in ring 0 of a bare machine, from the same state and with the same random
// operands. What it returns and the state that it leaves must be the same:
// RFLAGS, control, debug and some model-specific registers, and the tables.
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

#define ROW(name) u64 before_##name(u64 a, u64 b); \
    u64 after_##name(u64 a, u64 b);
#include "ring0.def"

static const struct {
    const char *name;
    u64 (*before)(u64 a, u64 b), (*after)(u64 a, u64 b);
} cases[] = {
#define ROW(name) { #name, before_##name, after_##name },
#include "ring0.def"
};

#define COUNT (sizeof(cases) / sizeof(*cases))
#define ROUNDS 200

struct pointer {
    u16 limit;
    u64 base;
} __attribute__((packed));

/* What a case may change and a wrong rewrite would change otherwise. */
struct state {
    u64 result, flags, cr0, cr2, cr3, cr4, cr8, dr[4], dr7, gs, gdt, idt;
    u64 limits, selectors, kept[6];
};

static u64 cr4_at_boot, gdt[8], ldt[2], tss[13], idt[512];

void start_pvh(void);
void start_xen(void);
u64 call_keeping(u64 (*function)(u64 a, u64 b), u64 a, u64 b, u64 kept[6]);

/* Calls with known values in what a callee keeps, and notes what it left. */
__asm__(".globl call_keeping\n"
        "call_keeping:\n"
        "push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n"
        "push %r15\n push %rcx\n"
        "mov %rdi, %rax\n mov %rsi, %rdi\n mov %rdx, %rsi\n"
        "mov $1, %rbx\n mov $2, %rbp\n mov $3, %r12\n mov $4, %r13\n"
        "mov $5, %r14\n mov $6, %r15\n"
        "call *%rax\n"
        "mov (%rsp), %rcx\n"
        "mov %rbx, (%rcx)\n mov %rbp, 8(%rcx)\n mov %r12, 16(%rcx)\n"
        "mov %r13, 24(%rcx)\n mov %r14, 32(%rcx)\n mov %r15, 40(%rcx)\n"
        "pop %rcx\n pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n"
        "pop %rbx\n ret\n");

static void out(u16 port, u8 value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "d"(port));
}

/* A byte that the serial port has no room for is lost. */
static void put(char c)
{
    u8 state;

    do {
        __asm__ volatile("inb %1, %0" : "=a"(state) : "d"((u16)0x3fd));
    } while (!(state & 0x20));
    out(0x3f8, (u8)c);
}

static void say(const char *text)
{
    for (; *text; text++)
        put(*text);
}

static void say_number(u64 value, unsigned base)
{
    char digits[24];
    int n = 0;

    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (n)
        put(digits[--n]);
}

static u64 mix(u64 x)
{
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9;
    x ^= x >> 27;
    x *= 0x94d049bb133111eb;
    return x ^ x >> 31;
}

#define SET(name, value) \
    __asm__ volatile("mov %0, %%" #name : : "r"((u64)(value)) : "memory")
#define GET(name) ({ u64 x_; \
    __asm__ volatile("mov %%" #name ", %0" : "=r"(x_)); x_; })

static void write_msr(u32 msr, u64 value)
{
    __asm__ volatile("wrmsr" : : "c"(msr), "a"((u32)value),
                     "d"((u32)(value >> 32)));
}

static u64 read_msr(u32 msr)
{
    u32 low, high;

    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (u64)high << 32 | low;
}

/* A system descriptor of two entries: 2 is an LDT, 9 a TSS that is free. */
static void describe(unsigned at, const void *table, u64 size, u64 type)
{
    u64 base = (u64)table;

    gdt[at] = (size - 1) | (base & 0xffffff) << 16 | (0x80 | type) << 40 |
              (base >> 24 & 0xff) << 56;
    gdt[at + 1] = base >> 32;
}

static void set_state(u64 seed)
{
    struct pointer g = { sizeof(gdt) - 1, (u64)gdt };
    struct pointer i = { (u16)(seed | 0xff), (u64)idt + (seed >> 16 & 0xf8) };
    u64 flags = 2 | (seed & 0x240200); /* IF, AC and ID */

    gdt[1] = 0x00af9a000000ffff;
    gdt[2] = 0x00cf92000000ffff;
    describe(3, tss, sizeof(tss), 9);
    describe(5, ldt, sizeof(ldt), 2);
    __asm__ volatile("lgdt %0" : : "m"(g));
    __asm__ volatile("lidt %0" : : "m"(i));
    __asm__ volatile("lldt %0" : : "r"((u16)(seed & 2 ? 0x28 : 0)));
    __asm__ volatile("ltr %0" : : "r"((u16)0x18));
    SET(cr0, (GET(cr0) & ~8ul) | (seed & 8));
    SET(cr4, cr4_at_boot);
    SET(cr2, mix(seed));
    SET(cr8, seed >> 4 & 15);
    SET(dr0, seed >> 8);
    SET(dr3, seed >> 9);
    write_msr(0xc0000102, seed >> 20);
    write_msr(0xc0000081, mix(seed + 1));
    __asm__ volatile("push %0; popfq" : : "r"(flags) : "memory", "cc");
}

static void note_state(struct state *s)
{
    struct pointer g, i;
    u16 local, task;

    __asm__ volatile("pushfq; pop %0; cli" : "=r"(s->flags) : : "memory");
    s->flags &= ~0x8d5ul;
    s->cr0 = GET(cr0);
    s->cr2 = GET(cr2);
    s->cr3 = GET(cr3);
    s->cr4 = GET(cr4);
    s->cr8 = GET(cr8);
    s->dr[0] = GET(dr0);
    s->dr[1] = GET(dr1);
    s->dr[2] = GET(dr2);
    s->dr[3] = GET(dr3);
    s->dr7 = GET(dr7);
    s->gs = read_msr(0xc0000102);
    __asm__ volatile("sgdt %0" : "=m"(g));
    __asm__ volatile("sidt %0" : "=m"(i));
    __asm__ volatile("sldt %0" : "=r"(local));
    __asm__ volatile("str %0" : "=r"(task));
    s->gdt = g.base;
    s->idt = i.base;
    s->limits = (u64)g.limit << 16 | i.limit;
    s->selectors = (u64)local << 16 | task;
}

static int run_case(unsigned c)
{
    for (u64 i = 0; i < ROUNDS; i++) {
        struct state s[2] = { 0 };
        u64 a = mix(i * 2 + c * 7919), b = mix(i * 2 + 1 + c * 7919);

        for (int side = 0; side < 2; side++) {
            set_state(mix(a ^ i));
            s[side].result = call_keeping(side ? cases[c].after
                                               : cases[c].before,
                                          a, b, s[side].kept);
            note_state(&s[side]);
        }
        for (unsigned k = 0; k < sizeof(s[0]) / sizeof(u64); k++) {
            if (((u64 *)&s[0])[k] == ((u64 *)&s[1])[k])
                continue;
            say("# word ");
            say_number(k, 10);
            say(" of the state: ");
            say_number(((u64 *)&s[0])[k], 16);
            say(" and ");
            say_number(((u64 *)&s[1])[k], 16);
            say("\n");
            return 0;
        }
    }
    return 1;
}

void start_xen(void)
{
}

void start_pvh(void)
{
    out(0x21, 0xff); /* no interrupt but those that a case would make */
    out(0xa1, 0xff);
    cr4_at_boot = GET(cr4);
    say("1..");
    say_number(COUNT, 10);
    say("\n");
    for (unsigned c = 0; c < COUNT; c++) {
        say(run_case(c) ? "ok " : "not ok ");
        say_number(c + 1, 10);
        say(" - ring 0, ");
        say(cases[c].name);
        say("\n");
    }
    say("# done\n");
    __asm__ volatile("outw %0, %1" : : "a"((u16)0x2000), "d"((u16)0x604));
    for (;;)
        __asm__ volatile("cli; hlt");
}
