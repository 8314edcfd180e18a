// SPDX-License-Identifier: MIT
/*
 * Registers that a guest has no access to. What matters to a kernel is kept
 * or translated; what is the hypervisor's decision reads as it is, and a
 * write that would change it is reported.
 */
#include "xenpv.h"

#define CR0_TS 0x8ul
#define CR0_GUEST 0x80050033ul /* paging, write protection, FPU; protected */
#define CR4_GUEST 0x6a0ul      /* PAE, global pages, SSE */

#define MSR_EFER 0xc0000080
#define MSR_STAR 0xc0000081
#define MSR_LSTAR 0xc0000082
#define MSR_CSTAR 0xc0000083
#define MSR_SFMASK 0xc0000084
#define MSR_FS_BASE 0xc0000100
#define MSR_GS_BASE 0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102
#define EFER_GUEST 0xd01ul /* long mode, no-execute, syscall */

static unsigned long star, lstar, cstar, sfmask;
static struct {
    unsigned long ts;       /* CR0's bit, as it was last written */
    unsigned long bases[3]; /* fs, gs, the other gs */
} state[PV_MAX_CPUS];

unsigned long pv_xenpv_read_cr0(void)
{
    return CR0_GUEST | state[pv_xen_cpu()].ts;
}

void pv_xenpv_write_cr0(unsigned long value)
{
    unsigned long cr0 = pv_xenpv_read_cr0();

    if ((value ^ cr0) & ~CR0_TS)
        pv_report("mov to cr0 of %x: only TS is a guest's, %x stays", value,
                  cr0 & ~CR0_TS);
    if ((value ^ cr0) & CR0_TS)
        pv_xen_ok(hypercall_fpu_taskswitch(value & CR0_TS ? 1 : 0),
               "fpu_taskswitch", value, 0, "nothing: it cannot fail");
    state[pv_xen_cpu()].ts = value & CR0_TS;
}

void pv_xenpv_clts(void)
{
    pv_xenpv_write_cr0(CR0_GUEST & ~CR0_TS);
}

unsigned long pv_xenpv_read_cr2(void)
{
    return this_vcpu()->arch.cr2;
}

void pv_xenpv_write_cr2(unsigned long value)
{
    this_vcpu()->arch.cr2 = value;
}

unsigned long pv_xenpv_read_cr4(void)
{
    return CR4_GUEST;
}

void pv_xenpv_write_cr4(unsigned long value)
{
    if (value & ~CR4_GUEST)
        pv_report("mov to cr4 of %x: the bits %x are not a guest's to set",
                  value, value & ~CR4_GUEST);
}

unsigned long pv_xenpv_read_cr8(void)
{
    return 0;
}

void pv_xenpv_write_cr8(unsigned long value)
{
    (void)value;
}

unsigned long pv_xenpv_read_dr(int reg)
{
    return (unsigned long)hypercall_get_debugreg(reg);
}

void pv_xenpv_write_dr(int reg, unsigned long value)
{
    pv_xen_ok(hypercall_set_debugreg(reg, value), "set_debugreg",
           (unsigned long)reg, value, "an address that is Xen's");
}

static unsigned long *base_of(unsigned msr)
{
    return &state[pv_xen_cpu()].bases[msr - MSR_FS_BASE];
}

unsigned long pv_xenpv_read_msr(unsigned msr)
{
    switch (msr) {
    case MSR_EFER:
        return EFER_GUEST;
    case MSR_STAR:
        return star;
    case MSR_LSTAR:
        return lstar;
    case MSR_CSTAR:
        return cstar;
    case MSR_SFMASK:
        return sfmask;
    case MSR_FS_BASE:
    case MSR_GS_BASE:
    case MSR_KERNEL_GS_BASE:
        return *base_of(msr);
    }
    pv_report("rdmsr of %x: a guest has no such register, 0 is read",
              (unsigned long)msr);
    return 0;
}

/* In kernel mode, the GS base that is in force is what Xen calls kernel's. */
static void write_base(unsigned msr, unsigned long value)
{
    static const int which[] = { SEGBASE_FS, SEGBASE_GS_KERNEL,
                                 SEGBASE_GS_USER };

    if (pv_xen_ok(hypercall_set_segment_base(which[msr - MSR_FS_BASE], value),
               "set_segment_base", msr, value,
               "the address is not canonical"))
        *base_of(msr) = value;
}

void pv_xenpv_write_msr(unsigned msr, unsigned long value)
{
    switch (msr) {
    case MSR_EFER:
        if (value & ~EFER_GUEST)
            break;
        return;
    case MSR_STAR:
        star = value;
        return;
    case MSR_LSTAR:
        lstar = value;
        pv_xen_set_syscall_handler(value);
        return;
    case MSR_CSTAR:
        cstar = value;
        return;
    case MSR_SFMASK:
        sfmask = value;
        return;
    case MSR_FS_BASE:
    case MSR_GS_BASE:
    case MSR_KERNEL_GS_BASE:
        write_base(msr, value);
        return;
    }
    pv_report("wrmsr of %x, value %x: a guest has no such register",
              (unsigned long)msr, value);
}

/* The prefix makes Xen answer instead of the CPU. */
struct pv_cpuid pv_xenpv_cpuid(unsigned leaf, unsigned subleaf)
{
    struct pv_cpuid r;

    asm volatile(XEN_CPUID
                 : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
                 : "a"(leaf), "c"(subleaf));
    return r;
}

unsigned long pv_xenpv_rdtsc(void)
{
    return pv_native_rdtsc(); /* is a guest's to execute */
}

unsigned long pv_xenpv_rdpmc(unsigned reg)
{
    (void)reg;
    return 0;
}

void pv_xenpv_wbinvd(void)
{
    /* A guest without devices of its own has no memory that is not coherent. */
}

void pv_xenpv_xsetbv(unsigned reg, unsigned long value)
{
    pv_report("xsetbv of %x, value %x: not a guest's to set",
              (unsigned long)reg, value);
}
