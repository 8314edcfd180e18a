// SPDX-License-Identifier: MIT
// Templates that the patcher rewrites, each in a function of two operands.
// This file is built as it is (CASE(x) is before_x) and after the patcher has
// been over it (after_x); differential.c runs both and compares.
#include "case.h"
#include "cases.def"

void *memset(void *to, int value, u64 count);

struct pointer {
    u16 limit;
    u64 base;
} __attribute__((packed));

#define CLI() asm volatile("cli" ::: "memory")
#define LOAD_IDT(x) asm volatile("lidt %0" :: "m"(x))
#define LOAD(insn, x) asm volatile(insn " %0" :: "m"(x))
#define WRITE_MSR(n, lo, hi) \
    asm volatile("wrmsr" :: "c"(n), "a"(lo), "d"(hi))

CASE(out8)
{
    asm volatile("outb %0, %1" :: "a"((u8)a), "Nd"((u16)b));
    return 0;
}

CASE(out16_by_type)
{
    u16 value = a;

    asm volatile("out %0, %1" :: "a"(value), "d"((u16)b));
    return value;
}

CASE(out8_by_type)
{
    u8 value = a;

    asm volatile("out %0, %1" :: "a"(value), "d"((u16)b));
    return value;
}

CASE(out32_by_type)
{
    u32 value = a;

    asm volatile("out %0, %1" :: "a"(value), "d"((u16)b));
    return value;
}

CASE(out_part)
{
    u32 value = a;

    asm volatile("outb %b0, %w1" :: "a"(value), "d"((u32)b));
    asm volatile("outw %w0, %w1" :: "a"(value), "d"((u32)b));
    return 0;
}

CASE(out_constant)
{
    asm volatile("outb %%al, $0x80" :: "a"((u8)a));
    asm volatile("outl %%eax, %%dx" :: "a"((u32)a), "d"((u16)b));
    return 0;
}

CASE(in8)
{
    u8 value;

    asm volatile("inb %1, %0" : "=a"(value) : "Nd"((u16)b) : "memory");
    return value + a;
}

CASE(in16_by_type)
{
    u16 value;

    asm volatile("in %1, %0" : "=a"(value) : "d"((u16)b));
    return value + a;
}

CASE(in32)
{
    u32 value;

    asm volatile("inl %[port], %[value]"
                 : [value] "=a"(value) : [port] "d"((u16)b));
    return value + a;
}

CASE(control)
{
    u64 value, sum = 0;

    asm volatile("mov %%cr0, %0" : "=r"(value));
    sum += value;
    asm volatile("mov %%cr2, %0" : "=r"(value));
    sum = sum * 3 + value;
    asm volatile("mov %%cr3, %0" : "=r"(value));
    sum = sum * 3 + value;
    asm volatile("mov %%cr4, %0" : "=r"(value));
    sum = sum * 3 + value;
    asm volatile("mov %0, %%cr0" :: "r"(a));
    asm volatile("mov %0, %%cr3" :: "r"(b) : "memory");
    asm volatile("mov %0, %%cr4" :: "r"(a ^ b));
    return sum;
}

CASE(reload)
{
    u64 value;

    asm volatile("mov %%cr3, %0; mov %0, %%cr3" : "=r"(value) :: "memory");
    return value + a + b;
}

CASE(flags)
{
    CLI();
    asm volatile("sti" ::: "memory");
    asm volatile("cli; hlt");
    asm volatile("sti; hlt");
    asm volatile("clts; wbinvd");
    return a + b;
}

CASE(tables)
{
    struct pointer table = { a, b };

    LOAD("lgdt", table);
    LOAD_IDT(table);
    asm volatile("lidt (%0)" :: "r"(&table) : "memory");
    asm volatile("ltr %0" :: "r"((u16)a));
    asm volatile("lldt %w0" :: "r"((u32)b));
    return 0;
}

CASE(tlb)
{
    asm volatile("invlpg (%0)" :: "r"(a) : "memory");
    asm volatile("invlpg %0" :: "m"(*(char *)b) : "memory");
    return 0;
}

CASE(msr)
{
    u32 low, high;

    asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"((u32)a));
    WRITE_MSR((u32)b, high, low);
    asm volatile("wrmsr" :: "c"(0xc0000080), "a"((u32)a), "d"((u32)b));
    return (u64)high << 32 | low;
}

CASE(debug)
{
    u64 value;

    asm volatile("mov %%dr6, %0" : "=r"(value));
    asm volatile("mov %0, %%dr7" :: "r"(a));
    asm volatile("mov %0, %%dr0" :: "r"(b));
    return value;
}

CASE(identify)
{
    u32 eax = a % 2, ebx, ecx = 0, edx;

    asm volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
    return (u64)(eax ^ ecx) << 32 | (edx + b);
}

CASE(saved_flags)
{
    u64 flags;

    asm volatile("pushfq; popq %0" : "=r"(flags));
    return (flags & 0x200) + a + b;
}

CASE(branches)
{
    if (a & 1)
        asm volatile("outb %0, %1" :: "a"((u8)a), "d"((u16)b));
    else
        asm volatile("rdmsr" : "=a"(a), "=d"(b) : "c"((u32)b));
    return a + b;
}

/* Time goes on: it can only be compared with what is before and after it. */
CASE(time)
{
    u32 low, high;
    u64 from = __builtin_ia32_rdtsc(), value, to;

    asm volatile("rdtsc" : "=a"(low), "=d"(high));
    value = (u64)high << 32 | low;
    to = __builtin_ia32_rdtsc();
    return from <= value && value <= to ? a + b : value;
}

CASE(counter)
{
    u32 low, high;

    asm volatile("rdpmc" : "=a"(low), "=d"(high) : "c"((u32)a));
    return ((u64)high << 32 | low) + b;
}

CASE(extended)
{
    asm volatile("xsetbv" :: "c"((u32)a), "a"((u32)b), "d"((u32)(b >> 32)));
    return 0;
}

CASE(priority)
{
    u64 value;

    asm volatile("mov %0, %%cr8" :: "r"(a));
    asm volatile("mov %0, %%cr2" :: "r"(b));
    asm volatile("mov %%cr8, %0" : "=r"(value));
    return value;
}

CASE(ordered)
{
    static u64 order;
    u64 value;

    asm volatile("mov %1, %%cr3" : "+m"(order) : "r"(a), "m"(order));
    asm("mov %%cr3, %0" : "=r"(value), "=m"(order));
    return value + order + b;
}

static u64 sum_of(const void *from, u64 count)
{
    const u8 *bytes = from;
    u64 sum = 0;

    while (count--)
        sum = sum * 31 + *bytes++;
    return sum;
}

CASE(ins8)
{
    u8 buffer[32] = { 0 }, *at = buffer + b % 8, *from = at;
    u64 count = a % 16;

    asm volatile("rep insb" : "+D"(at), "+c"(count)
                 : "d"((u16)b) : "memory");
    return sum_of(buffer, sizeof(buffer)) * 3 + (u64)(at - from) + count;
}

CASE(ins32)
{
    u32 buffer[16] = { 0 };
    void *at = buffer;
    int count = a % 16;

    asm volatile("cld; rep insl" : "=D"(at), "=c"(count)
                 : "d"((int)b), "0"(at), "1"(count) : "memory", "cc");
    return sum_of(buffer, sizeof(buffer)) * 3 +
           (u64)((u8 *)at - (u8 *)buffer) + count;
}

CASE(outs16)
{
    u16 buffer[16];
    u64 at = (u64)buffer, left;
    u32 count = a % 16;

    for (int i = 0; i < 16; i++)
        buffer[i] = b * i;
    asm volatile("rep outsw" : "+S"(at), "=c"(left)
                 : "1"(count), "d"((u16)b), "m"(buffer));
    return at - (u64)buffer + left;
}

typedef u64 pte_t;
typedef u64 top_t;

static pte_t entries[8];
static top_t tops[8];

CASE(entries)
{
    pte_t *at = &entries[b % 8];

    *at = a;
    entries[a % 8] = b | 1;
    tops[b % 8] = a ^ b;
    return *at + entries[(a + b) % 8] * 3 + tops[b % 8] +
           sum_of(entries, sizeof(entries));
}

CASE(entry_updates)
{
    pte_t *at = &entries[a % 8];

    *at |= b;
    entries[b % 8] &= ~a;
    *at ^= 1 << (b % 12);
    tops[a % 8] |= entries[b % 8];
    *at++ |= a;
    return (u64)(at - entries) + sum_of(entries, sizeof(entries)) + sum_of(tops, sizeof(tops));
}

typedef union {
    struct {
        u64 present : 1, write : 1, user : 1, flags : 9, page : 40, rest : 11,
            no_execute : 1;
    } bits;
    u64 raw;
} parts_t;

static parts_t parts[8];

CASE(entry_parts)
{
    parts_t *at = &parts[a % 8];
    int user = (int)b;
    u64 sum = 0;

    at->raw = a;
    parts[b % 8].bits.user = 1;
    (*at).bits.page = b;
    at->bits.write = user;
    at->bits.present = parts[b % 8].bits.no_execute;
    parts[(a + b) % 8].bits.no_execute = at->bits.page & 1;
    parts[parts[a % 8].bits.flags % 8].bits.rest = at->raw >> 3;
    at++->bits.flags = -1;
    parts[b % 8].raw |= 4;
    sum = at == &parts[a % 8 + 1];
    for (int i = 0; i < 8; i++)
        sum = sum * 31 + parts[i].bits.page * 3 + parts[i].bits.user +
              (parts[i].raw ^ parts[i].bits.rest);
    return sum;
}

CASE(entry_clear)
{
    pte_t *at = entries;

    memset(at + a % 4, 0, (b % 4) * sizeof(*at));
    return sum_of(entries, sizeof(entries));
}

static u64 case_gdt[8], case_ldt[8], case_idt[8];
static struct {
    u32 reserved;
    u64 rsp0, rsp1;
} __attribute__((packed)) case_tss;

CASE(tables_written)
{
    case_gdt[a % 8] = b;
    case_ldt[b % 8] = a;
    case_idt[a % 8] = a ^ b;
    case_tss.rsp0 = a + b;
    return sum_of(case_gdt, sizeof(case_gdt)) * 3 +
           sum_of(case_ldt, sizeof(case_ldt)) * 5 +
           sum_of(case_idt, sizeof(case_idt)) * 7 +
           sum_of(&case_tss, sizeof(case_tss));
}
