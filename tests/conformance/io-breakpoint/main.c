// SPDX-License-Identifier: MIT
/*
 * Breakpoints on ports, which CR4.DE permits: they stop the guest behind its
 * own in and out, emulated as these are, and nobody else.
 *
 * conform: reference domU
 * requires: DBG-4 DBG-5 DBG-6
 */
#include "conform.h"

#define CR4_DE 8UL
#define KIND_IO(n)  (2UL << (16 + 4 * (n)))
#define LENGTH(n, l) ((uint64_t)(l) << (18 + 4 * (n)))
#define ENABLE(n)   (1UL << 2 * (n))

static struct caught c;

static void set_cr4(uint64_t bit, bool on)
{
    uint64_t cr4;

    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    cr4 = on ? cr4 | bit : cr4 & ~bit;
    __asm__ volatile("mov %0, %%cr4" ::"r"(cr4));
}

static bool stops_at(const char *what, uint64_t dr6)
{
    check_equal(c.entry, 1, "%s: vector 1", what);
    check_equal(hypercall_get_debugreg(6) & 0xf, dr6, "%s: dr6", what);
    hypercall_set_debugreg(6, 0);
    return *(uint16_t *)c.rip == 0x0b0f; /* ud2 is behind it */
}

#define DO(instruction, port)                                                  \
    traps(&c, __asm__ volatile(instruction "; ud2" ::"d"(port)                 \
                               : "rax", "rcx", "rsi", "memory"))

static void registers(void)
{
    works(hypercall_set_debugreg(6, 0), "dr6");
    check_equal(hypercall_get_debugreg(6), 0xffff0ff0, "has bits that are set");
    works(hypercall_set_debugreg(4, 0xffffffff), "dr4 is dr6");
    check_equal(hypercall_get_debugreg(6), 0xffffefff, "bit 12 stays clear");
    refused(hypercall_set_debugreg(6, 1UL << 32), XEN_EINVAL, "it has 32 bits");
    works(hypercall_set_debugreg(5, 0xd800), "dr5 is dr7");
    check_equal(hypercall_get_debugreg(7), 0x400, "reserved bits are not taken");
    refused(hypercall_set_debugreg(7, 1UL << 32), XEN_EINVAL, "it has 32 bits");
    refused(hypercall_set_debugreg(7, 0x2000), XEN_EPERM,
            "general detection is not had");
    refused(hypercall_set_debugreg(7, KIND_IO(1) | ENABLE(0)), XEN_EPERM,
            "nor are breakpoints on ports without CR4.DE");
    works(hypercall_set_debugreg(7, KIND_IO(1)), "with none enabled it is all one");
    set_cr4(CR4_DE, true);
    refused(hypercall_set_debugreg(4, 0), XEN_ENODEV, "with it there is no dr4");
    refused(hypercall_set_debugreg(5, 0), XEN_ENODEV, "nor dr5");
    check_equal(hypercall_get_debugreg(4), -XEN_ENODEV, "to be read either");
}

void test(void)
{
    struct physdev_set_iopl s = {1};
    uint64_t dr7 = KIND_IO(0) | LENGTH(0, 0) | ENABLE(0) | /* 0x70 */
                   KIND_IO(2) | LENGTH(2, 1) | ENABLE(2);  /* 0x3f8, 0x3f9 */

    hypercall_physdev_op(PHYSDEVOP_set_iopl, &s);
    registers();
    hypercall_set_debugreg(6, 0);
    works(hypercall_set_debugreg(0, 0x70), "a breakpoint on port 0x70");
    works(hypercall_set_debugreg(2, 0x3f9), "one on a line's two ports");
    works(hypercall_set_debugreg(7, dr7), "enabled");
    check_equal(hypercall_get_debugreg(7), dr7 | 0x400, "reads back");
    DO("outb %%al, %%dx", 0x70);
    check(stops_at("out", 1), "it stops behind the instruction");
    DO("inb $0x70, %%al", 0);
    check(stops_at("in", 1), "with the port in the code as well");
    DO("inl %%dx, %%eax", 0x6d);
    check(stops_at("a wide one that meets it", 1), "behind it");
    DO("inb %%dx, %%al", 0x3f8);
    check(stops_at("the first of two", 4), "behind it");
    DO("inb %%dx, %%al", 0x3fa);
    check_equal(c.entry, 6, "the port beyond is free");
    DO("inw %%dx, %%ax", 0x71);
    check_equal(c.entry, 6, "so is the one beside");
    print("# the hypervisor's own output does not stop\n");
    DO("mov $3, %%ecx; lea VIRT_BASE + 0x100000, %%rsi; rep outsb", 0x70);
    check(!stops_at("rep outs", 1), "after the first round");
    DO("mov $1, %%ecx; lea VIRT_BASE + 0x100000, %%rsi; rep outsb", 0x70);
    check(stops_at("a last round", 1), "behind it");
    set_cr4(CR4_DE, false);
    DO("outb %%al, %%dx", 0x70);
    check_equal(c.entry, 6, "without CR4.DE none is met");
    works(hypercall_set_debugreg(7, 0), "off");
    set_cr4(CR4_DE, true);
    DO("outb %%al, %%dx", 0x70);
    check_equal(c.entry, 6, "nor when it is off");
}
