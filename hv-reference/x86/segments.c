// SPDX-License-Identifier: MIT
/*
 * GDT, TSS, LDT register and the MSRs of SYSCALL, per CPU.
 *
 * While a vCPU runs the GDT register points to its window in slot 260: the
 * guest's 14 pages, and then this CPU's page, so that selectors from 0xe000 on
 * are always the hypervisor's. Without a vCPU the same page is reached where
 * it lies in the CPU's area, with a base 0xe000 lower.
 *
 * The TSS has no I/O permission bitmap: a port access in ring 3 always faults.
 */
#include "core/hw.h"
#include "core/vcpu.h"
#include "x86/asm.h"
#include "x86/context.h"
#include "x86/cpu_area.h"
#include "x86/entry.h"

#define GDT_HV_FIRST 0xe000
#define GDT_ENTRIES  12 /* from there to the end of the LDT's descriptor */
#define GDT_LIMIT    (GDT_HV_FIRST + GDT_ENTRIES * 8 - 1)

#define DESC_CODE64 0x00af9b000000ffffull
#define DESC_CODE32 0x00cf9b000000ffffull
#define DESC_DATA   0x00cf93000000ffffull
#define DESC_DPL3   0x0000600000000000ull
#define DESC_TSS    0x0000890000000000ull
#define DESC_LDT    0x0000820000000000ull

struct tss {
    uint32_t reserved0;
    uint64_t rsp[3];
    uint64_t ist[8]; /* ist[0] does not exist */
    uint16_t reserved1[5];
    uint16_t io_bitmap;
} __attribute__((packed));
_Static_assert(sizeof(struct tss) == 104, "the processor's 64-bit TSS");

struct table_register {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

static uint64_t *descriptor(unsigned int cpu, unsigned int selector)
{
    uint64_t *page = (uint64_t *)(CPU_AREA(cpu) + CPU_AREA_GDT);

    return &page[(selector - GDT_HV_FIRST) >> 3];
}

/* A system descriptor takes two entries in 64-bit mode. */
static void set_system(uint64_t *to, uint64_t type, uint64_t base,
                       uint32_t limit)
{
    to[0] = type | (limit & 0xffff) | (uint64_t)(limit & 0xf0000) << 32 |
            (base & 0xffffff) << 16 | (base >> 24 & 0xff) << 56;
    to[1] = base >> 32;
}

void segments_load_gdt(uint64_t base)
{
    struct table_register gdtr = {GDT_LIMIT, base};

    __asm__ volatile("lgdt %0" : : "m"(gdtr));
}

void segments_load_own_gdt(void)
{
    segments_load_gdt(CPU_AREA(this_cpu()->id) + CPU_AREA_GDT - GDT_HV_FIRST);
}

void segments_set_ldt(uint64_t base, unsigned int entries)
{
    uint16_t selector = entries ? SEL_LDT : 0;

    if (entries)
        set_system(descriptor(this_cpu()->id, SEL_LDT), DESC_LDT, base,
                   entries * 8 - 1);
    __asm__ volatile("lldt %0" : : "r"(selector));
}

static void fill_gdt(unsigned int cpu)
{
    *descriptor(cpu, SEL_HV_CS64) = DESC_CODE64;
    *descriptor(cpu, SEL_HV_DS) = DESC_DATA;
    *descriptor(cpu, SEL_GUEST_CS32) = DESC_CODE32 | DESC_DPL3;
    *descriptor(cpu, SEL_GUEST_DS) = DESC_DATA | DESC_DPL3;
    *descriptor(cpu, SEL_GUEST_CS64) = DESC_CODE64 | DESC_DPL3;
    set_system(descriptor(cpu, SEL_TSS), DESC_TSS,
               CPU_AREA(cpu) + CPU_AREA_TSS, sizeof(struct tss) - 1);
}

void segments_load(unsigned int cpu)
{
    struct tss *tss = (struct tss *)(CPU_AREA(cpu) + CPU_AREA_TSS);
    uint16_t ss = SEL_HV_DS, tr = SEL_TSS;

    tss->rsp[0] = (uint64_t)cpu_of(cpu);
    for (unsigned int ist = 1; ist <= IST_LAST; ist++)
        tss->ist[ist] = CPU_AREA(cpu) + CPU_AREA_IST(ist) + PAGE_SIZE;
    tss->io_bitmap = sizeof(*tss);

    fill_gdt(cpu);
    segments_load_own_gdt();
    __asm__ volatile("pushq %0\n\t"
                     "lea 1f(%%rip), %%rax\n\t"
                     "pushq %%rax\n\t"
                     "lretq\n"
                     "1:"
                     :
                     : "i"(SEL_HV_CS64)
                     : "rax", "memory");
    __asm__ volatile("mov %0, %%ss" : : "r"(ss));
    __asm__ volatile("ltr %0" : : "r"(tr));
    segments_set_ldt(0, 0);
}

/*
 * SYSRET makes CS = the high selector + 16 and SS = it + 8; SYSCALL makes CS =
 * the low one and SS = it + 8. SYSENTER is refused: a null code segment.
 */
void syscall_msrs_init(unsigned int cpu)
{
    uint64_t stub = CPU_AREA(cpu) + CPU_AREA_STUB;

    wrmsr(MSR_STAR, (uint64_t)SEL_GUEST_CS32 << 48 |
                        (uint64_t)SEL_HV_CS64 << 32);
    wrmsr(MSR_LSTAR, stub + STUB_SYSCALL64);
    wrmsr(MSR_CSTAR, stub + STUB_SYSCALL32);
    wrmsr(MSR_SYSCALL_MASK, FLAG_TF | FLAG_IF | FLAG_DF | FLAG_IOPL | FLAG_NT |
                                FLAG_RF | FLAG_VM | FLAG_AC | FLAG_VIF |
                                FLAG_VIP | FLAG_ID);
    wrmsr(MSR_SYSENTER_CS, 0);
}
