// SPDX-License-Identifier: MIT
/*
 * Instructions that ring 3 may not make, and that the hypervisor does for the
 * kernel, or does not: ports, MSRs, control and debug registers, and those that
 * are nobody's.
 */
#include "random.h"

#include <xen/physdev.h>

static uint64_t first_cr4;
static uint32_t first_xcr0;

void instructions_init(void)
{
    uint32_t high;

    __asm__ volatile("mov %%cr4, %0" : "=r"(first_cr4));
    __asm__ volatile("xgetbv" : "=a"(first_xcr0), "=d"(high) : "c"(0));
}

static void try_wrmsr_0(uint32_t msr)
{
    struct caught c;

    (void)traps(&c, __asm__ volatile("wrmsr" ::"a"(0), "d"(0), "c"(msr)));
}

/* Those that keep what is written. */
void instructions_reset(void)
{
    static const uint32_t kept[] = {0x48, 0x140, 0x17a, 0xc0000103};
    struct caught c;

    (void)traps(&c, __asm__ volatile("mov %0, %%cr4" ::"r"(first_cr4)));
    (void)traps(&c,
                __asm__ volatile("xsetbv" ::"a"(first_xcr0), "d"(0), "c"(0)));
    for (unsigned int i = 0; i < sizeof(kept) / sizeof(*kept); i++)
        try_wrmsr_0(kept[i]);
    (void)traps(&c, __asm__ volatile("mov %0, %%cr2" ::"r"(0UL)));
}

/* What STATEMENT did: the trap, or VALUE. */
#define DO(name, value, statement)                                             \
    do {                                                                       \
        struct caught c_;                                                      \
        bool trap_ = traps(&c_, statement);                                    \
                                                                               \
        if (trap_)                                                             \
            say(" vector %u error %lx", c_.entry, c_.error);                   \
        else                                                                   \
            say(" %lx", (uint64_t)(value));                                    \
        answer(name, trap_ ? -XEN_EPERM : 0);                                  \
    } while (0)

/* --- ports --- */

/* Not those of the timer, which counts (0x40 to 0x43, 0x61), nor the two that
 * choose a register of the clock or of a PCI device: 0x70 and 0xcf8. */
static unsigned int draw_io_port(void)
{
    static const unsigned short ports[] = {
        0x20,  0x60,  0x71,  0x80,  0x92,  0x3f8, 0x3fd, 0x402, 0xcf9, 0xcfa,
        0xcfc, 0xcfd, 0xcfe, 0xcff, 0xd00, 0x604, 0xb2,  0x0,   0x4d0, 0xffff};

    return one_in(10) ? 0x1000 + draw(0xf000) : PICK(ports);
}

static void port_in(unsigned int port, unsigned int bytes)
{
    static uint32_t value;

    value = 0;
    say("in%u %x", bytes, port);
    if (bytes == 1)
        DO("in", value,
           __asm__ volatile("inb %%dx, %%al"
                            : "=a"(value)
                            : "d"(port), "a"(0)));
    else if (bytes == 2)
        DO("in", value,
           __asm__ volatile("inw %%dx, %%ax"
                            : "=a"(value)
                            : "d"(port), "a"(0)));
    else
        DO("in", value,
           __asm__ volatile("inl %%dx, %%eax"
                            : "=a"(value)
                            : "d"(port), "a"(0)));
}

static void port_out(unsigned int port, unsigned int bytes, uint32_t value)
{
    say("out%u %x = %x", bytes, port, value);
    if (bytes == 1)
        DO("out", 0,
           __asm__ volatile("outb %%al, %%dx" ::"a"(value), "d"(port)));
    else if (bytes == 2)
        DO("out", 0,
           __asm__ volatile("outw %%ax, %%dx" ::"a"(value), "d"(port)));
    else
        DO("out", 0,
           __asm__ volatile("outl %%eax, %%dx" ::"a"(value), "d"(port)));
}

void random_port(void)
{
    static const uint32_t values[] = {0,          0xff,       0x80000000,
                                      0x80000008, 0x8000f804, ~0u};
    unsigned int port = draw_io_port(), bytes = 1 << draw(3);
    struct physdev_set_iopl iopl = {1};

    if (one_in(2)) {
        say("iopl 1: %ld ", hypercall_physdev_op(PHYSDEVOP_set_iopl, &iopl));
    }
    if (one_in(2))
        port_in(port, bytes);
    else
        port_out(port, bytes, PICK(values));
}

/* --- MSRs --- */

static uint32_t draw_msr(void)
{
    /* Not those that count. */
    static const uint32_t msrs[] = {
        0x0,        0x1,        0x17,       0x1b,       0x2a,       0x34,
        0x3a,       0x48,       0x49,       0x8b,       0xce,       0xcf,
        0xe1,       0xfe,       0x10a,      0x10b,      0x119,      0x122,
        0x123,      0x140,      0x174,      0x175,      0x176,      0x179,
        0x17a,      0x17b,      0x186,      0x1a0,      0x1a1,      0x1c9,
        0x1d9,      0x1db,      0x200,      0x201,      0x250,      0x277,
        0x2ff,      0x345,      0x38d,      0x38f,      0x400,      0x401,
        0x404,      0x407,      0x408,      0x480,      0x48b,      0x560,
        0x6a0,      0x6a2,      0x6e0,      0x800,      0x802,      0xd90,
        0xda0,      0x4b564d00, 0x40000000, 0x40000001, 0x40000020, 0x40000100,
        0xc0000080, 0xc0000081, 0xc0000082, 0xc0000083, 0xc0000084, 0xc0000100,
        0xc0000101, 0xc0000102, 0xc0000103, 0xc0000104, 0xc0010000, 0xc0010010,
        0xc0010015, 0xc001001a, 0xc001001f, 0xc0010055, 0xc0010058, 0xc0010061,
        0xc0010062, 0xc0010064, 0xc0010114, 0xc0010117, 0xc0010140, 0xc0011004,
        0xc0011020, 0xc001102d, 0xc0011030,
    };

    return one_in(16) ? (uint32_t)draw_word() | 0x80000 : PICK(msrs);
}

void random_msr(void)
{
    static uint32_t low, high;
    uint32_t msr = draw_msr();
    uint64_t value = draw(4);

    low = high = 0;
    if (one_in(2)) {
        say("rdmsr %x", msr);
        DO("rdmsr", (uint64_t)high << 32 | low,
           __asm__ volatile("rdmsr"
                            : "=a"(low), "=d"(high)
                            : "c"(msr)));
        return;
    }
    if (one_in(3))
        value = 1UL << draw(64);
    else if (one_in(4))
        value = 0x0000800000000000;
    say("wrmsr %x = %lx", msr, value);
    DO("wrmsr", 0,
       __asm__ volatile("wrmsr" ::"a"((uint32_t)value),
                        "d"((uint32_t)(value >> 32)), "c"(msr)));
    say("    then");
    DO("rdmsr", (uint64_t)high << 32 | low,
       __asm__ volatile("rdmsr"
                        : "=a"(low), "=d"(high)
                        : "c"(msr)));
}

/* --- control and debug registers --- */

static void read_control(unsigned int which)
{
    static uint64_t value;

    value = 0;
    say("read cr%u", which);
    switch (which) {
    case 0:
        DO("mov from cr0", value,
           __asm__ volatile("mov %%cr0, %0"
                            : "=r"(value)));
        break;
    case 2:
        DO("mov from cr2", value,
           __asm__ volatile("mov %%cr2, %0"
                            : "=r"(value)));
        break;
    case 3:
        DO("mov from cr3", 0, __asm__ volatile("mov %%cr3, %0" : "=r"(value)));
        say("    %s\n", frame_name(value >> 12));
        break;
    case 4:
        DO("mov from cr4", value,
           __asm__ volatile("mov %%cr4, %0"
                            : "=r"(value)));
        break;
    default:
        DO("mov from cr8", value,
           __asm__ volatile("mov %%cr8, %0"
                            : "=r"(value)));
    }
}

/* CR0 and CR4 as they were, or with a bit that is another. */
static void write_control(unsigned int which)
{
    uint64_t value = 0, bit = one_in(3) ? 0 : 1UL << draw(one_in(4) ? 64 : 24);
    struct frame f;

    say("write cr%u", which);
    switch (which) {
    case 0:
        __asm__ volatile("mov %%cr0, %0" : "=r"(value));
        say(" ^ %lx", bit);
        DO("mov to cr0", 0,
           __asm__ volatile("mov %0, %%cr0" ::"r"(value ^ bit)));
        break;
    case 2:
        say(" = %lx", bit);
        DO("mov to cr2", vcpu->arch.cr2,
           __asm__ volatile("mov %0, %%cr2" ::"r"(bit)));
        break;
    case 3:
        f = draw_frame(ANY);
        if (f.name[0] == 'p') /* a top table without this kernel would be the
                                 end */
            f = (struct frame){page_mfn((void *)start->pt_base), "l4"};
        if (one_in(8))
            f = (struct frame){0, "0"};
        say(" = %s", f.name);
        DO("mov to cr3", 0,
           __asm__ volatile("mov %0, %%cr3" ::"r"(f.mfn << 12)));
        break;
    case 4:
        __asm__ volatile("mov %%cr4, %0" : "=r"(value));
        say(" ^ %lx", bit);
        DO("mov to cr4", 0,
           __asm__ volatile("mov %0, %%cr4" ::"r"(value ^ bit)));
        break;
    default:
        DO("mov to cr8", 0, __asm__ volatile("mov %0, %%cr8" ::"r"(bit)));
    }
}

void random_control_register(void)
{
    static const unsigned char registers[] = {0, 0, 2, 3, 4, 8};
    static uint64_t value;
    unsigned int which = PICK(registers);

    switch (draw(6)) {
    case 0 ... 1:
        read_control(which);
        break;
    case 2 ... 3:
        write_control(which);
        break;
    case 4:
        say("clts");
        DO("clts", 0, __asm__ volatile("clts"));
        break;
    default:
        value = one_in(4) ? 1UL << draw(64) : 0;
        say("debug registers %lx", value);
        DO("mov to dr", 0, __asm__ volatile("mov %0, %%dr1" ::"r"(value)));
        value = 0;
        DO("mov from dr", value,
           __asm__ volatile("mov %%dr1, %0"
                            : "=r"(value)));
        DO("mov from dr", value,
           __asm__ volatile("mov %%dr7, %0"
                            : "=r"(value)));
    }
    /* Its TS bit makes arithmetic trap, once. */
    if (one_in(4)) {
        say("    fninit");
        DO("fninit", 0, __asm__ volatile("fninit"));
    }
}

/* --- the others --- */

#define SIMPLE(text)                                                           \
    do {                                                                       \
        say("%s", text);                                                       \
        DO("other instructions", 0, __asm__ volatile(text ::: "memory"));      \
    } while (0)

void random_instruction(void)
{
    static const unsigned long zero[2];
    static uint32_t low, high;

    switch (draw(24)) {
    case 0:
        SIMPLE("cli");
        break;
    case 1:
        SIMPLE("sti");
        break;
    case 2:
        SIMPLE("wbinvd");
        break;
    case 3:
        SIMPLE("invd");
        break;
    case 4:
        say("invlpg");
        DO("other instructions", 0,
           __asm__ volatile("invlpg (%0)" ::"r"(page_at[0])));
        break;
    case 5:
        say("lgdt");
        DO("other instructions", 0, __asm__ volatile("lgdt %0" ::"m"(zero)));
        break;
    case 6:
        say("lidt");
        DO("other instructions", 0, __asm__ volatile("lidt %0" ::"m"(zero)));
        break;
    case 7:
        say("lldt");
        DO("other instructions", 0, __asm__ volatile("lldt %w0" ::"r"(0)));
        break;
    case 8:
        say("ltr");
        DO("other instructions", 0, __asm__ volatile("ltr %w0" ::"r"(0)));
        break;
    case 9:
        say("lmsw");
        DO("other instructions", 0, __asm__ volatile("lmsw %w0" ::"r"(1)));
        break;
    case 10:
        SIMPLE("swapgs");
        break;
    case 11:
        SIMPLE("sysretq");
        break;
    case 12:
        SIMPLE("clac");
        break;
    case 13:
        SIMPLE("ud2");
        break;
    case 14:
        SIMPLE("int3");
        break;
    case 15:
        SIMPLE("vmcall");
        break;
    case 16:
        SIMPLE("vmmcall");
        break;
    case 17:
        SIMPLE("rsm");
        break;
    case 18:
        say("rdpmc");
        DO("other instructions", 0,
           __asm__ volatile("rdpmc"
                            : "=a"(low), "=d"(high)
                            : "c"(draw(4))));
        break;
    case 19:
        say("xsetbv");
        DO("other instructions", 0,
           __asm__ volatile("xsetbv" ::"a"(draw(8)), "d"(0), "c"(draw(2))));
        break;
    case 20:
        say("xgetbv");
        DO("other instructions", low,
           __asm__ volatile("xgetbv"
                            : "=a"(low), "=d"(high)
                            : "c"(0)));
        break;
    case 21:
        SIMPLE("int1");
        break;
    case 22:
        SIMPLE("getsec");
        break;
    default:
        SIMPLE("mwait");
    }
}
