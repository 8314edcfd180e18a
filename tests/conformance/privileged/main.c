// SPDX-License-Identifier: MIT
/*
 * Privileged instructions that a PV kernel may still use, because the
 * hypervisor does them for it; the rest trap.
 *
 * conform: reference dom0 domU
 * requires: PRIV-1 PRIV-2 PRIV-3 PRIV-4 PRIV-5 PRIV-6 PRIV-9
 */
#include "conform.h"

static long iopl(uint32_t level)
{
    struct physdev_set_iopl s = {level};

    return hypercall_physdev_op(PHYSDEVOP_set_iopl, &s);
}

static uint8_t ports[8192]; /* a bit for each: clear is allowed */

static long bitmap(uint32_t nr_ports)
{
    struct physdev_set_iobitmap s = {.nr_ports = nr_ports};

    set_xen_guest_handle(s.bitmap, ports);
    return hypercall_physdev_op(PHYSDEVOP_set_iobitmap, &s);
}

#define CLI   __asm__ volatile("cli")
#define STI   __asm__ volatile("sti")
#define OUT80 __asm__ volatile("outb %%al, $0x80" ::"a"(0))

void test(void)
{
    struct caught c;
    static uint64_t cr0, cr4; /* static: traps() may return twice */
    static uint32_t low, high;

    check(!traps(&c, __asm__ volatile("mov %%cr0, %0"
                                      : "=r"(cr0))),
          "reading cr0");
    check_equal(cr0 & 0x80000001, 0x80000001, "PG and PE are set");
    check(!traps(&c, __asm__ volatile("mov %%cr4, %0"
                                      : "=r"(cr4))),
          "reading cr4");
    check_equal(cr4 >> 5 & 1, 1, "PAE is set");
    check_equal(cr4 >> 20 & 3, 0, "SMEP and SMAP are not seen");
    check(!traps(&c, __asm__ volatile("mov %0, %%cr4" ::"r"(cr4))),
          "writing cr4 what it was");
    check(!traps(&c, __asm__ volatile("clts")), "clts");
    check(!traps(&c, __asm__ volatile("wbinvd" ::: "memory")), "wbinvd");
    check(!traps(&c, __asm__ volatile("rdmsr"
                                      : "=a"(low), "=d"(high)
                                      : "c"(0x277))),
          "reading the PAT");
    check_equal((uint64_t)high << 32 | low, 0x50100070406,
                "it is the usual one");
    check(!traps(&c, __asm__ volatile("rdtsc"
                                      : "=a"(low), "=d"(high))),
          "rdtsc");
    check(traps(&c, __asm__ volatile("lidt (%0)" ::"r"(&c))), "lidt traps");
    check_equal(c.entry, 13, "to vector 13");
    check(traps(&c, __asm__ volatile("ltr %w0" ::"r"(8))), "ltr traps");
    check_equal(c.entry, 13, "to vector 13");
    check(traps(&c, __asm__ volatile("invlpg (%0)" ::"r"(&c))), "invlpg traps");
    check_equal(c.entry, 13, "to vector 13");
    check(traps(&c, __asm__ volatile("mov %0, %%cr2" ::"r"(5UL))) || true,
          "mov to cr2 does not end the domain");

    works(iopl(0), "set_iopl(0)");
    check(traps(&c, CLI), "with IOPL 0 cli traps");
    check_equal(c.entry, 13, "to vector 13");
    works(iopl(1), "set_iopl(1)");
    vcpu->evtchn_upcall_mask = 0;
    check(!traps(&c, CLI), "with IOPL 1 cli is tolerated");
    check_equal(vcpu->evtchn_upcall_mask, 0, "and does nothing");
    vcpu->evtchn_upcall_mask = 1;
    check(!traps(&c, STI), "so is sti");
    check_equal(vcpu->evtchn_upcall_mask, 1, "which does nothing either");
    check(!traps(&c, OUT80), "and output to port 0x80");
    refused(iopl(4), XEN_EINVAL, "there is no IOPL 4");
    works(iopl(0), "back to 0");

    check(traps(&c, OUT80), "with IOPL 0 output traps");
    for (unsigned int i = 0; i < sizeof(ports); i++)
        ports[i] = 0xff;
    ports[0x80 / 8] = 0xfe;
    works(bitmap(0x81), "set_iobitmap that allows port 0x80");
    check(!traps(&c, OUT80), "output to it is tolerated");
    check(traps(&c, __asm__ volatile("outb %%al, $0x81" ::"a"(0))),
          "to port 0x81 it traps");
    check(traps(&c, __asm__ volatile("outw %%ax, $0x80" ::"a"(0))),
          "a word to both traps");
    works(bitmap(0x80), "a bitmap that ends before port 0x80");
    check(traps(&c, OUT80), "forbids it");
    refused(bitmap(65537), XEN_EINVAL, "there is no port 65536");
}
