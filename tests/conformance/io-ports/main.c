// SPDX-License-Identifier: MIT
/*
 * Ports: an ordinary guest has none, but its in, out, ins and outs are done for
 * it with every width and prefix; and the two registers that are kept for it.
 * (Domain 0 has the machine's ports.)
 *
 * conform: reference domU
 * requires: PRIV-15 PRIV-16 PRIV-17 PRIV-18
 */
#include "conform.h"

#define NOBODY 0x1230 /* a port of nothing */
#define PCI    0xcf8
#define RTC    0x70

static struct caught c;
static char *memory, *behind; /* two pages; the second one is not mapped */

static void iopl(uint32_t level)
{
    struct physdev_set_iopl s = {level};

    works(hypercall_physdev_op(PHYSDEVOP_set_iopl, &s), "IOPL %u", level);
}

#define IN(instruction, port)                                                  \
    ({                                                                         \
        uint64_t a = 0x1122334455667788;                                       \
        __asm__ volatile(instruction : "+a"(a) : "d"(port));                   \
        a;                                                                     \
    })
#define OUT(instruction, port, value)                                          \
    __asm__ volatile(instruction ::"a"(value), "d"(port))

static void widths(void)
{
    check_equal(IN("inb %%dx, %%al", NOBODY), 0x11223344556677ff,
                "a byte of nothing is all ones, and the rest of rax is kept");
    check_equal(IN("inw %%dx, %%ax", NOBODY), 0x112233445566ffff, "so a word");
    check_equal(IN("inl %%dx, %%eax", NOBODY), 0xffffffff,
                "a double word clears the upper half");
    check_equal(IN("rex.W inl %%dx, %%eax", NOBODY), 0xffffffff,
                "REX.W makes it no wider");
    check_equal(IN("inb $0x80, %%al", 0), 0x11223344556677ff, "port in the code");
    check_equal(IN("inw $0x80, %%ax", 0), 0x112233445566ffff, "a word of it");
    check_equal(IN("inl $0x80, %%eax", 0), 0xffffffff, "a double word");
    check_equal(IN("inl %%dx, %%eax", 0xffff), 0xffffffff, "beyond port 65535");
    check_equal(IN("inb $0x61, %%al", 0) & 0xff, 0xff, "there is no timer");
    check(!traps(&c, OUT("outb %%al, %%dx", NOBODY, 1)), "out is lost");
    check(!traps(&c, OUT("outl %%eax, $0x80", 0, 1)), "with any width");
}

static void kept(void)
{
    OUT("outl %%eax, %%dx", PCI, 0x80001234);
    check_equal(IN("inl %%dx, %%eax", PCI), 0x80001234,
                "the address of PCI configuration is kept");
    check_equal(IN("inb %%dx, %%al", PCI) & 0xff, 0xff, "its bytes are nothing");
    check_equal(IN("inw %%dx, %%ax", PCI) & 0xffff, 0xffff, "nor its words");
    OUT("outb %%al, %%dx", PCI, 7);
    OUT("outw %%ax, %%dx", PCI, 7);
    OUT("outl %%eax, %%dx", PCI + 4, 7);
    check_equal(IN("inl %%dx, %%eax", PCI), 0x80001234, "cannot be written so");
    for (unsigned int i = 0; i < 4; i++)
        check_equal(IN("inb %%dx, %%al", PCI + 4 + i) & 0xff, 0xff,
                    "there is no device, byte %u", i);
    check_equal(IN("inl %%dx, %%eax", PCI + 4), 0xffffffff, "as double word");

    OUT("outb %%al, %%dx", RTC, 0x9b);
    check_equal(IN("inb %%dx, %%al", RTC) & 0xff, 0x9b,
                "the index of the clock is kept, all of it");
    check_equal(IN("inb %%dx, %%al", RTC + 1) & 0xff, 0xff, "there is no clock");
    check_equal(IN("inw %%dx, %%ax", RTC) & 0xffff, 0xff9b, "as a word");
    check_equal(IN("inl %%dx, %%eax", RTC - 2), 0xff9bffff, "in the middle");
    OUT("outl %%eax, %%dx", RTC - 3, 0x44332211);
    check_equal(IN("inb %%dx, %%al", RTC) & 0xff, 0x44, "written as part");
    check_equal(IN("inl %%dx, %%eax", PCI), 0x80001234, "each by itself");
}

static uint64_t si, di, cx; /* after a string instruction */
#define STRING(instruction, from, to, count, port)                             \
    ({                                                                         \
        si = (uint64_t)(from), di = (uint64_t)(to), cx = (count);              \
        __asm__ volatile(instruction "; cld"                                   \
                         : "+S"(si), "+D"(di), "+c"(cx)                        \
                         : "d"(port)                                           \
                         : "memory");                                          \
    })

static void strings(void)
{
    static uint32_t words[4] = {0x11, 0x22, 0x80000044, 0x80000088};
    char ones[40];

    fill(ones, 0xff, sizeof(ones));
    STRING("insb", 0, memory + 5, 9, NOBODY);
    check(same_bytes(memory + 5, ones, 1) && !memory[4] && !memory[6],
          "insb puts one byte there");
    check_equal(di, memory + 6, "rdi moves on");
    check_equal(cx, 9, "rcx does not count");
    STRING("rep insw", 0, memory + 16, 3, NOBODY);
    check(same_bytes(memory + 16, ones, 6) && !memory[22], "rep insw: three");
    check_equal(cx, 0, "rcx has counted them");
    STRING("rep insl", 0, memory + 32, 2, NOBODY);
    check(same_bytes(memory + 32, ones, 8) && !memory[40], "rep insl: two");
    check_equal(di, memory + 40, "rdi is behind them");
    STRING("rex.W insl", 0, memory + 48, 1, NOBODY);
    check_equal(di, memory + 52, "REX.W makes it no wider");
    STRING("std; repne insb", 0, memory + 67, 4, NOBODY);
    check(same_bytes(memory + 64, ones, 4) && !memory[63] && !memory[68],
          "backwards, with the other prefix");
    check_equal(di, memory + 63, "rdi is before them");
    STRING("rep insb", 0, 1, 0, NOBODY);
    check_equal(di, 1, "none at all touches nothing");

    STRING("outsl", &words[2], 0, 7, PCI);
    check_equal(IN("inl %%dx, %%eax", PCI), words[2], "outsl takes one");
    check_equal(si, &words[3], "rsi moves on");
    STRING("rep outsl", words, 0, 4, PCI);
    check_equal(IN("inl %%dx, %%eax", PCI), words[3], "rep outsl: four");
    STRING("std; rep outsl", &words[1], 0, 2, PCI);
    check_equal(IN("inl %%dx, %%eax", PCI), words[0], "backwards");
    STRING("outsb", words, 0, 1, RTC);
    check_equal(IN("inb %%dx, %%al", RTC) & 0xff, 0x11, "outsb");
    hypercall_set_segment_base(SEGBASE_FS, (unsigned long)words);
    STRING("fs outsb", 4, 0, 1, RTC);
    check_equal(IN("inb %%dx, %%al", RTC) & 0xff, 0x22, "fs outsb");
    hypercall_set_segment_base(SEGBASE_FS, 0);
    STRING("rep insb", 0, memory, 4096, NOBODY);
    check(same_bytes(memory + 4056, ones, 40), "a whole page");
}

static void faults(void)
{
    works(hypercall_update_va_mapping((unsigned long)behind, 0, UVMF_INVLPG),
          "a page that is not mapped");
    check(traps(&c, STRING("rep insw", 0, behind - 3, 9, NOBODY)),
          "insw goes on to it");
    check_equal(c.entry, 14, "and is a page fault");
    check_equal(c.error, 2, "for writing, of the kernel's");
    check_equal(c.cr2, behind, "at its first byte");
    check_equal(c.regs.rdi, behind - 1, "one word is done");
    check_equal(c.rcx, 8, "and counted");
    check(traps(&c, STRING("outsb", behind + 7, 0, 1, NOBODY)), "outsb there");
    check_equal(c.entry, 14, "is one");
    check_equal(c.error, 0, "for reading");
    check_equal(c.cr2, behind + 7, "where it is");
    check(traps(&c, STRING("insb", 0, HYPERVISOR_VIRT_START + 8, 1, NOBODY)),
          "the hypervisor's memory");
    check_equal(c.entry, 13, "is vector 13");
    check(traps(&c, STRING("addr32 insb", 0, 0x7770000012345678, 1, NOBODY)),
          "addresses of 32 bits");
    check_equal(c.cr2, 0x12345678, "are the lower half");
    page_writable(behind);
    page_read_only(memory);
    check(traps(&c, STRING("insb", 0, memory, 1, NOBODY)), "a read-only page");
    check_equal(c.error, 2, "faults as one that is not there");
    page_writable(memory);
}

static void in_user_mode(uint64_t port)
{
    __asm__ volatile("inl %%dx, %%eax; int3" ::"d"(port));
}

static void step(void)
{
    check(traps(&c, __asm__ volatile("pushf; orl $0x100, (%%rsp); popf;"
                                     "inb $0x80, %%al; ud2" ::
                                         : "rax")),
          "a single step over in traps");
    check_equal(c.entry, 1, "to vector 1");
    check_equal(*(uint16_t *)c.rip, 0x0b0f, "behind the instruction");
    check_equal(hypercall_get_debugreg(6) & 0x4000, 0x4000, "dr6 says so");
}

static void rights(void)
{
    static uint8_t ports[8192];
    struct physdev_set_iobitmap s = {.nr_ports = NOBODY + 3};

    iopl(0);
    check(traps(&c, STRING("insb", 0, memory, 1, NOBODY)), "IOPL 0: insb");
    check_equal(c.entry, 13, "is vector 13");
    check(!traps(&c, STRING("rep outsb", memory, 0, 0, NOBODY)),
          "rep outsb of nothing asks for no port");
    set_xen_guest_handle(s.bitmap, ports);
    works(hypercall_physdev_op(PHYSDEVOP_set_iobitmap, &s), "a bitmap");
    check(!traps(&c, STRING("insw", 0, memory, 1, NOBODY)),
          "allows what it allows");
    check(traps(&c, STRING("insl", 0, memory, 1, NOBODY)), "as wide as it is");
    user_run(in_user_mode, NOBODY - 1, &c);
    check_equal(c.entry, 3, "user mode, too");
    check_equal(c.regs.rax, 0xffffffff, "sees nothing");
    iopl(1);
    user_run(in_user_mode, NOBODY, &c);
    check_equal(c.entry, 13, "IOPL 1 is not user mode's");
    iopl(3);
    user_run(in_user_mode, NOBODY, &c);
    check_equal(c.entry, 3, "IOPL 3 is");
    iopl(0);
}

void test(void)
{
    memory = page_new();
    behind = page_new();
    user_init();
    iopl(1);
    widths();
    kept();
    strings();
    faults();
    step();
    rights();
}
