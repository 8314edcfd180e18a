// SPDX-License-Identifier: MIT
// Templates that the patcher rewrites, for ring 0: those that do not trap
// outside it, and with them the rest, whose effect can be seen there. Built
// as it is (before_x) and after the patcher (after_x); kernel.c compares.
#include "case.h"
#include "ring0.def"

/* The interrupt flag, and AC and ID: bits that popf alone changes. */
#define SETTABLE 0x240200ul
/* Without what arithmetic leaves behind. */
#define SEEN ~0x8d5ul

struct pointer {
    u16 limit;
    u64 base;
} __attribute__((packed));

#define SAVE(x) \
    asm volatile("pushfq; popq %0; cli" : "=r"(x) :: "memory")
#define RESTORE(x) \
    asm volatile("pushq %0; popfq" :: "rm"(x) : "memory", "cc")
#define READ(name, x) asm volatile("mov %%" #name ", %0" : "=r"(x))

CASE(flags_read)
{
    u64 flags, again;

    asm volatile("pushfq; popq %0" : "=r"(flags));
    asm volatile("pushf\n\tpop %0" : "=g"(again) :: "memory");
    return (flags & SEEN) * 3 + (again & SEEN) + a + b;
}

CASE(flags_save)
{
    u64 before, after;

    asm volatile("pushfq; popq %0; cli" : "=r"(before) :: "memory");
    asm volatile("pushfq; popq %0" : "=r"(after));
    return (before & SEEN) * 3 + (after & SEEN) + a + b;
}

CASE(flags_restore)
{
    u64 flags, after;

    asm volatile("pushfq; popq %0" : "=r"(flags));
    asm volatile("push %0; popf"
                 :: "r"((flags & ~SETTABLE) | (a & SETTABLE)) : "memory", "cc");
    asm volatile("pushfq; popq %0" : "=r"(after));
    return (after & SEEN) + b;
}

CASE(flags_nested)
{
    u64 outer, inner, sum = 0;

    asm volatile("pushfq; popq %0; cli" : "=r"(outer) :: "memory");
    if (a & 1)
        asm volatile("sti" ::: "memory");
    asm volatile("pushfq; popq %0; cli" : "=r"(inner) :: "memory");
    sum = inner & SEEN;
    asm volatile("pushq %0; popfq" :: "r"(inner) : "memory", "cc");
    asm volatile("pushfq; popq %0" : "=r"(inner));
    sum = sum * 3 + (inner & SEEN);
    asm volatile("pushq %0; popfq" :: "r"(outer) : "memory", "cc");
    return sum + b;
}

CASE(flags_macro)
{
    u64 outer, inner;

    SAVE(outer);
    SAVE(inner);
    RESTORE(outer);
    return (outer & SEEN) * 5 + (inner & SEEN) + a + b;
}

/* hlt only where an interrupt is pending, or it would be the last thing. */
CASE(waiting)
{
    asm volatile("cli");
    asm volatile("clts; wbinvd" ::: "memory");
    asm volatile("sti" ::: "memory");
    asm volatile("invlpg (%0)" :: "r"(a) : "memory");
    asm volatile("cli" ::: "memory");
    return a + b;
}

CASE(gdt_by_memory)
{
    struct pointer p = { a, b };

    asm volatile("sgdt %0" : "=m"(p));
    return p.limit + p.base;
}

CASE(gdt_by_register)
{
    u8 bytes[16];
    u64 sum = 0;

    for (int i = 0; i < 16; i++)
        bytes[i] = a >> i;
    asm volatile("sgdt (%0)" :: "r"(bytes + (b & 3)) : "memory");
    for (int i = 0; i < 16; i++)
        sum = sum * 31 + bytes[i];
    return sum;
}

CASE(idt_by_memory)
{
    struct pointer p = { a, b };

    asm volatile("sidt %0" : "=m"(p));
    return p.limit + p.base;
}

CASE(idt_by_register)
{
    u8 bytes[16];
    u64 sum = 0;

    for (int i = 0; i < 16; i++)
        bytes[i] = b >> i;
    asm volatile("sidt (%0)" :: "r"(bytes + (a & 3)) : "memory");
    for (int i = 0; i < 16; i++)
        sum = sum * 31 + bytes[i];
    return sum;
}

CASE(ldt_wide)
{
    u64 wide;
    u32 word;

    asm volatile("sldt %0" : "=r"(wide));
    asm volatile("sldt %0" : "=r"(word));
    return wide * 3 + word + a + b;
}

CASE(ldt_narrow)
{
    u16 parts[3] = { a, b, a >> 16 };

    asm volatile("sldt %0" : "=m"(parts[1]));
    asm volatile("sldt %w0" : "=r"(parts[2]));
    return parts[0] + (u64)parts[1] * 3 + (u64)parts[2] * 7;
}

CASE(task_wide)
{
    u64 wide;
    u32 word;

    asm volatile("str %0" : "=r"(wide));
    asm volatile("str %0" : "=r"(word));
    return wide * 3 + word + a + b;
}

CASE(task_narrow)
{
    u16 parts[3] = { a, b, a >> 16 };

    asm volatile("str %0" : "=m"(parts[1]));
    asm volatile("str %w0" : "=r"(parts[2]));
    return parts[0] + (u64)parts[1] * 3 + (u64)parts[2] * 7;
}

CASE(registers)
{
    u64 value, sum = 0;

    READ(cr0, value);
    asm volatile("mov %0, %%cr0" :: "r"(value ^ (a & 8)) : "memory");
    READ(cr0, sum);
    asm volatile("mov %0, %%cr2" :: "r"(b));
    READ(cr2, value);
    sum = sum * 3 + value;
    READ(cr3, value);
    asm volatile("mov %0, %%cr3" :: "r"(value) : "memory");
    sum = sum * 3 + value;
    READ(cr4, value);
    asm volatile("mov %0, %%cr4" :: "r"(value ^ (a & 4)));
    READ(cr4, value);
    sum = sum * 3 + value;
    asm volatile("mov %0, %%cr8" :: "r"(a & 15));
    READ(cr8, value);
    return sum * 3 + value;
}

CASE(ordered)
{
    static u64 order;
    u64 value;

    asm volatile("mov %1, %%cr2" : "+m"(order) : "r"(a), "m"(order));
    asm("mov %%cr2, %0" : "=r"(value), "=m"(order));
    return value + order + b;
}

CASE(debug)
{
    u64 value, sum = 0;

    asm volatile("mov %0, %%dr0" :: "r"(a >> 1));
    asm volatile("mov %0, %%dr3" :: "r"(b >> 1));
    asm volatile("mov %%dr0, %0" : "=r"(value));
    sum += value;
    asm volatile("mov %%dr3, %0" : "=r"(value));
    sum = sum * 3 + value;
    asm volatile("mov %%dr6, %0" : "=r"(value));
    return sum * 3 + value;
}

CASE(msr)
{
    u32 low, high;
    u64 star;

    asm volatile("wrmsr" :: "c"(0xc0000102), "a"((u32)a),
                 "d"((u32)b & 0x7fff) : "memory");
    asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(0xc0000102));
    asm volatile("rdmsr" : "=a"(star) : "c"(0xc0000081) : "rdx");
    return ((u64)high << 32 | low) + star;
}

CASE(identify)
{
    u32 eax = a & 1, ebx, ecx = 0, edx;

    asm volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
    return ((u64)(eax ^ ecx) << 32 | (ebx ^ edx)) + b;
}

CASE(descriptors)
{
    struct pointer gdt, idt;
    u16 local, task;

    asm volatile("sgdt %0" : "=m"(gdt));
    asm volatile("sidt %0" : "=m"(idt));
    asm volatile("sldt %0" : "=r"(local));
    asm volatile("str %0" : "=r"(task));
    gdt.limit -= a & 7; /* the table keeps all of its entries */
    idt.limit = b;
    asm volatile("lgdt %0" :: "m"(gdt));
    asm volatile("lidt (%0)" :: "r"(&idt) : "memory");
    asm volatile("lldt %0" :: "r"((u16)(a & 8 ? local : 0)));
    return task;
}

CASE(ports)
{
    u8 byte;
    u16 half;
    u32 word;

    asm volatile("outl %0, %1" :: "a"((u32)a & 0x80fffffc), "Nd"((u16)0xcf8));
    asm volatile("inl %1, %0" : "=a"(word) : "Nd"((u16)0xcf8));
    asm volatile("inw %w1, %w0" : "=a"(half) : "d"(0xcfc));
    asm volatile("outb %b0, %w1" :: "a"((u32)b), "d"(0x80));
    asm volatile("inb %1, %0" : "=a"(byte) : "Nd"((u16)0x61));
    return word + half + (byte & 0xf);
}

CASE(strings)
{
    static u32 buffer[8];
    u32 *to = buffer;
    const u32 *from = buffer;
    int count = a % 8;
    u64 many = b % 4, sum = 0;

    for (int i = 0; i < 8; i++)
        buffer[i] = b + i;
    asm volatile("cld; rep insl" : "=D"(to), "=c"(count)
                 : "d"((u16)0xcf8), "0"(to), "1"(count) : "memory", "cc");
    sum = (u64)(to - buffer) * 3 + count;
    asm volatile("rep outsl" : "+S"(from), "+c"(many)
                 : "d"((u16)0x80) : "memory");
    sum = sum * 3 + (from - buffer) + many;
    for (int i = 0; i < 8; i++)
        sum = sum * 31 + buffer[i];
    return sum;
}

/* As the BIOS's callers did it: no interrupt between, whatever the flag. */
CASE(strings_held)
{
    static u32 buffer[8];
    u32 *to = buffer;
    const u32 *from = buffer;
    u64 many = b % 4, few = a % 4, flags, sum = 0;

    for (int i = 0; i < 8; i++)
        buffer[i] = b + i;
    asm volatile("pushf\n\tcli\n\tcld\n\trep insl\n\tpopf\n\t"
                 : "+D"(to), "+c"(many) : "d"((u16)0xcf8) : "memory");
    asm volatile("pushfq; cld; rep; outsl; popfq"
                 : "+S"(from), "+c"(few) : "d"((u16)0x80) : "memory");
    asm volatile("pushfq; popq %0" : "=r"(flags));
    for (int i = 0; i < 8; i++)
        sum = sum * 31 + buffer[i];
    return sum + (to - buffer) * 3 + (from - buffer) * 5 + many + few +
           (flags & SEEN);
}

CASE(flags_held)
{
    u32 low;
    u64 flags;

    asm volatile("pushfq; cli; movq %%cr2, %%rax; popfq" : "=a"(flags));
    asm volatile("pushf; sti; popf" ::: "memory");
    asm volatile("pushfq; cli; rdmsr; popfq"
                 : "=a"(low) : "c"(0xc0000081) : "rdx");
    return flags + low + a + b;
}
