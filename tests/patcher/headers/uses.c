// SPDX-License-Identifier: MIT
// Uses what Linux's x86 headers offer, so that a compiler makes instructions
// of it: a piece of a large kernel that nobody here wrote, small enough to be
// built by a test. See test-recall.
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/mm.h>
#include <asm/special_insns.h>
#include <asm/msr.h>
#include <asm/desc.h>
#include <asm/irqflags.h>
#include <asm/io.h>
#include <asm/tsc.h>
#include <asm/mwait.h>
#include <asm/debugreg.h>
#include <asm/segment.h>
#include <asm/invpcid.h>
#include <asm/tlbflush.h>
#include <asm/nospec-branch.h>
#include <asm/fpu/xcr.h>
#include <asm/processor.h>

long registers(unsigned long x)
{
    native_write_cr2(x);
    native_write_cr3(x);
    native_set_debugreg(0, x);
    native_set_debugreg(7, x);
    return native_read_cr0() + native_read_cr2() + __native_read_cr3() +
           native_read_cr4() + native_get_debugreg(6) + native_save_fl() +
           native_store_tr();
}

void interrupts(void *address)
{
    native_irq_disable();
    native_irq_enable();
    native_halt();
    native_safe_halt();
    native_wbinvd();
    __monitor(address, 1, 2);
    __mwait(1, 2);
    __sti_mwait(1, 2);
    mds_clear_cpu_buffers();
}

u64 counters(u32 a, u32 b)
{
    __wrmsr(1, a, b);
    native_write_msr_safe(2, a, b);
    xsetbv(0, a);
    return __rdmsr(1) + rdtsc() + rdtsc_ordered() + native_read_pmc(3);
}

void tables(struct desc_ptr *table)
{
    native_load_gdt(table);
    native_load_idt(table);
    native_store_gdt(table);
    store_idt(table);
    native_load_tr_desc();
    __invpcid(1, 2, 1);
}

u32 ports(u16 port, u32 value, void *buffer, long count)
{
    outb(value, port);
    outw(value, port);
    outl(value, port);
    insb(port, buffer, count);
    insw(port, buffer, count);
    insl(port, buffer, count);
    outsb(port, buffer, count);
    outsw(port, buffer, count);
    outsl(port, buffer, count);
    return inb(port) + inw(port) + inl(port);
}

void identify(unsigned *a, unsigned *b, unsigned *c, unsigned *d)
{
    native_cpuid(a, b, c, d);
}

unsigned segments(unsigned x)
{
    unsigned short selector;

    savesegment(fs, selector);
    loadsegment(es, x);
    return selector;
}
