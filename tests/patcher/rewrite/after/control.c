// SPDX-License-Identifier: MIT
#include "types.h"
#include <pvops.h>

struct pointer { u16 limit; u64 base; } __attribute__((packed));
extern void reload(void);

u64 flags_and_registers(u64 in, u16 sel, struct pointer *p)
{
    u64 flags, out;
    u32 low, high, eax = 1, ebx, ecx = 0, edx;
    struct pointer here;

    flags = pv_read_flags();
    flags = pv_irq_save();
    pv_irq_restore(flags);
    pv_irq_enable();
    {
        pv_irq_disable();
        pv_halt();
    }
    pv_safe_halt();
    {
        out = pv_read_cr3();
        pv_write_cr3(out);
    }
    out = pv_read_cr0();
    pv_write_cr4(out | 0x80);
    out = pv_read_dr(6);
    pv_write_dr(7, in);
    pv_invlpg((const void *)(in));
    pv_invlpg((char *)in);
    pv_load_gdt(p);
    pv_load_idt(p);
    pv_store_gdt(&here);
    {
        pv_load_tr(sel);
        pv_load_ldt((u16)0);
    }
    sel = pv_store_tr();
    {
        unsigned long pv_value = pv_read_msr(0xc0000080);
        low = (unsigned)pv_value;
        high = pv_value >> 32;
    }
    pv_write_msr(0xc0000080,
                 (unsigned)(low) | (unsigned long)(unsigned)(high) << 32);
    {
        unsigned long pv_value = pv_rdtsc();
        low = (unsigned)pv_value;
        high = pv_value >> 32;
    }
    {
        struct pv_cpuid pv_value = pv_cpuid(eax, ecx);
        eax = pv_value.eax;
        ebx = pv_value.ebx;
        ecx = pv_value.ecx;
        edx = pv_value.edx;
    }
    {
        pv_clts();
        pv_wbinvd();
    }
    pv_load_segments(8, 16);
    return flags + out + ebx + edx;
}

int with_goto(u64 x)
{
    pv_irq_disable();
    asm goto("jmp %l[away]" :::: away);
    pv_irq_enable();
    return (int)x;
away:
    x = pv_read_cr2();
    return (int)x;
}
